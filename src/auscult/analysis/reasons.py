"""Why an answer is not told, and what to do about it, in plain words."""

from dataclasses import dataclass

from auscult.analysis.gate import Quality
from auscult.analysis.sureness import Sureness

_AGAIN = "record again: hold still, press lightly, in a quiet room"
_LISTEN = "listen to it, or record again at the same place and at others"


@dataclass(frozen=True)
class Reason:
    """One reason why an answer is not told.

    Attributes
    ----------
    sentence
        What is wrong.
    advice
        What to do.
    """

    sentence: str
    advice: str


def find_reasons(label: str | None, quality: Quality | None, sureness: Sureness | None) -> tuple[Reason, ...]:
    """Why an answer is not told: what makes the recording unusable, or else that the model is not sure enough.

    Parameters
    ----------
    label
        What is heard; None where no window could be answered.
    quality, sureness
        Of the recording; None where they were not measured.

    Returns
    -------
    tuple of Reason
        Empty where the answer is told.
    """
    serious = () if quality is None else tuple(Reason(f.sentence, f.advice) for f in quality.faults if f.serious)
    if serious:
        return serious
    if label is None:
        return (Reason("nothing is left that the model could hear", _AGAIN),)
    if sureness is not None and not sureness.told:
        sentence = f"not sure enough: {label} with {sureness.probability:.0%}, told from {sureness.threshold:.0%} on"
        return (Reason(sentence, _LISTEN),)
    return ()
