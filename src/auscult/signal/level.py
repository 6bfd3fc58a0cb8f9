"""One loudness for all recordings, whatever the stethoscope's gain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.02
LOUD = 1.0
FRAME_SECONDS = 0.1
SILENCE = 10 ** (-90 / 20)  # -90 dBFS: at or below it a frame is digital silence, not a quiet chest


def frame_rms(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Root mean square of consecutive frames of 0.1 s, each about its own mean.

    So a constant offset is no sound, and a stretch of equal samples is silence.

    Parameters
    ----------
    samples
        Mono, (n,).
    rate
        Samples a second.

    Returns
    -------
    ndarray
        (frames,); a last part shorter than a frame is left out, except that a recording shorter than one frame is one frame.
    """
    length = max(1, min(round(FRAME_SECONDS * rate), samples.size))
    frames = samples[: samples.size // length * length].reshape(-1, length)  # (frames, length)
    return frames.std(axis=1)


@dataclass(frozen=True, eq=False)
class Loudness:
    """How loud a recording is.

    Attributes
    ----------
    rms
        As `frame_rms` gives it, (frames,).
    mean
        Of all samples: a constant offset.
    power
        Mean square about the mean.
    """

    rms: NDArray[np.float32]
    mean: float
    power: float

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing but digital silence, or a constant."""
        return bool(np.all(self.rms <= SILENCE))


class LoudnessMeter:
    """Fed with the samples of a recording in blocks of any length; ten numbers a second are kept.

    Parameters
    ----------
    rate
        Samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._frame = max(1, round(FRAME_SECONDS * rate))
        self._rms: list[NDArray[np.float32]] = []
        self._rest = np.empty(0, dtype=np.float32)
        self._count, self._sum, self._squares = 0, 0.0, 0.0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, (n,)."""
        self._count += block.size
        self._sum += float(block.sum(dtype=np.float64))
        self._squares += float(np.square(block, dtype=np.float64).sum())
        samples = np.concatenate([self._rest, block])
        whole = samples.size // self._frame * self._frame
        if whole:
            self._rms.append(frame_rms(samples[:whole], self._rate))
        self._rest = samples[whole:]

    def result(self) -> Loudness:
        """Sum up what was fed so far, at least one sample."""
        rms = np.concatenate(self._rms) if self._rms else frame_rms(self._rest, self._rate)
        mean = self._sum / self._count
        return Loudness(rms, mean, max(0.0, self._squares / self._count - mean**2))


@dataclass(frozen=True)
class Gain:
    """What brings a recording to a level: its offset is taken away, the rest is multiplied.

    Attributes
    ----------
    offset, factor
        Of the samples as they are read.
    """

    offset: float = 0.0
    factor: float = 1.0

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Samples (n,), of the whole recording or a part of it, at the level."""
        return (samples - np.float32(self.offset)) * np.float32(self.factor)


def find_gain(loudness: Loudness, level: float = LEVEL) -> Gain:
    """Find what brings a recording to a level; nothing where every frame is digital silence."""
    heard = loudness.rms[loudness.rms > SILENCE]
    return Gain(loudness.mean, level / float(np.median(heard))) if heard.size else Gain()


def normalize_level(samples: NDArray[np.float32], rate: int, *, level: float = LEVEL) -> NDArray[np.float32]:
    """Take out the constant offset and bring a recording to a level.

    The gain makes the median root mean square of 0.1 s frames that level. The median over frames, unlike the peak or the mean
    power, hardly moves with a knock on the stethoscope or with heart sounds.

    Parameters
    ----------
    samples
        The whole recording, mono, (n,): a part of it would get another gain.
    rate
        Samples a second.
    level
        The common one, 0.02, if not given.

    Returns
    -------
    ndarray
        (n,), float32. Not clipped: loud moments may exceed 1. A recording in which every frame is digital silence (at or
        below -90 dBFS) is returned unchanged.
    """
    if samples.size == 0:
        return samples
    meter = LoudnessMeter(rate)
    meter.feed(samples)
    loudness = meter.result()
    return samples if loudness.is_silent else find_gain(loudness, level)(samples)
