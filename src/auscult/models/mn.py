"""`mn`: MobileNetV3-Large for spectrograms, small enough for a phone."""

from pathlib import Path

from torch import Tensor, nn

from auscult.models.base import Encoder
from auscult.models.mn_layers import Block, ConvNorm, Shape, halve, mask, mean_of_sound, mean_over_time, scale_channels
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
    Shape(5, 672, 160, True, "hardswish", 2),
    Shape(5, 960, 160, True, "hardswish", 1),
    Shape(5, 960, 160, True, "hardswish", 1),
)


@register_model("mn")
class MobileNet(Encoder):
    """Inverted residual blocks of depthwise convolutions; mean over bands and time; a fully connected layer.

    The head on the embedding is one linear layer, so that encoder and head together end in the two layers of MobileNetV3, of
    which the first can start from published weights too. There is no map: pooling comes before a layer that mixes everything.

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
    ) -> None:
        super().__init__()
        del bands
        self.width, self.frames, self.centre = width, frames, centre
        self.embedding_size = scale_channels(_CONNECTED, width)
        before = scale_channels(_STEM, width)
        self.stem = ConvNorm(channels, before, kernel=3, stride=2, activation="hardswish")
        self.blocks = nn.ModuleList()
        for shape in _BLOCKS:
            self.blocks.append(Block(before, shape, width))
            before = scale_channels(shape.out, width)
        self.last = ConvNorm(before, _LAST * before, activation="hardswish")
        self.connect = nn.Linear(_LAST * before, self.embedding_size)
        self.activate = nn.Hardswish()
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        if lengths is not None and bool((lengths == pictures.shape[3]).all()):
            lengths = None  # nothing is padding: spare the masks
        if self.centre:
            pictures = pictures - mean_over_time(pictures, lengths)
        if self.frames > 1:
            pictures, filled = repeat_up_to(pictures, all_frames(pictures) if lengths is None else lengths, self.frames)
            lengths = None if lengths is None else filled
        hidden = self.stem(mask(pictures, lengths))
        lengths = halve(lengths, 2)
        for block, shape in zip(self.blocks, _BLOCKS, strict=True):
            hidden = block(hidden, lengths)
            lengths = halve(lengths, shape.stride)
        pooled = mean_of_sound(self.last(hidden), lengths)
        return Encoded(self.dropout(self.activate(self.connect(pooled))))

    def load_pretrained(self, source: str) -> None:
        """Start from a file of weights of EfficientAT; see `auscult.models.mn_weights.read_mn`."""
        self.load_state_dict(read_mn(Path(source), self.state_dict(), width=self.width))
