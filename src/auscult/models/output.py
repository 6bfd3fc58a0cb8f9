"""What every model returns."""

from typing import NamedTuple

from torch import Tensor


class Encoded(NamedTuple):
    """A batch of pictures, encoded.

    Attributes
    ----------
    embedding
        (batch, size)
    attention
        (batch, bands, frames), non-negative, each picture's sums to 1; None where the model has no map of its own.
    frequency_attention
        (batch, frames, bands), each frame's sums to 1; None where there is none.
    time_attention
        (batch, frames), each picture's sums to 1; None where there is none.
    frame_logits
        (batch, frames), log-odds that something abnormal is heard in each frame; None where that is not told.
    """

    embedding: Tensor
    attention: Tensor | None = None
    frequency_attention: Tensor | None = None
    time_attention: Tensor | None = None
    frame_logits: Tensor | None = None


class Output(NamedTuple):
    """`Encoded`, and the logits (batch, classes) that the classifier makes of the embedding."""

    logits: Tensor
    embedding: Tensor
    attention: Tensor | None = None
    frequency_attention: Tensor | None = None
    time_attention: Tensor | None = None
    frame_logits: Tensor | None = None
