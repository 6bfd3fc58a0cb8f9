"""The plain convolutional networks of PANNs: `cnn6`, `cnn10` and `cnn14`."""

from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from torch import Tensor, nn
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.base import Encoder, frame_mask
from auscult.models.output import Encoded
from auscult.models.panns_weights import read_panns
from auscult.models.registry import register_model
from auscult.models.repeat import all_frames, repeat_up_to
from auscult.options import Count, Share

Reading = Literal["s4", "panns"]


class Shape(NamedTuple):
    """Size of a network of the family.

    Attributes
    ----------
    blocks
        How many; each has twice the channels of the one before.
    kernel
        Height and width of the convolutions.
    convolutions
        In each block.
    pools
        How many of the blocks halve bands and frames.
    """

    blocks: int
    kernel: int
    convolutions: int
    pools: int


class Panns(Encoder):
    """Blocks of convolution, batch norm, ReLU and mean pooling; then mean over one axis, mean plus maximum over the other.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames); PANNs has one channel and 64 bands.
    width
        Channels after the first block; PANNs has 64.
    reading
        How a picture is read. ``s4``: as (bands, time); mean over time, then mean + maximum over the bands; no batch norm of
        the input, no fully connected layer. ``panns``: as (time, bands), so that PANNs' kernels lie as they were trained; batch
        norm of each input band, mean over the bands, then mean + maximum over time, a fully connected layer.
    frames
        A shorter picture is repeated up to so many frames; a longer one is read as it is.
    dropout
        After each block; PANNs has 0.2, S4 none.

    References
    ----------
    Kong et al., PANNs: Large-Scale Pretrained Audio Neural Networks for Audio Pattern Recognition, 2020; S4 (papers/004) and
    its released code for the reading ``s4``.
    """

    shape: ClassVar[Shape]

    def __init__(
        self,
        *,
        channels: int = 1,
        bands: int = 64,
        width: Count = 64,
        reading: Reading = "s4",
        frames: Count = 64,
        dropout: Share = 0.0,
    ) -> None:
        super().__init__()
        shape, smallest = self.shape, 2**self.shape.pools
        if bands < smallest or frames < smallest:
            raise AuscultError(
                f"This network halves a picture {shape.pools} times: give it at least {smallest} bands (features.bands) and "
                f"{smallest} frames (model.options.frames), not {bands} and {frames}."
            )
        widths = [width << number for number in range(shape.blocks)]
        self.embedding_size, self.reading, self.frames, self.pools = widths[-1], reading, frames, shape.pools
        self.normalize_input = nn.BatchNorm2d(bands) if reading == "panns" else None
        self.blocks = nn.ModuleList(_Block(a, b, shape) for a, b in pairwise((channels, *widths)))
        self.connect = nn.Linear(self.embedding_size, self.embedding_size) if reading == "panns" else None
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is None:
            lengths = all_frames(pictures)
        pictures, lengths = repeat_up_to(pictures, lengths, self.frames)
        if self.normalize_input is not None:
            pictures = self.normalize_input(pictures.transpose(1, 2)).transpose(1, 2)
        hidden = pictures if self.reading == "s4" else pictures.transpose(2, 3)  # panns: (…, frames, bands)
        for number, block in enumerate(self.blocks):
            hidden = block(hidden, self._mask(hidden, lengths))
            if number < self.pools:
                hidden, lengths = F.avg_pool2d(hidden, 2), lengths // 2  # a frame that is half padding counts no longer
            hidden = self.dropout(hidden)
        hidden = hidden * self._mask(hidden, lengths)
        return Encoded(self._pool_s4(hidden, lengths) if self.connect is None else self._pool_panns(hidden, lengths))

    def load_pretrained(self, source: str) -> None:
        """Start from a file of weights of PANNs; see `auscult.models.panns_weights.read_panns`."""
        self.load_state_dict(read_panns(Path(source), self.state_dict()))

    def _mask(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        if self.reading == "s4":
            return frame_mask(hidden, lengths)
        return frame_mask(hidden.transpose(2, 3), lengths).transpose(2, 3)  # (batch, 1, frames, 1)

    def _pool_s4(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        """(batch, width, bands, frames) → (batch, width)."""
        over_time = hidden.sum(dim=3) / lengths[:, None, None]  # (batch, width, bands)
        return over_time.amax(dim=2) + over_time.mean(dim=2)

    def _pool_panns(self, hidden: Tensor, lengths: Tensor) -> Tensor:
        """(batch, width, frames, bands) → (batch, width); what is padding is 0, and nothing is below 0 after ReLU."""
        assert self.connect is not None
        over_bands = hidden.mean(dim=3)  # (batch, width, frames)
        return F.relu(self.connect(over_bands.amax(dim=2) + over_bands.sum(dim=2) / lengths[:, None]))


class _Block(nn.Module):
    """Convolutions that keep the shape, each with batch norm and ReLU."""

    def __init__(self, before: int, after: int, shape: Shape) -> None:
        super().__init__()
        sizes = pairwise((before, *[after] * shape.convolutions))
        self.convolve = nn.ModuleList(nn.Conv2d(a, b, shape.kernel, padding=shape.kernel // 2, bias=False) for a, b in sizes)
        self.normalize = nn.ModuleList(nn.BatchNorm2d(after) for _ in range(shape.convolutions))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``mask`` is 0 behind the sound, so that to every convolution padding looks like the border of a picture."""
        for convolve, normalize in zip(self.convolve, self.normalize, strict=True):
            x = F.relu(normalize(convolve(x * mask)))
        return x


@register_model("cnn6")
class Cnn6(Panns):
    """Four blocks of one 5 × 5 convolution: 4.3 million parameters, an embedding of 512 numbers; see `Panns`."""

    shape = Shape(blocks=4, kernel=5, convolutions=1, pools=4)


@register_model("cnn10")
class Cnn10(Panns):
    """Four blocks of two 3 × 3 convolutions: 4.7 million parameters, an embedding of 512 numbers; see `Panns`."""

    shape = Shape(blocks=4, kernel=3, convolutions=2, pools=4)


@register_model("cnn14")
class Cnn14(Panns):
    """Six blocks of two 3 × 3 convolutions: 75 million parameters, an embedding of 2048 numbers; see `Panns`."""

    shape = Shape(blocks=6, kernel=3, convolutions=2, pools=5)
