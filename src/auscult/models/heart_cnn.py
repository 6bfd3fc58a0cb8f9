"""The convolutional network of S2 for ten seconds of heart sound."""

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.base import Encoder
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.options import Count, Share


@register_model("heart-cnn")
class HeartCnn(Encoder):
    """Two stages of convolution and pooling, then one fully connected layer (S2, figure 3).

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames).
    frames
        Frames that the fully connected layer sees: longer pictures are cut, shorter ones filled with zeros. S2's pieces have
        121.
    widths
        Channels after each convolution.
    kernel
        Height and width of the convolutions.
    pool
        Height and width of the pooling windows, and their step.
    hidden
        Units of the fully connected layer.
    dropout
        Share of the fully connected layer's units dropped.

    References
    ----------
    S2 (papers/002). The paper gives none of the sizes.
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        bands: int = 50,
        frames: Count = 121,
        widths: Annotated[tuple[Count, ...], Field(min_length=2, max_length=2, strict=False)] = (8, 16),
        kernel: Count = 5,
        pool: Count = 3,
        hidden: Count = 64,
        dropout: Share = 0.0,
    ) -> None:
        super().__init__()
        if min(bands, frames) < pool**2:
            raise AuscultError(
                f"Pooling twice by {pool} (model.options.pool) wants at least {pool**2} bands (features.bands) and frames "
                f"(model.options.frames), not {bands} and {frames}."
            )
        self.embedding_size, self.frames = hidden, frames
        self.stages = nn.Sequential(_stage(channels, widths[0], kernel, pool), _stage(widths[0], widths[1], kernel, pool))
        cells = (bands // pool // pool) * (frames // pool // pool)
        self.connect = nn.Linear(widths[1] * cells, hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is not None:
            sound = torch.arange(pictures.shape[3], device=pictures.device) < lengths[:, None]  # (batch, frames)
            pictures = torch.where(sound[:, None, None], pictures, 0.0)
        hidden = self.stages(F.pad(pictures, (0, self.frames))[..., : self.frames])  # (batch, width, bands / 9, frames / 9)
        return Encoded(self.dropout(F.relu(self.connect(hidden.flatten(1)))))


def _stage(before: int, after: int, kernel: int, pool: int) -> nn.Sequential:
    # ReLU after pooling gives the same numbers as before it, on a ninth of the cells.
    return nn.Sequential(nn.Conv2d(before, after, kernel, padding="same"), nn.MaxPool2d(pool), nn.ReLU())
