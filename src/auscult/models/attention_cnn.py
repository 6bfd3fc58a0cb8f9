"""A small convolutional network with attention over time and pitch; auscult's own, for windows of real sound."""

from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.base import Encoder, window_index
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.options import Count, Share


@register_model("attention-cnn")
class AttentionCnn(Encoder):
    """Four convolutions that keep every frame, then attention heads that each choose where to listen; 33 k parameters.

    A cell is a group of four neighbouring bands in one frame. Each head has a map α over the cells of a picture that sums to 1,
    and gives the mean of the cells weighted by it; the embedding is all heads side by side, the picture's map their mean.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames); ``bands`` a multiple of 4.
    widths
        Channels after each convolution. The first two halve the bands, the last two look further along time (dilation 2 and 4),
        so that a cell hears 17 frames.
    heads
        Number of maps.
    dropout
        Share of whole channels dropped before the heads, and of the embedding.
    """

    def __init__(
        self,
        *,
        channels: int = 3,
        bands: int = 64,
        widths: Annotated[tuple[Count, ...], Field(min_length=4, max_length=4, strict=False)] = (16, 32, 32, 48),
        heads: Count = 4,
        dropout: Share = 0.2,
    ) -> None:
        super().__init__()
        self.embedding_size = heads * widths[-1]
        self.group = 4
        if bands % self.group:
            raise AuscultError(f"Model attention-cnn wants a multiple of {self.group} bands (features.bands), not {bands}.")
        self.reach = 1 + 1 + 2 + 4  # frames to each side that a cell hears
        self.normalize_input = nn.BatchNorm1d(channels * bands)
        sizes = (channels, *widths)
        shapes = ((2, 1), (2, 1), (1, 2), (1, 4))  # step over the bands, dilation along time
        self.blocks = nn.ModuleList(_Block(sizes[i], sizes[i + 1], *shape) for i, shape in enumerate(shapes))
        self.pitch = nn.Parameter(torch.zeros(1, widths[2], bands // self.group, 1))  # tells a convolution where it is
        self.score = nn.Sequential(nn.Conv2d(widths[3], widths[3], 1), nn.Tanh(), nn.Conv2d(widths[3], heads, 1, bias=False))
        self.drop_channels, self.dropout = nn.Dropout2d(dropout), nn.Dropout(dropout)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is None:
            return self._attend(self.encode_cells(pictures))
        mask = torch.arange(pictures.shape[3], device=pictures.device) < lengths[:, None]  # (batch, frames)
        return self._attend(self.encode_cells(pictures, mask), mask)

    def encode_cells(self, pictures: Tensor, mask: Tensor | None = None) -> Tensor:
        """Pictures (batch, channels, bands, frames) → cells (batch, width, bands / 4, frames); 0 behind the sound."""
        batch, channels, bands, frames = pictures.shape
        hidden = self.normalize_input(pictures.reshape(batch, channels * bands, frames)).view(pictures.shape)
        for number, block in enumerate(self.blocks):
            if mask is not None:
                hidden = hidden * mask[:, None, None]  # so that padding looks like the border of a picture
            hidden = block(hidden)
            if number == 2:
                hidden = hidden + self.pitch
        return hidden

    def encode_windows(self, pictures: Tensor, starts: Tensor, frames: Tensor) -> Encoded:
        """See `Encoder.encode_windows`; cells are computed once, and hear `reach` frames beyond the window they are in."""
        cells = self.encode_cells(pictures)
        windows = cells[..., window_index(starts, frames)]  # (batch, width, groups, windows, frames)
        return self._attend(windows.permute(0, 3, 1, 2, 4).flatten(0, 1))

    def _attend(self, cells: Tensor, mask: Tensor | None = None) -> Encoded:
        scores = self.score(cells)  # (batch, heads, groups, frames)
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None], -torch.inf)
        alpha = scores.flatten(2).softmax(dim=2)  # (batch, heads, cells)
        heads = alpha @ self.drop_channels(cells).flatten(2).transpose(1, 2)  # (batch, heads, width)
        shared = alpha.mean(dim=1).view(-1, 1, scores.shape[2], scores.shape[3]) / self.group
        attention = shared.squeeze(1).repeat_interleave(self.group, dim=1)  # (batch, bands, frames)
        return Encoded(self.dropout(heads.flatten(1)), attention, time_attention=attention.sum(dim=1))


class _Block(nn.Module):
    """Convolution 3 × 3, batch norm, ReLU; frames are padded with zeros."""

    def __init__(self, before: int, after: int, step: int, dilation: int) -> None:
        super().__init__()
        self.convolve = nn.Conv2d(before, after, 3, stride=(step, 1), padding=(1, dilation), dilation=(1, dilation), bias=False)
        self.normalize = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.normalize(self.convolve(x)))
