"""`mn`: MobileNetV3-Large for spectrograms, small enough for a phone."""

from pathlib import Path

import torch
from torch import Tensor, nn

from auscult.models.base import Encoder
from auscult.models.frame_map import map_of_frames, to_frames
from auscult.models.mn_layers import Block, ConvNorm, Shape, halve, mask, mean_over_time, scale_channels
from auscult.models.mn_weights import read_mn
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.models.repeat import all_frames, repeat_up_to
from auscult.options import Count, Positive, Share

_STEM, _LAST, _CONNECTED = 16, 6, 1280
"""Channels of the first convolution, channels of the last one for each that it hears, and size of the embedding."""
_BLOCKS = (
    Shape(3, 16, 16, False, "relu", 1),
    Shape(3, 64, 24, False, "relu", 2),
    Shape(3, 72, 24, False, "relu", 1),
    Shape(5, 72, 40, True, "relu", 2),
    Shape(5, 120, 40, True, "relu", 1),
    Shape(5, 120, 40, True, "relu", 1),
    Shape(3, 240, 80, False, "hardswish", 2),
    Shape(3, 200, 80, False, "hardswish", 1),
    Shape(3, 184, 80, False, "hardswish", 1),
    Shape(3, 184, 80, False, "hardswish", 1),
    Shape(3, 480, 112, True, "hardswish", 1),
    Shape(3, 672, 112, True, "hardswish", 1),
    Shape(5, 672, 160, True, "hardswish", 2),  # the last stage begins
    Shape(5, 960, 160, True, "hardswish", 1),
    Shape(5, 960, 160, True, "hardswish", 1),
)
_LAST_STAGE = _BLOCKS[12]
_CELL_FRAMES = 16
"""Frames between two cells where the last stage keeps its frames."""


@register_model("mn")
class MobileNet(Encoder):
    """Inverted residual blocks of depthwise convolutions; mean over bands and time; a fully connected layer.

    The head on the embedding is one linear layer, so that encoder and head together end in the two layers of MobileNetV3, of
    which the first can start from published weights too. There is no map unless ``locate``: pooling comes before a layer that
    mixes everything.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames). Any number of bands will do; the weights have one channel.
    width
        Factor on the number of channels, which is then rounded to a multiple of 8; 0.4 makes 0.7 million parameters.
    frames
        A shorter picture is repeated up to so many frames; a longer one is read as it is.
    dropout
        Of the embedding.
    centre
        Take each band's mean over the sound out of each picture, and with it what a stethoscope does to all of it.
    locate
        Tell as well in which frames something abnormal is heard, in steps of 16: the last stage keeps its frames, and the layer
        behind the pooling is asked about each of them too. The map is the probability in each frame, alike in all bands. It has
        to be taught (`auscult.objectives.located_mixup.LocatedMixup`).

    References
    ----------
    Howard et al., Searching for MobileNetV3, ICCV 2019 (arXiv 1905.02244); Schmid, Koutini, Widmer, Efficient large-scale audio
    tagging via transformer-to-CNN knowledge distillation, ICASSP 2023 (arXiv 2211.04772).
    """

    published = (
        "EfficientAT, trained on AudioSet (Schmid, Koutini, Widmer, ICASSP 2023, arXiv 2211.04772); MIT licence, "
        "© 2022 Florian Schmid"
    )

    def __init__(
        self,
        *,
        channels: int = 1,
        bands: int = 128,
        width: Positive = 0.4,
        frames: Count = 1,
        dropout: Share = 0.2,
        centre: bool = False,
        locate: bool = False,
    ) -> None:
        super().__init__()
        del bands
        self.width, self.frames, self.centre, self.tells_frames = width, frames, centre, locate
        self.embedding_size = scale_channels(_CONNECTED, width)
        before = scale_channels(_STEM, width)
        self.stem = ConvNorm(channels, before, kernel=3, stride=2, activation="hardswish")
        blocks = []
        for shape in _BLOCKS:
            blocks.append(Block(before, shape, width, keep_frames=locate and shape is _LAST_STAGE))
            before = scale_channels(shape.out, width)
        self.blocks, self.strides = nn.ModuleList(blocks), [block.stride for block in blocks]
        self.last = ConvNorm(before, _LAST * before, activation="hardswish")
        self.connect = nn.Linear(_LAST * before, self.embedding_size)
        self.activate = nn.Hardswish()
        self.dropout = nn.Dropout(dropout)
        if locate:
            self.place = nn.Linear(self.embedding_size, 1)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is not None and bool((lengths == pictures.shape[3]).all()):
            lengths = None  # nothing is padding: spare the masks
        given, given_lengths = pictures, lengths
        if self.centre:
            pictures = pictures - mean_over_time(pictures, lengths)
        if self.frames > 1:
            pictures, filled = repeat_up_to(pictures, all_frames(pictures) if lengths is None else lengths, self.frames)
            lengths = None if lengths is None else filled
        hidden = self.stem(mask(pictures, lengths))
        lengths = halve(lengths, 2)
        for block, stride in zip(self.blocks, self.strides, strict=True):
            hidden = block(hidden, lengths)
            lengths = halve(lengths, stride)
        cells = self.last(hidden).mean(dim=2, keepdim=True)  # (batch, channels, 1, cells)
        pooled = mean_over_time(cells, lengths)[..., 0]  # (batch, channels, 1)
        if not self.tells_frames:
            return Encoded(self._embed(pooled[..., 0]))
        each = self._embed(torch.cat([pooled, cells[:, :, 0]], dim=2).transpose(1, 2))  # (batch, 1 + cells, size)
        count = all_frames(cells) if lengths is None else lengths
        logits = to_frames(self.place(each[:, 1:])[..., 0], count, frames=given.shape[3], step=_CELL_FRAMES)
        attention = map_of_frames(logits, given_lengths, given)
        return Encoded(each[:, 0], attention, time_attention=attention.sum(dim=1), frame_logits=logits)

    def _embed(self, pooled: Tensor) -> Tensor:
        embedded: Tensor = self.dropout(self.activate(self.connect(pooled)))
        return embedded

    def load_pretrained(self, source: str) -> None:
        """Start from a file of weights of EfficientAT; see `auscult.models.mn_weights.read_mn`."""
        own = self.state_dict()
        wanted = {name: value for name, value in own.items() if not name.startswith("place.")}
        self.load_state_dict(own | read_mn(Path(source), wanted, width=self.width))
