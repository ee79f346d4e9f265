"""When each fact happened: the time expression that governs its words.

A date governs a fact, in this order: inside its words; attached behind it (`IRM du 15/01/16`); before it in the same
sentence; behind it in the same clause; told by the heading of its part; the day that a hospital document tells of;
carried over from the narrative before. What is carried further than a sentence keeps its month only, and what is done
(a treatment) is not carried further at all. Nothing is guessed: where none of these is there, a fact has no date.
"""

from anamnese.history.dating.order import date_facts

__all__ = ["date_facts"]
