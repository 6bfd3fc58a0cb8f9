"""Random coloured noise in a picture."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, FiniteFloat
from pydantic.dataclasses import dataclass

from auscult.options import InOrder, Share


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomNoise:
    """Add the power of noise, from brown to violet, to the power of a picture.

    Parameters
    ----------
    probability
        With which noise is added.
    snr
        Least and most signal-to-noise ratio over all bands and frames, dB.
    slope
        Lowest and highest tilt of the noise from the first band to the last, dB.

    Notes
    -----
    In each cell the noise's power is exponentially distributed, as that of a Gaussian noise is.
    """

    probability: Share = 0.5
    snr: Annotated[tuple[FiniteFloat, FiniteFloat], InOrder] = (0.0, 30.0)
    slope: Annotated[tuple[FiniteFloat, FiniteFloat], InOrder] = (-30.0, 15.0)

    def __call__(self, picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """(bands, frames) dB → the same shape."""
        if rng.random() >= self.probability:
            return picture
        power = 10.0 ** (picture.astype(np.float64) / 10)
        colour = 10.0 ** (np.linspace(0, 1, len(picture)) * rng.uniform(*self.slope) / 10)  # (bands,)
        noise = colour[:, None] * rng.exponential(size=picture.shape)
        noise *= power.mean() / noise.mean() * 10.0 ** (-rng.uniform(*self.snr) / 10)
        return (10.0 * np.log10(power + noise)).astype(np.float32)
