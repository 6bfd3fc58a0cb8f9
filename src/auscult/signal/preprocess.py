"""What is done to the samples of a recording before a model hears it: the same in training and in analysis.

The order is band-pass, denoising, fading or repeating, level. The band-pass comes first, because rumble and hiss outside the
band would otherwise raise the estimate of the noise. Repeating comes after both: the filter would smear the seams, and the same
stretch counted twice would make the risk estimate surer than it is. The level comes last: it is that of what the model hears.
"""

import math
from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from auscult.errors import AuscultError
from auscult.signal.band_pass import band_pass, settling_samples
from auscult.signal.fit import fade, fit_length
from auscult.signal.level import LEVEL, LOUD, Gain, Loudness, find_gain, normalize_level
from auscult.signal.spool import Samples
from auscult.signal.wavelet import LEVELS, denoise, find_wavelet

STRETCH_SECONDS = 150.0
"""A longer recording is filtered stretch by stretch."""
_LEVELS = {"common": LEVEL, "loud": LOUD}


class Preprocess(BaseModel):
    """How the samples of a recording are prepared; kept with every recipe, run and model card.

    Attributes
    ----------
    band
        Edges in Hz of a zero-phase Butterworth band-pass (`auscult.signal.band_pass`); None keeps all.
    order
        Order of the designed filter.
    wavelet
        Name of the wavelet for denoising (`auscult.signal.wavelet`); None does not denoise.
    levels
        Octaves that are denoised, from half the rate down.
    reading
        ``shrink`` (soft thresholding) or ``remove-large`` (a sentence of the heart-sound CNN's paper, read literally).
    shortest_seconds
        A recording shorter than this is repeated up to it, with faded seams; None leaves it as it is.
    fade
        Whether the recording is faded in and out (62.5 ms, `auscult.signal.fit.fade`). One that is repeated always is.
    level
        ``common``: without its offset and at one loudness for all (`auscult.signal.level`); ``loud``: fifty times as loud, for
        features such as ``mn`` whose floor would swallow the upper bands of a chest otherwise; ``recorded``: as it is.

    Examples
    --------
    >>> samples = np.ones(4, dtype=np.float32)
    >>> Preprocess()(samples, 2000)
    array([1., 1., 1., 1.], dtype=float32)
    >>> Preprocess(shortest_seconds=0.005)(samples, 2000).shape
    (10,)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    band: tuple[float, float] | None = None
    order: int = Field(4, ge=1)
    wavelet: str | None = None
    levels: int = Field(LEVELS, ge=1)
    reading: Literal["shrink", "remove-large"] = "shrink"
    shortest_seconds: float | None = Field(None, gt=0)
    fade: bool = False
    level: Literal["common", "loud", "recorded"] = "common"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.band is not None and not 0 < self.band[0] < self.band[1]:
            raise ValueError(f"band {list(self.band)} must be 0 < low < high in Hz")
        if self.wavelet is not None:
            try:
                find_wavelet(self.wavelet)
            except AuscultError as error:
                raise ValueError(str(error)) from error
        return self

    def __call__(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """Prepare a whole recording.

        Parameters
        ----------
        samples
            Mono, (n,).
        rate
            Samples a second.

        Returns
        -------
        ndarray
            (m,), float32; m is n unless a short recording was repeated. The input itself where nothing is to be done.

        Raises
        ------
        AuscultError
            When the band begins at or above half the rate, or a recording to be repeated is empty.
        """
        return self.set_level(self.clean(samples, rate), rate)

    def clean(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """All but the last step, the level: what of the recording is kept, as loud as it was."""
        samples = self._filter(samples, rate)
        if self.shortest_seconds is not None and samples.size < round(self.shortest_seconds * rate):
            return fit_length(samples, rate, self.shortest_seconds, how="repeat")
        return fade(samples, rate) if self.fade else samples

    def clean_blocks(self, samples: Samples, rate: int) -> Iterator[NDArray[np.float32]]:
        """`clean` for a recording of any length, stretch by stretch and in order, however it is stored.

        A recording up to `STRETCH_SECONDS` is one stretch. A longer one is cut into equal stretches, which are filtered with so
        much of their neighbours that the cuts do not show; its noise (`wavelet`) is measured in each stretch anew.
        """
        count = max(1, math.ceil(samples.size / (STRETCH_SECONDS * rate)))
        if count == 1:
            yield self.clean(samples[0 : samples.size], rate)
            return
        margin = self.margin(rate)
        for number in range(count):
            start, stop = (samples.size * end // count for end in (number, number + 1))
            first = max(0, start - margin)
            kept = self._filter(samples[first : stop + margin], rate)[start - first : stop - first]
            yield fade(kept, rate, start=number == 0, end=number == count - 1) if self.fade else kept

    def _filter(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        if self.band is not None:
            samples = band_pass(samples, rate, low=self.band[0], high=self.band[1], order=self.order)
        if self.wavelet is not None:
            samples = denoise(samples, wavelet=self.wavelet, levels=self.levels, reading=self.reading)
        return samples

    def margin(self, rate: int) -> int:
        """Samples on either side that a stretch must be filtered with, so that the cut does not show."""
        margin = 0
        if self.band is not None:
            margin += settling_samples(rate, low=self.band[0], high=self.band[1], order=self.order)
        if self.wavelet is not None:
            margin += find_wavelet(self.wavelet).dec_len * 2 ** (self.levels + 1)
        return margin

    @property
    def keeps_all(self) -> bool:
        """Whether `clean` leaves every recording as it is."""
        return self.band is None and self.wavelet is None and self.shortest_seconds is None and not self.fade

    def find_gain(self, loudness: Loudness) -> Gain:
        """The last step as a gain, for a recording whose loudness after `clean` is known."""
        return Gain() if self.level == "recorded" else find_gain(loudness, _LEVELS[self.level])

    def set_level(self, samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
        """The last step, for what `clean` returns."""
        if self.level == "recorded":
            return samples
        return normalize_level(samples, rate, level=_LEVELS[self.level])
