"""How well sureness keeps its word on recordings of patients it was not chosen on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.evaluation.calibration import brier_score, expected_calibration_error
from auscult.evaluation.sureness import calibrate, coverage_and_error, patient_weights
from auscult.evaluation.sureness_facts import CardSureness
from auscult.evaluation.sureness_fit import Aim, fit_sureness

BINS = 10
"""Of the ECE: recordings are few."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Answers to recordings, and what sureness makes of each.

    Attributes
    ----------
    probabilities, calibrated
        Before and after, (n, classes).
    truth, patients
        (n,).
    told
        Whether the calibrated probability of the answer reaches the threshold, (n,).
    sets
        Whether a class is in the conformal set, (n, classes).
    """

    probabilities: NDArray[np.float64]
    calibrated: NDArray[np.float64]
    truth: NDArray[np.int64]
    patients: NDArray[np.str_]
    told: NDArray[np.bool_]
    sets: NDArray[np.bool_]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is the truth, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.truth)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Calibrated probability of each answer, (n,)."""
        return self.calibrated[np.arange(len(self.truth)), self.probabilities.argmax(axis=1)]


def judge_answers(probabilities: ArrayLike, truth: ArrayLike, patients: ArrayLike, facts: CardSureness) -> Judged:
    """Apply a card's sureness to answers, (n, classes)."""
    given = np.asarray(probabilities, dtype=np.float64)
    calibrated = calibrate(given, temperature=facts.temperature, normal_bias=facts.normal_bias)
    told = calibrated[np.arange(len(given)), given.argmax(axis=1)] >= facts.threshold
    return Judged(given, calibrated, np.asarray(truth), np.asarray(patients), told, calibrated >= facts.set_limit)


def judge_across(
    probabilities: ArrayLike, truth: ArrayLike, patients: ArrayLike, *, groups: ArrayLike, aim: Aim | None = None
) -> Judged:
    """Judge every group by a sureness that was chosen on the other groups.

    Parameters
    ----------
    probabilities, truth, patients
        As for `judge_answers`.
    groups
        (n,): numbers of folds (`patient_folds`), or databases.
    aim
        See `auscult.evaluation.sureness_fit.Aim`.

    Returns
    -------
    Judged
        In the order given.
    """
    given, true, people, group = np.asarray(probabilities), np.asarray(truth), np.asarray(patients), np.asarray(groups)
    parts = []
    for one in np.unique(group):
        mine = group == one
        facts = fit_sureness(given[~mine], true[~mine], people[~mine], chosen_on="the other groups", aim=aim)
        parts.append((np.flatnonzero(mine), judge_answers(given[mine], true[mine], people[mine], facts)))
    back = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return Judged(*(np.concatenate(column)[back] for column in zip(*(_columns(judged) for _, judged in parts), strict=True)))


def patient_folds(patients: ArrayLike, *, folds: int = 5, seed: int = 0) -> NDArray[np.int64]:
    """Number of a fold for each recording, the same for all of a patient, (n,)."""
    names, number = np.unique(np.asarray(patients), return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(names)) % folds)[number]


def sureness_scores(judged: Judged) -> dict[str, float]:
    """Figures of judged answers; patients count alike in all but ECE and Brier score.

    Returns
    -------
    dict
        ``error_all``: share of wrong answers if all were told. ``coverage``, ``error``: share told, and wrong among these.
        ``ece_before``, ``ece_after``, ``brier_before``, ``brier_after``. ``set_coverage``, ``set_size``: share of conformal
        sets that hold the truth, and how many classes they have.
    """
    weights = patient_weights(judged.patients)
    coverage, error = coverage_and_error(judged.told.astype(float), judged.right, weights, 0.5)
    holds = judged.sets[np.arange(len(judged.truth)), judged.truth]
    return {
        "error_all": float(weights @ ~judged.right),
        "coverage": coverage,
        "error": error,
        "ece_before": expected_calibration_error(judged.probabilities, judged.truth, bins=BINS),
        "ece_after": expected_calibration_error(judged.calibrated, judged.truth, bins=BINS),
        "brier_before": brier_score(judged.probabilities, judged.truth),
        "brier_after": brier_score(judged.calibrated, judged.truth),
        "set_coverage": float(weights @ holds),
        "set_size": float(weights @ judged.sets.sum(axis=1)),
    }


def sureness_intervals(judged: Judged, *, draws: int = 500, seed: int = 0) -> dict[str, tuple[float, float]]:
    """95 % intervals of `sureness_scores` when patients are drawn with replacement."""
    names, number = np.unique(judged.patients, return_inverse=True)
    rows = [np.flatnonzero(number == patient) for patient in range(len(names))]
    rng = np.random.default_rng(seed)
    drawn = [sureness_scores(_drawn(judged, rows, rng.integers(0, len(rows), len(rows)))) for _ in range(draws)]
    return {name: _ends([scores[name] for scores in drawn]) for name in drawn[0]}


def _drawn(judged: Judged, rows: list[NDArray[np.intp]], patients: NDArray[np.int64]) -> Judged:
    """The recordings of drawn patients; one who was drawn twice counts as two."""
    picked = np.concatenate([rows[patient] for patient in patients])
    names = np.repeat(np.arange(len(patients)).astype(np.str_), [len(rows[patient]) for patient in patients])
    return Judged(*(names if column is judged.patients else column[picked] for column in _columns(judged)))


def _columns(judged: Judged) -> Iterator[NDArray[np.generic]]:
    yield from (judged.probabilities, judged.calibrated, judged.truth, judged.patients, judged.told, judged.sets)


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)
