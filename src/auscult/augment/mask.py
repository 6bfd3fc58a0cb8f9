"""SpecAugment's masks, drawn for each sample."""

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

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
        of the band over this picture, for models that look at each picture's own deviations.
    """

    bands: int = 2
    frames: int = 1
    band_share: float = 0.16
    frame_share: float = 0.2
    fill: Literal["zero", "mean"] = "zero"

    def __call__(self, picture: "Tensor", rng: np.random.Generator) -> "Tensor":
        """(channels, bands, frames) → the same shape; the input is left as it is."""
        masked = picture.clone()
        filling = picture.mean(dim=2, keepdim=True) * (self.fill == "mean")  # (channels, bands, 1)
        for _ in range(self.bands):
            stretch = _stretch(picture.shape[1], self.band_share, rng)
            masked[:, stretch] = filling[:, stretch]
        for _ in range(self.frames):
            stretch = _stretch(picture.shape[2], self.frame_share, rng)
            masked[:, :, stretch] = filling
        return masked


def _stretch(length: int, share: float, rng: np.random.Generator) -> slice:
    width = int(rng.integers(0, max(1, int(length * share)) + 1))
    start = int(rng.integers(0, length - width + 1))
    return slice(start, start + width)
