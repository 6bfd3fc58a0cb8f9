"""Weighted accuracy of the PhysioNet Challenge 2022: a class that costs more to miss counts more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

CIRCOR_WEIGHTS = {"present": 5, "unknown": 3, "absent": 1, "abnormal": 5, "normal": 1}
"""By class: murmur present, unknown or absent; outcome abnormal or normal."""


def weighted_accuracy(confusion: ArrayLike, classes: Sequence[str]) -> NDArray[np.float64]:
    """Weight of the right answers over the weight of all answers, every answer weighing what its *true* class weighs.

    Murmur: (5 right present + 3 right unknown + 1 right absent) / (5 present + 3 unknown + 1 absent); outcome: (5 right
    abnormal + 1 right normal) / (5 abnormal + 1 normal).

    Parameters
    ----------
    confusion
        (…, classes, classes), rows the truth.
    classes
        Their names, keys of `CIRCOR_WEIGHTS`.

    Returns
    -------
    NDArray[np.float64]
        (…), 0 to 1; NaN only where there is nothing to score, as in the challenge's own program.

    References
    ----------
    M. A. Reyna et al., "Heart murmur detection from phonocardiogram recordings: The George B. Moody PhysioNet Challenge 2022",
    PLOS Digital Health 2(9) e0000324, 2023; the weights stand in github.com/physionetchallenges/evaluation-2022.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    weights = np.array([CIRCOR_WEIGHTS[name] for name in classes], dtype=np.float64)  # (classes,)
    right = np.diagonal(counts, axis1=-2, axis2=-1) @ weights  # (…)
    everything = counts.sum(axis=-1) @ weights  # (…)
    return np.divide(right, everything, out=np.full(everything.shape, np.nan), where=everything > 0)
