"""SpecAugment's masks, drawn for each picture by itself."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from auscult.options import CountOrZero, Share

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomMask:
    """Blot out random bands and random stretches of time (Park et al., SpecAugment, Interspeech 2019; no time warp).

    Parameters
    ----------
    bands, frames
        How many masks of each kind.
    band_share, frame_share
        Widest mask, as a share of the picture's bands and frames; widths are uniform from 0 to that.
    fill
        What blotted values become: ``zero``, the mean of the training data where pictures are standardised; ``mean``, the mean
        of the band over this picture, for models that look at each picture's own deviations; ``overall``, the mean over all
        bands and frames, as in S3's released code (where frames are blotted, that of the picture whose bands are blotted
        already); ``lowest``, the lowest of this picture. (S4's released code brings a batch to 0 … 1 and blots with 0: with the
        lowest of the whole batch.)
    probability
        Of a picture being masked at all. (The released code of S3 and S4 compares its ``p`` with a normal draw, so that its 1.0
        is 0.84. S3's draws for each picture, as here; S4's decides once for a whole batch, and then masks each picture by
        itself.)
    """

    bands: CountOrZero = 2
    frames: CountOrZero = 1
    band_share: Share = 0.16
    frame_share: Share = 0.2
    fill: Literal["zero", "mean", "overall", "lowest"] = "zero"
    probability: Share = 1.0

    def __call__(self, picture: "Tensor", rng: np.random.Generator) -> "Tensor":
        """(channels, bands, frames) → the same shape; the input is left as it is."""
        if self.probability < 1 and rng.random() >= self.probability:
            return picture
        masked = picture.clone()
        filling = self._filling(masked)
        for _ in range(self.bands):
            stretch = _stretch(picture.shape[1], self.band_share, rng)
            masked[:, stretch] = filling[:, stretch]
        filling = self._filling(masked)
        for _ in range(self.frames):
            stretch = _stretch(picture.shape[2], self.frame_share, rng)
            masked[:, :, stretch] = filling
        return masked

    def _filling(self, picture: "Tensor") -> "Tensor":
        """What blotted values become, (channels, bands, 1)."""
        if self.fill == "lowest":
            return picture.amin(dim=(1, 2), keepdim=True).expand(-1, picture.shape[1], -1)
        if self.fill == "overall":
            return picture.mean(dim=(1, 2), keepdim=True).expand(-1, picture.shape[1], -1)
        return picture.mean(dim=2, keepdim=True) * (self.fill == "mean")


def _stretch(length: int, share: float, rng: np.random.Generator) -> slice:
    width = int(rng.integers(0, max(1, int(length * share)) + 1))
    start = int(rng.integers(0, length - width + 1))
    return slice(start, start + width)
