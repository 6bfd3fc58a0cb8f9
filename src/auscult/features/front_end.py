"""What stands between a spectrogram and a model: normalisation and deltas."""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor, nn

from auscult.features.batch_range import BatchRange
from auscult.features.deltas import Deltas
from auscult.features.standardize import Standardize

Normalize = Literal["training", "published"]


class FrontEnd(nn.Module):
    """Spectrogram in dB → channels of a picture.

    Parameters
    ----------
    bands
        Bands of the pictures.
    deltas
        True: three channels (static, Δ, ΔΔ), False: one.
    normalize
        ``training``: each band by its mean and deviation in the training data (`Standardize`); ``published``: by the range of
        the batch (`BatchRange`).
    """

    def __init__(self, *, bands: int, deltas: bool = True, normalize: Normalize = "training") -> None:
        super().__init__()
        self.bands = bands
        self.channels = 3 if deltas else 1
        self.standardize = Standardize(bands)
        self.range = BatchRange() if normalize == "published" else None
        self.deltas = Deltas() if deltas else None

    def forward(self, picture: Tensor) -> Tensor:
        """(batch, bands, frames) dB → (batch, channels, bands, frames)."""
        return self._stack(self.standardize(picture) if self.range is None else self.range(picture))

    def of_many(self, pictures: Sequence[Tensor]) -> list[Tensor]:
        """The same for a batch of pictures of different lengths: (bands, frames) dB → (channels, bands, frames) each."""
        normalized = map(self.standardize, pictures) if self.range is None else self.range.over_all(pictures)
        return [self._stack(picture[None])[0] for picture in normalized]

    def _stack(self, picture: Tensor) -> Tensor:
        return picture[:, None] if self.deltas is None else self.deltas(picture)
