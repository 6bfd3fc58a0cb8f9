"""What an answer rests on: stretches of time and bands of frequency are taken out, and the model is asked again.

What is taken out is replaced by the recording's own background (`auscult.analysis.background`): in time with short cross-fades,
in frequency by a filter without phase. Silence in its place, or a gap in the spectrum, would be a sound such as no recording
has: a logarithmic spectrogram falls to its floor there, and the model's answer to that says nothing about the heart. The level
of the rest stays as it is.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import band_edges
from auscult.analysis.background import make_background, swap_band, swap_stretch
from auscult.analysis.card import Card
from auscult.analysis.model import OnnxModel
from auscult.analysis.probe import Probe
from auscult.analysis.windows import Windows
from auscult.signal.spool import Samples

SHORTEST_SECONDS = 0.25
"""About a systole: a third of a beat."""
MOST_STRETCHES = 100
MOST_CALLS = 160
"""Of the model for all stretches: in a short recording all windows that hold a stretch are asked, in a long one but one."""
FADE_SECONDS = 0.02
BANDS = 10
BAND_WINDOWS = 8
LOWEST_HZ = 20.0
_CORNER_HZ = 150.0
"""Below it bands are about equally wide, since S1 and S2 have no finer structure there; above it they widen with frequency."""


@dataclass(frozen=True)
class Stretch:
    """A stretch of time that was taken out.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    effect
        How much lower the log-odds of abnormal are without it, on average over windows that hold it. Positive: it pushes
        towards abnormal.
    """

    start: float
    end: float
    effect: float


@dataclass(frozen=True)
class Band:
    """A band of frequency that was taken out.

    Attributes
    ----------
    low, high
        Hz.
    effect
        As in `Stretch`, on average over windows spread over the recording.
    """

    low: float
    high: float
    effect: float


@dataclass(frozen=True)
class Occlusion:
    """What an answer rests on.

    Attributes
    ----------
    stretches
        In order of time, each overlapping half of the one before; none where nothing is heard.
    bands
        In order of frequency, side by side.
    """

    stretches: tuple[Stretch, ...]
    bands: tuple[Band, ...]


Part = TypeVar("Part", Stretch, Band)


def explain(model: OnnxModel, sound: Samples, windows: Windows, seconds: float) -> Occlusion:
    """Find out what a model's answer rests on.

    The longer a recording, the longer its stretches: whatever its length, the model is called on less than 500 windows.

    Parameters
    ----------
    model
        A trained model.
    sound
        The recording as the model hears it, (m,).
    windows
        Those with an answer, at least one.
    seconds
        True duration. Where a short recording is repeated, ``sound`` is longer, and a stretch is taken out of every repeat.
    """
    probe = Probe(model, sound, windows)
    background = make_background(sound, model.card.rate, probe.longest)
    stretches = _explain_time(probe, windows, background, model.card.samples(seconds), model.card.rate)
    bands = _explain_frequency(probe, windows, background, model.card)
    return Occlusion(tuple(stretches), tuple(bands))


def strongest(parts: Sequence[Part], *, abnormal: bool) -> Part | None:
    """The part that pushes most towards abnormal, or towards normal; None where none does."""
    sign = 1 if abnormal else -1
    best = max(parts, key=lambda part: sign * part.effect, default=None)
    return best if best is not None and sign * best.effect > 0 else None


def hearing_range(card: Card) -> tuple[float, float]:
    """Lowest and highest frequency that a model has to go by, Hz; none below `LOWEST_HZ` is counted."""
    low, high = card.preprocess.band or (0.0, math.inf)
    high = min(high, card.rate / 2, float(band_edges(np.array(card.band_hz))[-1]))
    return min(max(low, LOWEST_HZ), high / 2), high


def _explain_time(probe: Probe, windows: Windows, background: NDArray[np.float32], size: int, rate: int) -> Iterator[Stretch]:
    """Take out one stretch after the other of a recording of ``size`` samples."""
    stretches = _cut(size / rate)
    asked = max(1, MOST_CALLS // len(stretches))
    for start, end in stretches:
        holding = _spread(_windows_with(windows, start, end), asked)
        if holding.size:
            change = partial(
                swap_stretch, background=background, start=start * rate, stop=end * rate, fade=FADE_SECONDS * rate, period=size
            )
            yield Stretch(start, end, probe.effect(holding, change))


def _explain_frequency(probe: Probe, windows: Windows, background: NDArray[np.float32], card: Card) -> Iterator[Band]:
    """Take out one band after the other."""
    low, high = np.log1p(np.array(hearing_range(card)) / _CORNER_HZ)
    edges = _CORNER_HZ * np.expm1(np.linspace(low, high, BANDS + 1))
    asked = _spread(np.arange(len(windows)), BAND_WINDOWS)
    for lower, upper in pairwise(edges.tolist()):
        change = partial(swap_band, background=background, rate=card.rate, low=lower, high=upper)
        yield Band(lower, upper, probe.effect(asked, change))


def _cut(seconds: float) -> list[tuple[float, float]]:
    """Stretches, from the start to the end of a recording, that overlap by half; no more than `MOST_STRETCHES`."""
    length = min(max(SHORTEST_SECONDS, 2 * seconds / MOST_STRETCHES), seconds)
    steps = math.ceil(2 * (seconds / length - 1) - 1e-9)
    starts = np.linspace(0, seconds - length, steps + 1)
    return [(start, min(start + length, seconds)) for start in starts.tolist()]


def _windows_with(windows: Windows, start: float, end: float) -> NDArray[np.intp]:
    """Numbers of the windows that hold a stretch, or, if none does, of those that hold a part of it."""
    tolerance = 1e-6
    whole = np.flatnonzero((windows.starts <= start + tolerance) & (windows.ends >= end - tolerance))
    return whole if whole.size else np.flatnonzero((windows.starts < end) & (windows.ends > start))


def _spread(numbers: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """No more than ``count`` of some numbers, evenly spread; a single one from their middle."""
    if numbers.size <= count:
        return numbers
    return numbers[((np.arange(count) + 0.5) * numbers.size / count).astype(int)]
