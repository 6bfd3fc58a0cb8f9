"""Random loss of the upper bands, as if another stethoscope or a phone had let less through."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from auscult.options import Amount, InOrder, Share


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomLowPass:
    """Lower all bands above a random one, by more the further above.

    Parameters
    ----------
    probability
        With which bands are lowered.
    start
        Where the loss begins, lowest and highest, as a share of the bands.
    steepness
        Loss over a third of the bands, dB; nowhere more than twice as much.
    """

    probability: Share = 0.2
    start: Annotated[tuple[Share, Share], InOrder] = (0.35, 0.95)
    steepness: Amount = 30.0

    def __call__(self, picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """(bands, frames) dB → the same shape."""
        if rng.random() >= self.probability:
            return picture
        above = (np.linspace(0, 1, len(picture)) - rng.uniform(*self.start)) * 3  # thirds of the bands
        return picture - (self.steepness * np.clip(above, 0, 2)).astype(np.float32)[:, None]
