"""How well sureness keeps its word on recordings of patients it was not chosen on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.evaluation.sureness import calibrate, coverage_and_error, fair_weights
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
        """Whether each answer, the most probable class after calibration, is the truth, (n,)."""
        return np.asarray(self.calibrated.argmax(axis=1) == self.truth)

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Calibrated probability of each answer, (n,)."""
        return np.asarray(self.calibrated.max(axis=1))


def judge_answers(probabilities: ArrayLike, truth: ArrayLike, patients: ArrayLike, facts: CardSureness) -> Judged:
    """Apply a card's sureness to answers, (n, classes)."""
    given = np.asarray(probabilities, dtype=np.float64)
    calibrated = calibrate(given, temperature=facts.temperature, normal_bias=facts.normal_bias)
    told = calibrated.max(axis=1) >= facts.threshold
    return Judged(given, calibrated, np.asarray(truth), np.asarray(patients), told, calibrated >= facts.set_limit)


def judge_across(
    probabilities: ArrayLike,
    truth: ArrayLike,
    patients: ArrayLike,
    *,
    groups: ArrayLike,
    bias: bool = True,
    aim: Aim | None = None,
) -> Judged:
    """Judge every group by a sureness that was chosen on the other groups.

    Parameters
    ----------
    probabilities, truth, patients
        As for `judge_answers`.
    groups
        (n,): numbers of folds (`patient_folds`), or databases.
    bias, aim
        See `auscult.evaluation.sureness_fit.fit_sureness`.

    Returns
    -------
    Judged
        In the order given.
    """
    given, true, people, group = np.asarray(probabilities), np.asarray(truth), np.asarray(patients), np.asarray(groups)
    parts = []
    for one in np.unique(group):
        mine = group == one
        facts = fit_sureness(given[~mine], true[~mine], people[~mine], chosen_on="the other groups", bias=bias, aim=aim)
        parts.append((np.flatnonzero(mine), judge_answers(given[mine], true[mine], people[mine], facts)))
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    judged = [one for _, one in parts]
    return Judged(
        np.concatenate([one.probabilities for one in judged])[order],
        np.concatenate([one.calibrated for one in judged])[order],
        np.concatenate([one.truth for one in judged])[order],
        np.concatenate([one.patients for one in judged])[order],
        np.concatenate([one.told for one in judged])[order],
        np.concatenate([one.sets for one in judged])[order],
    )


def patient_folds(patients: ArrayLike, *, folds: int = 5, seed: int = 0) -> NDArray[np.int64]:
    """Number of a fold for each recording, the same for all of a patient, (n,)."""
    names, number = np.unique(np.asarray(patients), return_inverse=True)
    return (np.random.default_rng(seed).permutation(len(names)) % folds)[number]


def sureness_scores(judged: Judged) -> dict[str, float]:
    """Figures of judged answers, weighted as in `fit_sureness`: as if every other recording were abnormal.

    Returns
    -------
    dict
        ``error_before``, ``error_all``: share of wrong answers if all were told, before and after calibration. ``coverage``,
        ``error``: share told, and wrong among these. ``missed``: share of abnormal recordings that are told to be normal.
        ``false_alarms``: share of normal ones that are told to be abnormal. ``ece_before``, ``ece_after``, ``brier_before``,
        ``brier_after``. ``set_coverage``, ``set_size``: share of conformal sets that hold the truth, and how many classes they
        have.
    """
    weights = fair_weights(judged.patients, judged.truth)
    abnormal, told_normal = judged.truth > 0, judged.told & (judged.calibrated.argmax(axis=1) == 0)
    coverage, error = coverage_and_error(judged.told.astype(float), judged.right, weights, 0.5)
    holds = judged.sets[np.arange(len(judged.truth)), judged.truth]
    return {
        "error_before": float(weights @ (judged.probabilities.argmax(axis=1) != judged.truth)),
        "error_all": float(weights @ ~judged.right),
        "coverage": coverage,
        "error": error,
        "missed": float(weights[abnormal & told_normal].sum() / weights[abnormal].sum()),
        "false_alarms": float(weights[~abnormal & judged.told & ~told_normal].sum() / weights[~abnormal].sum()),
        "ece_before": _ece(judged.probabilities, judged.truth, weights),
        "ece_after": _ece(judged.calibrated, judged.truth, weights),
        "brier_before": _brier(judged.probabilities, judged.truth, weights),
        "brier_after": _brier(judged.calibrated, judged.truth, weights),
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


def _ece(probabilities: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """`auscult.evaluation.calibration.expected_calibration_error` with weights, in ten bins."""
    bins = np.minimum((probabilities.max(axis=1) * BINS).astype(int), BINS - 1)
    surplus = weights * (probabilities.max(axis=1) - (probabilities.argmax(axis=1) == truth))
    return float(np.abs(np.bincount(bins, weights=surplus, minlength=BINS)).sum())


def _brier(probabilities: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """`auscult.evaluation.calibration.brier_score` with weights."""
    target = np.eye(probabilities.shape[1])[truth]
    return float(weights @ ((probabilities - target) ** 2).sum(axis=1))


def _drawn(judged: Judged, rows: list[NDArray[np.intp]], patients: NDArray[np.int64]) -> Judged:
    """The recordings of drawn patients; one who was drawn twice counts as two."""
    picked = np.concatenate([rows[patient] for patient in patients])
    names = np.repeat(np.arange(len(patients)).astype(np.str_), [len(rows[patient]) for patient in patients])
    return Judged(
        judged.probabilities[picked],
        judged.calibrated[picked],
        judged.truth[picked],
        names,
        judged.told[picked],
        judged.sets[picked],
    )


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.nanquantile(values, (0.025, 0.975))
    return float(low), float(high)
