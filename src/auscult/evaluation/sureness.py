"""Answers to whole recordings made calibrated, and how much each recording counts when sureness is chosen or measured."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

LOWEST = 1e-6
"""Stands in for a probability of 0, so that one impossible class does not make a likelihood infinite."""


def calibrate(probabilities: ArrayLike, *, temperature: float, normal_bias: float) -> NDArray[np.float64]:
    """Bring the probabilities of whole recordings to what they are worth: softmax(log p / T, with the bias on normal).

    Parameters
    ----------
    probabilities
        Of the answers as they are pooled over windows, (…, classes), the normal class first.
    temperature
        T; above 1 the model was too sure of itself.
    normal_bias
        Added to the normal class, natural-log units: the most abnormal part of a recording speaks for it, which makes any
        recording look more abnormal than it is.

    Returns
    -------
    ndarray
        (…, classes), adding up to 1. With a bias the most probable class may be another one than before.

    Examples
    --------
    >>> calibrate([0.2, 0.8], temperature=2.0, normal_bias=0.0).round(3).tolist()
    [0.333, 0.667]
    """
    logs = np.log(np.maximum(np.asarray(probabilities, dtype=np.float64), LOWEST)) / temperature
    logs[..., 0] += normal_bias
    raised = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def patient_weights(patients: ArrayLike) -> NDArray[np.float64]:
    """How much each recording counts so that all patients count alike, (n,), adding up to 1."""
    _, number, times = np.unique(np.asarray(patients), return_inverse=True, return_counts=True)
    return 1 / (times[number] * len(times))


def fair_weights(patients: ArrayLike, truth: ArrayLike) -> NDArray[np.float64]:
    """`patient_weights` among normal recordings and among abnormal ones, which count half each; (n,), adding up to 1.

    Most recordings are normal: without this, a model that calls nearly everything normal would be told nearly always and be
    wrong seldom.
    """
    names, abnormal = np.asarray(patients), np.asarray(truth) > 0
    weights = np.zeros(len(names))
    sides = [side for side in (abnormal, ~abnormal) if side.any()]
    for side in sides:
        weights[side] = patient_weights(names[side]) / len(sides)
    return weights


def coverage_and_error(confidence: ArrayLike, right: ArrayLike, weights: ArrayLike, threshold: float) -> tuple[float, float]:
    """Share of recordings whose confidence reaches a threshold, and share of wrong answers among these (NaN where none does).

    Parameters
    ----------
    confidence, right, weights
        Probability of the answer, whether it is the truth, how much the recording counts; (n,) each.
    """
    given, weight = np.asarray(confidence, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    told = given >= threshold
    share = float(weight[told].sum())
    wrong = float(weight[told & ~np.asarray(right, dtype=bool)].sum())
    return share / float(weight.sum()), wrong / share if share else float("nan")
