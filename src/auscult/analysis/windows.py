"""Run a model over a recording of any length, chunk by chunk, as if it had been called once on all of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.analysis.card import Card
from auscult.analysis.model import OnnxModel
from auscult.signal.spool import Samples

CHUNK_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Windows:
    """What a model said of each window of a recording.

    Attributes
    ----------
    starts, ends
        Seconds, (windows,), in the order of their starts.
    probabilities
        (windows, classes).
    attention
        (windows, bands, frames); each window's map adds up to 1. None where the model has none.
    """

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    probabilities: NDArray[np.float32]
    attention: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: ArrayLike) -> Self:
        """Keep the windows that a boolean mask picks."""
        rows = np.asarray(mask)
        attention = None if self.attention is None else self.attention[rows]
        return type(self)(self.starts[rows], self.ends[rows], self.probabilities[rows], attention)


@dataclass(frozen=True)
class _Chunk:
    """A stretch of samples to call the model on, and the stretch in which the windows to keep start."""

    start: int
    stop: int
    keep_from: int
    keep_to: int


def run_windows(model: OnnxModel, samples: Samples, *, chunk_seconds: float = CHUNK_SECONDS) -> Windows:
    """Run ``model`` over a recording and keep all that it says: `run_parts` in one piece."""
    return join_windows(list(run_parts(model, samples, chunk_seconds=chunk_seconds)))


def run_parts(model: OnnxModel, samples: Samples, *, chunk_seconds: float = CHUNK_SECONDS) -> Iterator[Windows]:
    """Run ``model`` over a recording, chunk by chunk.

    Chunks overlap by the model's context, so that the answer does not depend on their length; memory does. The windows lie on
    the model's grid; where the last of them ends before the recording does, one more window covers the last ``window_seconds``.

    Parameters
    ----------
    model
        A trained model.
    samples
        (n,), n > 0, at ``model.card.rate``, prepared as the card says (`auscult.analysis.listen.prepare`).
    chunk_seconds
        Length of a chunk; too short ones are lengthened to one window and its context.

    Yields
    ------
    Windows
        Of each chunk, in order.
    """
    card, last_end = model.card, 0.0
    for chunk in _chunks(samples.size, card, card.samples(chunk_seconds)):
        part = _run_chunk(model, samples, chunk)
        last_end = float(part.ends[-1])
        yield part
    if samples.size - round(last_end * card.rate) >= card.samples(card.frame_seconds):
        yield run_window(model, samples, samples.size - card.samples(card.window_seconds))


def run_window(model: OnnxModel, samples: Samples, start: int) -> Windows:
    """Run one window, with the context that it has in the recording.

    Parameters
    ----------
    model, samples
        As for `run_windows`; a part of the recording will do, if it has the window's context.
    start
        Number of the window's first sample.
    """
    card = model.card
    step, context = card.samples(card.step_seconds), card.samples(card.context_seconds)
    before = min(math.ceil(context / step), start // step)  # in steps: so many windows begin earlier
    stop = min(samples.size, start + card.samples(card.window_seconds) + context)
    windows = _call(model, samples, start - before * step, stop)
    return windows.where(np.arange(len(windows)) == min(before, len(windows) - 1))


def join_windows(parts: Sequence[Windows]) -> Windows:
    """Put the windows of consecutive parts, at least one, side by side."""
    starts, ends, probabilities = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("starts", "ends", "probabilities")
    )
    maps = [part.attention for part in parts if part.attention is not None]
    return Windows(starts, ends, probabilities, np.concatenate(maps) if maps else None)


def _chunks(size: int, card: Card, length: int) -> Iterator[_Chunk]:
    """Chunks of about ``length`` samples. They start where a window and a frame start, so that both grids are kept."""
    window, step, context = (card.samples(s) for s in (card.window_seconds, card.step_seconds, card.context_seconds))
    grid = math.lcm(step, card.samples(card.frame_seconds))
    keep_from = 0
    while keep_from == 0 or keep_from + window <= size:
        start = max(0, (keep_from - context) // grid * grid)
        stop = min(size, max(start + length, keep_from + window + context))
        if stop == size:
            yield _Chunk(start, stop, keep_from, size)
            return
        keep_to = (stop - window - context) // step * step + step
        yield _Chunk(start, stop, keep_from, keep_to)
        keep_from = keep_to


def _run_chunk(model: OnnxModel, samples: Samples, chunk: _Chunk) -> Windows:
    windows = _call(model, samples, chunk.start, chunk.stop)
    starts = np.round(windows.starts * model.card.rate).astype(int)
    return windows.where((starts >= chunk.keep_from) & (starts < chunk.keep_to))


def _call(model: OnnxModel, samples: Samples, start: int, stop: int) -> Windows:
    """One call; times of its windows counted from the start of the recording."""
    card = model.card
    probabilities, attention = model(samples[start:stop])
    starts = (start + np.arange(len(probabilities)) * card.samples(card.step_seconds)) / card.rate
    ends = np.minimum(starts + card.window_seconds, stop / card.rate)
    return Windows(starts, ends, probabilities, attention)
