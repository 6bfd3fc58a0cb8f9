"""What an objective may want beside a segment: a positive to compare it with, and negatives."""

from dataclasses import dataclass
from typing import Literal

Alike = Literal["label", "file"]
Both = Literal["either", "positive", "negative", "neither"]


@dataclass(frozen=True)
class Partners:
    """Partners that every anchor of a batch is to have: one positive and some negatives.

    Attributes
    ----------
    positives, negatives
        What such a partner shares with its anchor: the class (``label``) or the recording (``file``).
    both
        What a segment that shares both may be.
    count
        Negatives of an anchor.
    anchors
        Anchors of a batch; None: as many as a plain batch has segments.
    classify_steps
        N: so many plain batches, then one with partners.
    """

    positives: Alike
    negatives: Alike
    both: Both
    count: int
    anchors: int | None
    classify_steps: int
