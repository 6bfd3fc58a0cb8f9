"""Random speed of a picture: another breathing or heart rate."""

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from auscult.options import Share


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomStretch:
    """Draw a picture out or together along time, by linear interpolation between frames; pitch stays where it is.

    Parameters
    ----------
    share
        Largest change: the number of frames is multiplied by e^u, u uniform from −share to share.
    """

    share: Share = 0.2

    def __call__(self, picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
        """(bands, frames) dB → (bands, other frames)."""
        frames = picture.shape[1]
        wanted = max(1, round(frames * float(np.exp(rng.uniform(-self.share, self.share)))))
        places = np.linspace(0, frames - 1, wanted)
        before = np.minimum(places.astype(int), max(0, frames - 2))
        after = np.minimum(before + 1, frames - 1)
        part = (places - before).astype(np.float32)
        return picture[:, before] * (1 - part) + picture[:, after] * part
