"""The windows' attention maps → maps over the whole recording, part by part, of no more frames than a picture needs."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import AttentionMap
from auscult.analysis.card import Card
from auscult.analysis.timeline import frame_count
from auscult.analysis.windows import Windows

MOST_FRAMES = 20_000
"""Of a map; ten minutes at 32 ms. The frames of a longer recording are put together, the highest value of each group kept."""


class Merged(NamedTuple):
    """Attention over a whole recording: the map, and its sum over all bands in each of the model's frames, (frames,)."""

    map: AttentionMap
    profile: NDArray[np.float32]


class AttentionMerger:
    """Averages the maps of overlapping windows, each multiplied by its weight; several kinds of weights side by side.

    Parameters
    ----------
    card
        The model's, for the grid.
    seconds
        Duration of the recording.
    most_frames
        Of the maps that are returned.
    """

    def __init__(self, card: Card, seconds: float, *, most_frames: int = MOST_FRAMES) -> None:
        self._card, self._frames = card, frame_count(seconds, card.frame_seconds)
        self._pool = max(1, math.ceil(self._frames / most_frames))
        self._kinds: tuple[str, ...] = ()
        self._done = 0  # frames that no later window can reach

    def feed(self, windows: Windows, weights: Mapping[str, NDArray[np.float64]]) -> None:
        """Take the next windows of the recording, and by kind their weights, (windows,); the kinds are always the same."""
        if windows.attention is None or not len(windows):
            return
        _, bands, frames = windows.attention.shape
        if not self._kinds:
            self._start(tuple(weights), bands, frames)
        first = self._first_frames(windows, frames)
        self._reach(int(first.max()) + frames)
        given = np.stack(list(weights.values())).astype(np.float32)  # (kinds, windows)
        for at, of_window, attention in zip(first - self._done, given.T, windows.attention, strict=True):
            self._sums[:, :, at : at + frames] += of_window[:, None, None] * attention
            self._count[at : at + frames] += 1
        self._finish(int(first[-1]))

    def result(self) -> dict[str, Merged]:
        """By kind, once all windows were fed; empty where there are no maps."""
        if not self._kinds:
            return {}
        self._reach(self._total)
        self._finish(self._total)
        step, hz = self._pool * self._card.frame_seconds, np.array(self._card.band_hz)
        pairs = zip(self._kinds, self._maps, self._profiles, strict=True)
        return {kind: Merged(AttentionMap(one, step, hz), profile) for kind, one, profile in pairs}

    def _start(self, kinds: tuple[str, ...], bands: int, frames: int) -> None:
        self._kinds, self._even = kinds, bands * frames  # a window's map adds up to 1
        self._total = max(self._frames, frames)
        self._sums = np.zeros((len(kinds), bands, 0), dtype=np.float32)
        self._count = np.zeros(0, dtype=np.float32)
        self._profiles = np.zeros((len(kinds), self._total), dtype=np.float32)
        self._maps = np.zeros((len(kinds), bands, math.ceil(self._total / self._pool)), dtype=np.float32)

    def _reach(self, stop: int) -> None:
        """Hold sums up to a frame."""
        missing = max(0, stop - self._done - self._count.size)
        self._sums = np.pad(self._sums, ((0, 0), (0, 0), (0, missing)))
        self._count = np.pad(self._count, (0, missing))

    def _finish(self, stop: int) -> None:
        """Put away the means of all frames before one."""
        ready = stop - self._done
        if ready <= 0:
            return
        means = self._sums[:, :, :ready] * (self._even / np.maximum(self._count[:ready], 1))  # (kinds, bands, ready)
        self._profiles[:, self._done : stop] = means.sum(axis=1)
        column = np.arange(self._done, stop) // self._pool
        begins = np.flatnonzero(np.diff(column, prepend=-1))
        highest = np.maximum.reduceat(means, begins, axis=2)
        held = self._maps[:, :, column[0] : column[-1] + 1]
        np.maximum(held, highest, out=held)
        self._sums, self._count, self._done = self._sums[:, :, ready:], self._count[ready:], stop

    def _first_frames(self, windows: Windows, frames: int) -> NDArray[np.int64]:
        """Find the frame in which each window's map begins; the frames of a window lie symmetrically inside it."""
        step = self._card.frame_seconds
        margin = (windows.ends - windows.starts - frames * step) / 2
        first = np.round((windows.starts + margin) / step).astype(np.int64)
        return np.clip(first, 0, self._total - frames)


def merge_attention(windows: Windows, weights: NDArray[np.float64], card: Card, seconds: float) -> AttentionMap | None:
    """Average the maps of overlapping windows at the model's own frames, each multiplied by its weight.

    Parameters
    ----------
    windows
        Of one recording.
    weights
        (windows,), for instance the probability that something abnormal is heard: what was heard as normal stays dark.
    card
        The model's, for the grid.
    seconds
        Duration of the recording.

    Returns
    -------
    AttentionMap
        None where the model has no maps.
    """
    merger = AttentionMerger(card, seconds, most_frames=max(1, frame_count(seconds, card.frame_seconds)))
    merger.feed(windows, {"weighed": weights})
    merged = merger.result()
    return merged["weighed"].map if merged else None
