"""The sound of a stream: prepared block by block, at a running level, as far back as the next window needs it."""

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.signal.level import FRAME_SECONDS, SILENCE, Gain, Loudness, frame_rms

LEVEL_SECONDS = 60.0
"""The level is measured over the last minute."""
_TICK_SECONDS = 1.0


class RunningFilter:
    """What a card's preprocessing does to a sound before its level is set, in ticks of one second.

    Parameters
    ----------
    card
        The model's. Recordings are neither repeated nor faded here: of a stream nobody knows the end.
    """

    def __init__(self, card: Card) -> None:
        self._preprocess, self._rate = card.preprocess.model_copy(update={"shortest_seconds": None, "fade": False}), card.rate
        self._idle = self._preprocess.keeps_all
        self.margin = 0 if self._idle else self._preprocess.margin(card.rate)
        self._tick = round(_TICK_SECONDS * card.rate)
        self._raw = np.empty(0, dtype=np.float32)
        self._before = 0  # samples of `_raw` that were given out already

    @property
    def delay(self) -> float:
        """Seconds that a sample may wait."""
        return 0.0 if self._idle else (self.margin + self._tick) / self._rate

    def feed(self, block: NDArray[np.float32], *, last: bool = False) -> NDArray[np.float32]:
        """The samples that are ready after the next ones, (n,)."""
        if self._idle:
            return block
        self._raw = np.concatenate([self._raw, block])
        ready = [self._give(self._tick) for _ in range(self._ticks())]
        if last:
            ready.append(self._give(self._raw.size - self._before))
        return np.concatenate(ready) if ready else block[:0]

    def _ticks(self) -> int:
        return max(0, (self._raw.size - self._before - self.margin) // self._tick)

    def _give(self, count: int) -> NDArray[np.float32]:
        """Filter the next so many samples, with a margin on either side."""
        stop = self._before + count
        kept = self._preprocess.clean(self._raw[: stop + self.margin], self._rate)[self._before : stop]
        dropped = max(0, stop - self.margin)
        self._raw, self._before = self._raw[dropped:], stop - dropped
        return kept


class RunningSound:
    """Samples from a moment on, and how loud the last minute was.

    Parameters
    ----------
    card
        The model's.
    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._samples = np.empty(0, dtype=np.float32)
        self._first = 0  # number of the first of them
        self._frame = max(1, round(FRAME_SECONDS * card.rate))
        self._rms, self._means = np.empty(0, dtype=np.float32), np.empty(0)
        self._measured = 0  # frames, of which the last are kept
        self._horizon = round(LEVEL_SECONDS / FRAME_SECONDS)

    @property
    def size(self) -> int:
        """Samples so far, those that were forgotten too."""
        return self._first + self._samples.size

    def append(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, (n,)."""
        self._samples = np.concatenate([self._samples, block])
        frames = self.size // self._frame - self._measured
        if frames > 0:
            new = self.cut(self._measured * self._frame, (self._measured + frames) * self._frame)
            self._rms = np.concatenate([self._rms, frame_rms(new, self._card.rate)])
            self._means = np.concatenate([self._means, new.reshape(frames, -1).mean(axis=1, dtype=np.float64)])
            self._measured += frames

    def cut(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples from one number to another, which must not be forgotten."""
        return self._samples[start - self._first : stop - self._first]

    def gain_at(self, stop: int) -> Gain:
        """What brings the minute before a sample to the model's level."""
        last = stop // self._frame - (self._measured - self._rms.size)
        shown = slice(max(0, last - self._horizon), max(1, last))
        rms, means = self._rms[shown], self._means[shown]
        if not rms.size:  # less than a frame in all
            rms, means = frame_rms(self._samples, self._card.rate), self._samples[:1].astype(np.float64)
        return self._card.preprocess.find_gain(Loudness(rms, float(means.mean()), 0.0))

    def share_heard(self, start: int, stop: int) -> float:
        """Share of a stretch that is more than digital silence."""
        rms = frame_rms(self.cut(start, stop), self._card.rate)
        return float(np.mean(rms > SILENCE))

    def forget(self, start: int) -> None:
        """Drop the samples before a number; of their loudness, what is older than the last minute before it."""
        dropped = max(0, min(start - self._first, self._measured * self._frame - self._first))
        self._samples, self._first = self._samples[dropped:], self._first + dropped
        old = max(0, start // self._frame - self._horizon - (self._measured - self._rms.size))
        self._rms, self._means = self._rms[old:], self._means[old:]
