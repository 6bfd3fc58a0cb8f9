"""Random changes of the sound itself: another heart rate, another pitch, more noise."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, FiniteFloat
from pydantic.dataclasses import dataclass

from auscult.options import CountOrZero, InOrder, Share


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class RandomWaveform:
    """Stretch, shift in pitch and add noise, each with some probability, as S2 does.

    The changes are slow next to a training step, so a few changed copies of each recording are prepared once; an epoch draws
    one of them, or the original, for each segment.

    Parameters
    ----------
    copies
        Changed copies of each recording.
    stretch
        Largest change of duration, as a share: between 1 − stretch and 1 + stretch times the speed. The length of the recording
        stays as it is.
    pitch
        Largest change of pitch, as a share of the frequency.
    snr
        Least and most signal-to-noise ratio of added white noise, dB.
    probability
        With which each of the three is applied.

    References
    ----------
    S2 (papers/002): stretching of 1–5 %, pitch shift of 1–10 %, noise at 20 dB or more. I. Jordal, audiomentations.
    """

    copies: CountOrZero = 2
    stretch: Annotated[float, Field(ge=0, le=0.8)] = 0.05
    pitch: Share = 0.10
    snr: Annotated[tuple[FiniteFloat, FiniteFloat], InOrder] = (20.0, 40.0)
    probability: Share = 0.5

    def __call__(self, samples: NDArray[np.float32], rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """(n,) samples → (n,) samples."""
        from audiomentations import AddGaussianSNR, Compose, PitchShift, TimeStretch

        semitones = 12 * float(np.log2(1 + self.pitch))
        change = Compose(
            [
                TimeStretch(1 - self.stretch, 1 + self.stretch, leave_length_unchanged=True, p=self.probability),
                PitchShift(-semitones, semitones, p=self.probability),
                AddGaussianSNR(*self.snr, p=self.probability),
            ]
        )
        with _seeded(int(rng.integers(2**32))):
            changed: NDArray[np.float32] = change(samples, sample_rate=rate)
        return changed


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Give the global generators, which audiomentations draws from, a seed for a while; not for use from several threads."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
