"""Layers of `mn` that do not hear padding: inverted residual blocks with squeeze and excitation, and means over sound alone."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from auscult.models.base import frame_mask

Activation = Literal["relu", "hardswish"]


class Shape(NamedTuple):
    """One block: size of its depthwise convolution, channels inside and behind it at width 1, and what else it has."""

    kernel: int
    expanded: int
    out: int
    squeeze: bool
    activation: Activation
    stride: int


class Block(nn.Module):
    """1 × 1 convolution to more channels, depthwise convolution, squeeze and excitation, 1 × 1 convolution to fewer channels.

    The first is left out where it would add none; what came in is added to what comes out where the two have one shape. With
    ``keep_frames`` the stride is over the bands alone.
    """

    def __init__(self, before: int, shape: Shape, width: float, *, keep_frames: bool = False) -> None:
        super().__init__()
        expanded, out = scale_channels(shape.expanded, width), scale_channels(shape.out, width)
        self.stride, self.adds = 1 if keep_frames else shape.stride, shape.stride == 1 and before == out
        self.expand = None if expanded == before else ConvNorm(before, expanded, activation=shape.activation)
        self.depthwise = ConvNorm(
            expanded,
            expanded,
            kernel=shape.kernel,
            stride=(shape.stride, self.stride),
            groups=expanded,
            activation=shape.activation,
        )
        self.squeeze = Squeeze(expanded) if shape.squeeze else None
        self.project = ConvNorm(expanded, out)

    def forward(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """(batch, before, bands, frames) → (batch, out, bands / stride, frames / stride); ``lengths`` (batch,) are sound."""
        hidden = x if self.expand is None else self.expand(x)
        hidden = self.depthwise(mask(hidden, lengths))
        if self.squeeze is not None:
            hidden = self.squeeze(hidden, halve(lengths, self.stride))
        hidden = self.project(hidden)
        return x + hidden if self.adds else hidden


class ConvNorm(nn.Module):
    """Convolution, batch norm and activation, if there is one; borders are filled up with zeros."""

    def __init__(
        self,
        before: int,
        after: int,
        *,
        kernel: int = 1,
        stride: int | tuple[int, int] = 1,
        groups: int = 1,
        activation: Activation | None = None,
    ) -> None:
        super().__init__()
        self.convolve = nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.normalize = nn.BatchNorm2d(after, eps=1e-3, momentum=0.01)
        self.activate = {None: nn.Identity, "relu": nn.ReLU, "hardswish": nn.Hardswish}[activation]()

    def forward(self, x: Tensor) -> Tensor:
        """(batch, before, bands, frames) → (batch, after, bands / stride, frames / stride), rounded up."""
        activated: Tensor = self.activate(self.normalize(self.convolve(x)))
        return activated


class Squeeze(nn.Module):
    """Each channel times a factor from 0 to 1 that follows from the mean of all channels (Hu et al., CVPR 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        narrow = round_to_eight(channels // 4)
        self.reduce, self.restore = nn.Linear(channels, narrow), nn.Linear(narrow, channels)

    def forward(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        """(batch, channels, bands, frames) → the same shape."""
        factors = self.restore(self.reduce(mean_of_sound(x, lengths)).relu()).sigmoid()
        return x * factors[:, :, None, None]


def scale_channels(channels: int, width: float) -> int:
    """So many channels at this width."""
    return round_to_eight(channels * width)


def round_to_eight(value: float) -> int:
    """The nearest multiple of 8, at least 8 and at least 90 % of the value.

    Examples
    --------
    >>> round_to_eight(25.6), round_to_eight(11.5), round_to_eight(3)
    (24, 16, 8)
    """
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * value else rounded + 8


def mean_of_sound(x: Tensor, lengths: Tensor | None) -> Tensor:
    """Mean over bands and those frames that are sound: (batch, channels, bands, frames) → (batch, channels)."""
    if lengths is None:
        return x.mean(dim=(2, 3))
    return mean_over_time(x, lengths).mean(dim=(2, 3))


def mean_over_time(x: Tensor, lengths: Tensor | None) -> Tensor:
    """(batch, channels, bands, frames) → (batch, channels, bands, 1)."""
    if lengths is None:
        return x.mean(dim=3, keepdim=True)
    return mask(x, lengths).sum(dim=3, keepdim=True) / lengths[:, None, None, None]


def mask(x: Tensor, lengths: Tensor | None) -> Tensor:
    """0 behind the sound, so that padding looks like the border of a picture to a convolution."""
    return x if lengths is None else x * frame_mask(x, lengths)


def halve(lengths: Tensor | None, stride: int) -> Tensor | None:
    """Frames that are sound behind a convolution with this stride: rounded up, as its output is."""
    return lengths if lengths is None or stride == 1 else torch.div(lengths + stride - 1, stride, rounding_mode="floor")
