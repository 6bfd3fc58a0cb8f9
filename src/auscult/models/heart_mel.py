"""A small convolutional network for heart sounds that is told nothing of the device; auscult's own."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.models.base import Encoder, frame_mask
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.options import Count, Positive, Share


@register_model("heart-mel")
class HeartMel(Encoder):
    """Each band of a picture less its own mean over time, four convolutions, attention over time.

    A stethoscope colours every beat alike. Taking each band's mean over the picture away leaves what changes from moment to
    moment: the sounds, the gaps, and how much louder a murmur is than the silence before it.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames).
    width
        Channels after the first convolution; twice, three and four times as many after the others.
    floor
        Values further than this below a picture's loudest are raised to it, in deviations of the training data.
    dropout
        Share of the embedding dropped.
    """

    def __init__(
        self, *, channels: int = 1, bands: int = 24, width: Count = 8, floor: Positive = 6.0, dropout: Share = 0.3
    ) -> None:
        super().__init__()
        del bands  # any number will do
        sizes = (channels, width, 2 * width, 3 * width, 4 * width)
        self.embedding_size, self.floor = sizes[-1], floor
        self.blocks = nn.ModuleList(_Block(before, after) for before, after in pairwise(sizes))
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        self.score = nn.Linear(sizes[-1], 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is None:
            lengths = torch.full_like(pictures[:, 0, 0, 0], pictures.shape[3])
        hidden = remove_band_means(pictures, lengths, self.floor)
        for number, block in enumerate(self.blocks):
            if number:
                hidden, lengths = self.pool(hidden), (lengths + 1) // 2
            hidden = block(hidden) * frame_mask(hidden, lengths)
            hidden = hidden.contiguous(memory_format=torch.channels_last)  # pooling is ten times as fast so
        moments = hidden.mean(dim=2).transpose(1, 2)  # (batch, frames / 8, width)
        silent = frame_mask(hidden, lengths)[:, 0, 0] == 0  # (batch, frames / 8)
        alpha = self.score(moments)[..., 0].masked_fill(silent, -torch.inf).softmax(dim=1)
        return Encoded(self.dropout((alpha[:, None] @ moments)[:, 0]))


def remove_band_means(pictures: Tensor, lengths: Tensor, floor: float) -> Tensor:
    """Each band less its mean over the frames that are sound, 0 behind them; the same shape.

    Values further than ``floor`` below a picture's loudest are raised to it before, so that digital silence does not decide.
    """
    mask = frame_mask(pictures, lengths)
    loudest = pictures.masked_fill(mask == 0, -torch.inf).amax(dim=(2, 3), keepdim=True)
    raised = torch.maximum(pictures, loudest - floor) * mask
    return (raised - raised.sum(dim=3, keepdim=True) / lengths[:, None, None, None]) * mask


class _Block(nn.Module):
    """Convolution 3 × 3, batch norm, ReLU."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.convolve = nn.Conv2d(before, after, 3, padding=1, bias=False)
        self.normalize = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.normalize(self.convolve(x)))
