"""What the measurements of speed share: a median of some runs, and a row of the table."""

import time
from collections.abc import Callable
from typing import Any


def seconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    """The median of some runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def row(what: str, value: float, ratio: float, of: str, peak: float | str = "") -> dict[str, Any]:
    """A line of speed.csv: seconds, and a ratio to something measured in the same run."""
    shown = peak if isinstance(peak, str) else round(peak)
    return {"what": what, "seconds": round(value, 4), "ratio": float(f"{ratio:.3g}"), "of": of, "peak_mb": shown}
