"""What the tests share: where the bench is, when it stands beside the project."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BENCH = ROOT.parent / "shared" / "bench"


@pytest.fixture
def bench() -> Path:
    """The bench's folder; tests that use it are skipped where it is not there."""
    if not BENCH.is_dir():
        pytest.skip("../shared/bench is not there")
    return BENCH
