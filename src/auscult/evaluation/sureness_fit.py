"""What an answer's sureness rests on, chosen on recordings of patients that the model has not learned from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from auscult.errors import AuscultError
from auscult.evaluation.sureness import LOWEST, calibrate, coverage_and_error, fair_weights, patient_weights
from auscult.evaluation.sureness_facts import CardSureness, OperatingPoint

_GRID = np.round(np.arange(0.2, 0.991, 0.01), 2)
_PULL = 0.01  # how strongly T is drawn to 1 and the bias to 0: validation patients are few
_LEAST_COVERAGE = 0.5
LEAST_PATIENTS = 10


@dataclass(frozen=True)
class Aim:
    """What the threshold is chosen for.

    Attributes
    ----------
    error
        The lowest threshold at which no larger share of the answers that are told is wrong. Where that would tell less than
        half of the recordings, ``coverage`` counts instead.
    coverage
        The highest threshold at which this share of recordings is told.
    set_level
        How often a conformal set is to hold the truth.
    """

    error: float | None = 0.1
    coverage: float = 0.8
    set_level: float = 0.9


def fit_sureness(
    probabilities: ArrayLike,
    truth: ArrayLike,
    patients: ArrayLike,
    *,
    chosen_on: str,
    bias: bool = True,
    aim: Aim | None = None,
) -> CardSureness:
    """Choose calibration, threshold and conformal limit.

    Normal recordings count half and abnormal ones half, and among either every patient alike, whoever was recorded how often.

    Parameters
    ----------
    probabilities
        Pooled answers of validation recordings, (n, classes).
    truth, patients
        Class indices and who was recorded, (n,).
    chosen_on
        Who they are, for the card.
    bias
        Whether normal gets a bias beside the temperature. Without, the most probable class stays what it was: for recordings
        that are pooled by their mean, whose offset has been chosen for the score.
    aim
        What the threshold is for; errors of at most 10 % if not given.

    Raises
    ------
    AuscultError
        With fewer than 10 patients: nothing could be said of others.
    """
    given, true, people = np.asarray(probabilities, dtype=np.float64), np.asarray(truth), np.asarray(patients)
    aim = aim or Aim()
    if len(np.unique(people)) < LEAST_PATIENTS:
        raise AuscultError(f"Sureness needs validation recordings of at least {LEAST_PATIENTS} patients.")
    weights = fair_weights(people, true)
    temperature, normal_bias = fit_calibration(given, true, weights, bias=bias)
    calibrated = calibrate(given, temperature=temperature, normal_bias=normal_bias)
    confidence, right = calibrated.max(axis=1), calibrated.argmax(axis=1) == true
    threshold = choose_threshold(confidence, right, weights, aim)
    coverage, error = coverage_and_error(confidence, right, weights, threshold)
    return CardSureness(
        temperature=round(temperature, 4),
        normal_bias=round(normal_bias, 4),
        threshold=threshold,
        coverage=round(coverage, 4),
        error=round(error, 4),
        set_level=aim.set_level,
        set_limit=round(_lower_limit(calibrated[np.arange(len(true)), true], people, true > 0, level=aim.set_level), 6),
        curve=tuple(_curve(confidence, right, weights)),
        chosen_on=chosen_on,
        recordings=len(true),
        patients=len(np.unique(people)),
    )


def fit_calibration(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64], *, bias: bool
) -> tuple[float, float]:
    """Temperature and, where asked for, bias of normal (`calibrate`) under which the truth is most likely."""
    rows = np.arange(len(truth))

    def surprise(parameters: NDArray[np.float64]) -> float:
        log_temperature, normal_bias = parameters
        likely = calibrate(probabilities, temperature=float(np.exp(log_temperature)), normal_bias=float(normal_bias))
        pull = _PULL * float(log_temperature**2 + normal_bias**2)
        return pull - float(weights @ np.log(np.maximum(likely[rows, truth], LOWEST)))

    furthest = 4.0 if bias else 0.0
    found = minimize(surprise, np.zeros(2), method="L-BFGS-B", bounds=((-2.0, 3.0), (-furthest, furthest))).x
    return float(np.exp(found[0])), float(found[1])


def choose_threshold(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64], aim: Aim
) -> float:
    """Choose the probability from which an answer is told."""
    points = [(float(threshold), *coverage_and_error(confidence, right, weights, float(threshold))) for threshold in _GRID]
    if aim.error is not None:
        for threshold, coverage, error in points:
            if coverage >= _LEAST_COVERAGE and error <= aim.error:
                return threshold
    return max((threshold for threshold, coverage, _ in points if coverage >= aim.coverage), default=float(_GRID[0]))


def conformal_limit(true_probability: NDArray[np.float64], patients: NDArray[np.str_], *, level: float) -> float:
    """Lowest calibrated probability at which a label stays in the set, so that sets hold the truth ``level`` of the time.

    Split conformal prediction with the patients as units: each of K patients has the same mass, 1 / (K + 1), spread over his
    recordings, and the patient to come has the last. It holds on average over validation patients and for a recording of a new
    patient *who could have been one of them*; another stethoscope, another age or another clinic is no such patient.

    Parameters
    ----------
    true_probability
        Calibrated probability of the truth, (n,).
    patients
        Who was recorded, (n,).
    level
        0 to 1.

    Returns
    -------
    float
        0 where the patients are too few for the level: the set then has all labels.

    References
    ----------
    R. Dunn, L. Wasserman and A. Ramdas, "Distribution-free prediction sets for two-layer hierarchical models", Journal of the
    American Statistical Association 118, 2023; Y. Lee, R. F. Barber and R. Willett, "Distribution-free inference with
    hierarchical data", 2023.
    """
    people = len(np.unique(patients))
    order = np.argsort(-true_probability, kind="stable")  # most probable first: least strange
    mass = np.cumsum((patient_weights(patients) * people / (people + 1))[order])
    reached = np.flatnonzero(mass >= level - 1e-12)
    return float(true_probability[order[reached[0]]]) if reached.size else 0.0


def _lower_limit(
    true_probability: NDArray[np.float64], patients: NDArray[np.str_], abnormal: NDArray[np.bool_], *, level: float
) -> float:
    """The lower of the limits of normal and of abnormal recordings, so that the promise is kept for either."""
    sides = [side for side in (abnormal, ~abnormal) if side.any()]
    return min(conformal_limit(true_probability[side], patients[side], level=level) for side in sides)


def _curve(confidence: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]) -> list[OperatingPoint]:
    """Every fifth threshold with its coverage and error, as far as anything is told."""
    points = ((float(t), *coverage_and_error(confidence, right, weights, float(t))) for t in _GRID[::5])
    return [OperatingPoint(threshold=t, coverage=round(c, 4), error=round(e, 4)) for t, c, e in points if c > 0]
