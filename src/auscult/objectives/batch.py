"""What an objective learns from at a time."""

from collections.abc import Mapping
from typing import NamedTuple

from torch import Tensor


class Batch(NamedTuple):
    """Views of some segments: all first views, then all second ones, and so on; one view each unless the objective wants more.

    Attributes
    ----------
    pictures
        (views, channels, bands, frames), padded with zeros behind.
    lengths
        Frames of each that are sound (views,).
    truth
        Class indices (views,).
    labels
        By name, what else is known of the segments, as far as the objective asks for it (`Objective.labels`): integers
        (views,), alike where segments are, −1 where it is not annotated.
    partners
        In a batch with partners (`Objective.partners`): of the first ``anchors`` views the places in the batch of the positive
        and, behind it, of the negatives (anchors, 1 + negatives). None in a plain batch.
    repeated
        How many of these partners their anchor has already: another view of the same segment, for want of others.
    tokens
        What is told of each (views, tokens), padded behind; None unless the model reads (`auscult.models.base.ReadingEncoder`).
    places
        1 in frames in which something abnormal was annotated, else 0 (views, frames); None unless the objective asks for it
        (`Objective.wants_places`).
    """

    pictures: Tensor
    lengths: Tensor
    truth: Tensor
    labels: Mapping[str, Tensor] = {}
    partners: Tensor | None = None
    repeated: int = 0
    tokens: Tensor | None = None
    places: Tensor | None = None

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What a model or its encoder is called with: pictures, lengths and, where it reads, tokens."""
        return (self.pictures, self.lengths) if self.tokens is None else (self.pictures, self.lengths, self.tokens)
