"""Level of a recording piece by piece: silence, gaps, clipping, coarse values, offset."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.signal.level import FRAME_SECONDS, SILENCE, LoudnessMeter

FULL_SCALE = 0.985  # resampling moves clipped peaks a little below or above 1
COUNTED_VALUES = 64  # of different values no more are counted: a loud sound has thousands, a very quiet one some sixty


@dataclass(frozen=True)
class Level:
    """How loud a recording is, and how its samples are spread.

    Attributes
    ----------
    seconds
        Duration.
    silent
        Share of the 0.1 s frames that are digital silence or a constant, 0 to 1; 1 where there are none.
    gap_seconds
        The longest stretch of such frames.
    level_db
        Median root mean square of the other frames, dB below full scale (negative); -inf where there are none.
    clipped
        Share of samples at full scale.
    values
        How many different values there are, at most `COUNTED_VALUES`.
    offset
        Mean of the samples.
    """

    seconds: float
    silent: float
    gap_seconds: float
    level_db: float
    clipped: float
    values: int
    offset: float


class LevelMeter:
    """Fed with the pieces of a recording; keeps ten numbers a second.

    Parameters
    ----------
    rate
        Samples a second.
    """

    def __init__(self, rate: int) -> None:
        self._rate, self._loudness = rate, LoudnessMeter(rate)
        self._count = self._clipped = 0
        self._values: NDArray[np.float32] = np.empty(0, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next samples, (n,)."""
        self._loudness.feed(samples)
        self._count += samples.size
        self._clipped += int(np.count_nonzero(np.abs(samples) >= FULL_SCALE))
        if self._values.size < COUNTED_VALUES:
            self._values = np.union1d(self._values, samples)[:COUNTED_VALUES]

    def result(self) -> Level:
        """Sum up what was fed so far."""
        if not self._count:
            return Level(0.0, silent=1.0, gap_seconds=0.0, level_db=-np.inf, clipped=0.0, values=0, offset=0.0)
        loudness = self._loudness.result()
        rms, silent = loudness.rms, loudness.rms <= SILENCE
        return Level(
            seconds=self._count / self._rate,
            silent=float(silent.mean()),
            gap_seconds=_longest_run(silent) * FRAME_SECONDS,
            level_db=-np.inf if loudness.is_silent else 20 * float(np.log10(np.median(rms[~silent]))),
            clipped=self._clipped / self._count,
            values=int(self._values.size),
            offset=loudness.mean,
        )


def _longest_run(true: NDArray[np.bool_]) -> int:
    """Length of the longest stretch of consecutive True."""
    ends = np.flatnonzero(np.diff(true, prepend=False, append=False))  # start, stop, start, stop …
    return int(np.max(ends[1::2] - ends[::2], initial=0))
