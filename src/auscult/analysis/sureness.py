"""How sure the answer to a recording is, and whether that is enough to tell it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.evaluation.sureness import calibrate


@dataclass(frozen=True)
class Sureness:
    """How sure an answer is; `coverage` and `error` as measured on validation patients, from the model's card.

    Attributes
    ----------
    told
        Whether the probability reaches the threshold.
    probability
        Of the label, calibrated.
    threshold
        From which an answer is told.
    coverage
        Share of validation recordings whose answer reaches the threshold.
    error
        Share of wrong answers among these.
    labels
        Conformal set: the labels that cannot be ruled out, the most probable first. Empty where the recording is like none of
        the validation recordings.
    """

    told: bool
    probability: float
    threshold: float
    coverage: float
    error: float
    labels: tuple[str, ...] | None = None


def calibrated(pooled: NDArray[np.float64], card: Card) -> NDArray[np.float64]:
    """Calibrate a recording's pooled probabilities, (answer classes,); as they are where the card says nothing of it."""
    facts = card.sureness
    return pooled if facts is None else calibrate(pooled, temperature=facts.temperature, normal_bias=facts.normal_bias)


def find_sureness(probabilities: Mapping[str, float], card: Card) -> Sureness | None:
    """How sure an answer is.

    Parameters
    ----------
    probabilities
        Calibrated, of the recording by answer class (`auscult.analysis.result.RecordingAnswer`); the most probable one is the
        answer.
    card
        The model's.

    Returns
    -------
    Sureness or None
        None where the card says nothing of it.
    """
    facts = card.sureness
    if facts is None:
        return None
    names, given = list(probabilities), np.array(list(probabilities.values()))
    probability = float(given.max())
    likely = np.argsort(-given, kind="stable")
    return Sureness(
        told=probability >= facts.threshold,
        probability=probability,
        threshold=facts.threshold,
        coverage=facts.coverage,
        error=facts.error,
        labels=tuple(names[i] for i in likely if given[i] >= facts.set_limit),
    )
