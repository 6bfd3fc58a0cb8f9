"""A random stretch of a picture."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomCrop:
    """Keep a random stretch of time; pictures that are not longer stay as they are.

    Parameters
    ----------
    frames
        Length of the stretch.
    """

    frames: Annotated[int, Field(gt=0)]

    def __call__(self, picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """(bands, n) → (bands, at most `frames`)."""
        spare = picture.shape[1] - self.frames
        if spare <= 0:
            return picture
        start = int(rng.integers(spare + 1))
        return picture[:, start : start + self.frames]
