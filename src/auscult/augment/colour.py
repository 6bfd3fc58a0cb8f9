"""Random level and colouration of a picture, as if another stethoscope had been used."""

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from auscult.options import Amount


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomColour:
    """Add a random level and a smooth random equaliser curve to a log-mel picture.

    Devices differ in level and in frequency response; both are sums in dB. Wheezes and crackles are left alone, since a curve
    of a few corners cannot make or hide a narrow line.

    Parameters
    ----------
    level
        Standard deviation of the level in dB.
    tilt
        Standard deviation in dB of a straight line over the bands, at its ends.
    curve
        Standard deviation in dB of each of six corners between which the curve runs straight.
    """

    level: Amount = 4.0
    tilt: Amount = 4.0
    curve: Amount = 4.0

    def __call__(self, picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """(bands, frames) dB → the same shape."""
        bands = len(picture)
        corners = np.interp(np.linspace(0, 5, bands), np.arange(6), rng.normal(0, self.curve, 6))
        line = np.linspace(-1, 1, bands) * rng.normal(0, self.tilt)
        response = rng.normal(0, self.level) + line + corners  # (bands,)
        return picture + response[:, None].astype(np.float32)
