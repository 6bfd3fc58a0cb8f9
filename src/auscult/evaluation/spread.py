"""How a number differs between trainings of one kind: folds of a cross-validation, or seeds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """Mean and standard deviation (of a sample) of a number where it has a meaning, and in how many trainings it has one.

    The mean of none and the deviation of one are NaN.
    """

    mean: float
    deviation: float
    known: int


def spread_of(values: Sequence[float]) -> Spread:
    """The spread of some numbers; NaN among them is no number.

    Examples
    --------
    >>> spread_of([1.0, 3.0, float("nan")])
    Spread(mean=2.0, deviation=1.4142135623730951, known=2)
    """
    numbers = np.array([value for value in values if not np.isnan(value)])
    if not len(numbers):
        return Spread(float("nan"), float("nan"), 0)
    return Spread(float(numbers.mean()), float(numbers.std(ddof=1)) if len(numbers) > 1 else float("nan"), len(numbers))
