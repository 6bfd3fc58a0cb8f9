"""How far a score would move with other patients: percentile intervals from resampled patients."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.evaluation.binary import BINARY_NAMES, binary_from_confusion
from auscult.evaluation.metrics import SCORE_NAMES, scores_from_confusion
from auscult.evaluation.number import Number
from auscult.recordings.tasks import Task


class Interval(NamedTuple):
    """Lower and upper end of an interval; NaN where it has no meaning."""

    low: Number
    high: Number


def patient_bootstrap(
    truth: ArrayLike,
    predicted: ArrayLike,
    patients: ArrayLike,
    task: Task,
    *,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> dict[str, Interval]:
    """Percentile intervals of every score when whole patients are drawn with replacement.

    Segments of one patient resemble each other: drawing segments would make the interval far too narrow. The interval tells
    how the score depends on who was recorded; the spread between trainings (seeds) is not in it and is reported beside it.

    Parameters
    ----------
    truth, predicted
        Class indices, (n,).
    patients
        Who each segment is of, (n,) str.
    task
        Gives classes and formula.
    draws
        How many times the patients are drawn.
    seed
        Of the draws; the same seed gives the same interval.
    level
        Share of the draws inside the interval, 0 to 1.

    Returns
    -------
    dict[str, Interval]
        By score name (`auscult.evaluation.metrics.SCORE_NAMES`). Draws in which a score has no meaning are left out of its
        interval; with fewer than two patients there is nothing to draw and every interval is NaN.

    References
    ----------
    B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap", 1993; for grouped data, C. A. Field and A. H. Welsh,
    "Bootstrapping clustered data", Journal of the Royal Statistical Society B 69, 2007.
    """
    counts = patient_confusions(truth, predicted, patients, len(task.classes))
    return bootstrap_counts(
        counts, lambda drawn: scores_from_confusion(drawn, task), SCORE_NAMES, draws=draws, seed=seed, level=level
    )


def binary_bootstrap(
    truth: ArrayLike, predicted: ArrayLike, patients: ArrayLike, *, draws: int = 1000, seed: int = 0, level: float = 0.95
) -> dict[str, Interval]:
    """Intervals of the scores of a two-class task (`auscult.evaluation.binary.BINARY_NAMES`), as in `patient_bootstrap`.

    Positive = the class that is not normal.
    """
    counts = patient_confusions(truth, predicted, patients, 2)
    return bootstrap_counts(counts, binary_from_confusion, BINARY_NAMES, draws=draws, seed=seed, level=level)


def bootstrap_counts(
    counts: NDArray[np.float64],
    measure: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    names: Sequence[str],
    *,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> dict[str, Interval]:
    """Percentile intervals of anything that can be read off counts which add up over patients.

    Parameters
    ----------
    counts
        One array of counts a patient, (patients, …).
    measure
        Summed counts of all draws (draws, …) → measures (draws, names).
    names
        Of the measures.
    draws, seed, level
        As in `patient_bootstrap`, which is this with confusion matrices; the same seed draws the same patients.

    Returns
    -------
    dict[str, Interval]
        By name; draws in which a measure is NaN are left out of its interval, and with fewer than two patients all is NaN.
    """
    people = len(counts)
    if people < 2:
        return dict.fromkeys(names, Interval(float("nan"), float("nan")))
    times_drawn = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), size=draws)  # (draws, patients)
    drawn = np.tensordot(times_drawn.astype(np.float64), counts, axes=1)  # (draws, …)
    return {name: _percentiles(column, level) for name, column in zip(names, measure(drawn).T, strict=True)}


def patient_confusions(truth: ArrayLike, predicted: ArrayLike, patients: ArrayLike, classes: int) -> NDArray[np.float64]:
    """One confusion matrix a patient, (patients, classes, classes), patients in alphabetical order, rows the truth."""
    names, patient = np.unique(np.asarray(patients), return_inverse=True)
    counts = np.zeros((len(names), classes, classes))
    np.add.at(counts, (patient, np.asarray(truth), np.asarray(predicted)), 1)
    return counts


def _percentiles(values: NDArray[np.float64], level: float) -> Interval:
    known = values[~np.isnan(values)]
    if not known.size:
        return Interval(float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
