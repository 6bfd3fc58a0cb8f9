"""From log-probabilities to an answer: temperature and normal offset, chosen on validation patients, never on the test split.

Where both are used the temperature comes first: the offset is chosen on, and added to, tempered log-probabilities.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from auscult.errors import AuscultError
from auscult.evaluation.metrics import score
from auscult.recordings.tasks import Task

LOWEST_LOG_PROBABILITY = -30.0
"""Stands in for log 0, so that one impossible class does not make a likelihood infinite."""
TEMPERATURE_RANGE = (0.05, 20.0)
OFFSETS: NDArray[np.float64] = np.round(np.arange(-60, 61) * 0.05, 2)
"""Offsets that are tried: -3 to 3 in steps of 0.05."""
HALVINGS = 20
PLATEAU_DEPTH = 0.005
"""Offsets that score within half a point of the best are as good as the best: validation patients are few."""


def decide(log_probabilities: ArrayLike, normal_offset: float = 0.0) -> NDArray[np.int64]:
    """Name the class of each segment: the largest log-probability after ``normal_offset`` was added to the normal class.

    Parameters
    ----------
    log_probabilities
        (…, classes), the normal class first; logits do as well, since only differences between classes count.
    normal_offset
        Natural-log units. Above 0 normal is answered more often (specificity rises, sensitivity falls).

    Returns
    -------
    NDArray[np.int64]
        Class indices, (…).
    """
    shifted = np.array(log_probabilities, dtype=np.float64)  # a copy
    shifted[..., 0] += normal_offset
    return shifted.argmax(axis=-1)


def fit_temperature(
    log_probabilities: ArrayLike,
    truth: ArrayLike,
    *,
    pool: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> float:
    """Find the temperature T under which softmax(log p / T) makes the truth most likely.

    Parameters
    ----------
    log_probabilities
        (n, classes) of validation segments; logits do as well.
    truth
        Class indices, (n,); of the pooled answers where these differ from the segments.
    pool
        Tempered log-probabilities of segments → log-probabilities of what is answered, such as whole recordings.

    Returns
    -------
    float
        T in `TEMPERATURE_RANGE`; above 1 the model was too sure of itself. The answer of a segment does not change with T as
        long as no offset is added.

    Raises
    ------
    AuscultError
        When there are no segments.

    References
    ----------
    C. Guo et al., "On calibration of modern neural networks", ICML 2017.
    """
    logs, true = _validation(log_probabilities, truth)

    def surprise(log_temperature: float) -> float:
        likelihoods = log_softmax(logs / np.exp(log_temperature), axis=1)
        if pool is not None:
            likelihoods = pool(likelihoods)
        return -float(likelihoods[np.arange(len(true)), true].mean())

    low, high = np.log(TEMPERATURE_RANGE)
    return float(np.exp(minimize_scalar(surprise, bounds=(low, high), method="bounded", options={"xatol": 1e-4}).x))


def choose_normal_offset(
    log_probabilities: ArrayLike,
    truth: ArrayLike,
    task: Task,
    *,
    patients: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> float:
    """Find the offset for `decide` that scores best on validation patients.

    The score as a function of the offset is a ragged curve with chance peaks, so not the highest point is taken but the middle
    of the plateau it stands on: the offsets around it that score within `PLATEAU_DEPTH` of the best. Of several plateaus that
    reach the best score the widest counts, of equally wide ones the one nearest to 0.

    Parameters
    ----------
    log_probabilities
        (n, classes) of validation segments, the normal class first.
    truth
        Class indices, (n,).
    task
        Its Score is what is made best.
    patients
        Who was recorded, (n,). Where given, an offset is kept only if offsets chosen on one half of these patients score better
        than none on the other half, on average over `HALVINGS` random halves: what does not carry over from one validation
        patient to the next will not carry over to the test side.
    weights
        How much each segment counts (n,), see `auscult.evaluation.metrics.score`; alike if not given.

    Returns
    -------
    float
        Between the ends of `OFFSETS`; 0 where the offset makes no difference or does not carry over.

    Raises
    ------
    AuscultError
        When the validation segments are all normal or all abnormal: no score can be computed.
    """
    logs, true = _validation(log_probabilities, truth)
    if not 0 < (true == 0).sum() < len(true):
        raise AuscultError(
            "The validation patients have only normal or only abnormal segments; take more patients for validation."
        )
    weight = np.ones(len(true)) if weights is None else np.asarray(weights, dtype=np.float64)
    if patients is not None and not _carries_over(logs, true, weight, task, np.asarray(patients)):
        return 0.0
    return _best_offset(logs, true, weight, task)


def _carries_over(
    logs: NDArray[np.float64],
    truth: NDArray[np.int64],
    weights: NDArray[np.float64],
    task: Task,
    patients: NDArray[np.generic],
) -> bool:
    """Whether an offset chosen on one half of the patients helps on the other."""
    rng = np.random.default_rng(0)
    everyone = np.unique(patients)
    gains = []
    for _ in range(HALVINGS):
        half = np.isin(patients, rng.permutation(everyone)[: len(everyone) // 2])
        if all(0 < (truth[side] == 0).sum() < side.sum() for side in (half, ~half)):
            offset = _best_offset(logs[half], truth[half], weights[half], task)
            other = truth[~half], weights[~half]
            tuned, plain = (score(other[0], decide(logs[~half], o), task, weights=other[1]).score for o in (offset, 0.0))
            gains.append(tuned - plain)
    return not gains or float(np.mean(gains)) > 0


def _best_offset(logs: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64], task: Task) -> float:
    scores = np.array([score(truth, decide(logs, offset), task, weights=weights).score for offset in OFFSETS])
    best = scores >= scores.max() - 1e-12
    plateaus = [run for run in _runs(scores >= scores.max() - PLATEAU_DEPTH) if best[run].any()]
    widths = {round(float(np.median(OFFSETS[run])), 3): len(run) for run in plateaus}  # by centre
    return min(widths, key=lambda centre: (-widths[centre], abs(centre)))


def _validation(log_probabilities: ArrayLike, truth: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    given = np.asarray(log_probabilities, dtype=np.float64)  # (n, classes)
    if not len(given):
        raise AuscultError("There are no validation segments to choose on; take more patients for validation.")
    return np.maximum(log_softmax(given, axis=1), LOWEST_LOG_PROBABILITY), np.asarray(truth, dtype=np.int64)


def _runs(flags: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Positions of each unbroken run of True."""
    positions = np.flatnonzero(flags)
    return np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1)
