"""Places in order, searched by halves."""

from __future__ import annotations


def begun(starts: list[int], place: int, low: int = 0) -> int:
    """How many of some starts, in order, lie at a place or before it; the first `low` are known to.

    What `bisect_right` gives, whose call takes three times as long from compiled code as the search; of whole numbers
    `begun(starts, place - 1)` is what `bisect_left` gives.
    """
    high = len(starts)
    while low < high:
        middle = (low + high) >> 1
        if place < starts[middle]:
            high = middle
        else:
            low = middle + 1
    return low
