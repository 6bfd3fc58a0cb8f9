"""Numbers at the axes of the pictures of a page."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_STEPS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200)
_MOST_TICKS = 8


@dataclass(frozen=True)
class Tick:
    """A number at an axis: its place in percent, and what is written there."""

    at: float
    text: str


def pitches(highest: float) -> list[Tick]:
    """Numbers along the pitch axis, from below, Hz or kHz."""
    step = next(step for step in (50, 100, 200, 250, 500, 1000, 2000, 5000, 1e6) if highest / step <= 4.5)
    return [Tick(100 * hz / highest, f"{hz:.0f}") for hz in np.arange(0, highest * 0.95, step).tolist()]


def time_ticks(start: float, end: float) -> Iterator[Tick]:
    """Round times from one moment to another."""
    step = next((step for step in _STEPS if (end - start) / step <= _MOST_TICKS), _STEPS[-1])
    for number in range(math.ceil(start / step - 1e-6), math.floor(end / step + 1e-6) + 1):
        yield Tick(round(100 * (number * step - start) / (end - start), 3), clock(number * step))


def clock(seconds: float) -> str:
    """A moment of a recording: ``7.5 s`` of a short one's, ``1:02`` from a minute on."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
