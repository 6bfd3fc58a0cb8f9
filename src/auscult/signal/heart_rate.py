"""Heart rate from the loudness of a recording, by autocorrelation; no model and no segmentation.

S1 and S2 make two bursts a cycle, so the autocorrelation of the envelope has peaks at the cycle, at its multiples, and lower
ones at the S1–S2 and S2–S1 distances. `_cycle` tells them apart.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.signal import correlate, find_peaks

from auscult.signal.band_pass import band_pass, settling_samples
from auscult.signal.level import SILENCE
from auscult.signal.spool import Samples

SLOWEST, FASTEST = 30.0, 220.0  # beats a minute, from an athlete asleep to a newborn
SHORTEST_SECONDS = 2.0
WINDOW_SECONDS, STEP_SECONDS = 10.0, 5.0
BAND = (25.0, 200.0)  # Hz, where S1 and S2 are
_ORDER = 2
_STRETCH_SECONDS = 150  # filtered at a time

_FRAMES = 100  # of the envelope, a second
_SMOOTH = np.hanning(9)[1:-1] / np.hanning(9).sum()  # 70 ms, shorter than S1
_LEVELLING_SECONDS = 1.5  # about a cycle or more, so that breathing and drift are levelled and beats are not
_LOUDEST = 0.95  # quantile at which knocks are cut
_AGREES = 0.1  # relative distance of a window's cycle from the median
_HALF = 0.9  # a peak lower than this part of the one at its double is half a cycle: from one sound to the other
_CHANCE = 0.24  # height that noise seldom reaches in 10 s; in a shorter window more, as 1 / √length


@dataclass(frozen=True)
class HeartRate:
    """An estimate of the heart rate.

    Attributes
    ----------
    beats_per_minute
        None where no beat could be found.
    confidence
        0 to 1: the median height of the autocorrelation at the cycle, times the share of 10 s windows whose cycle is within
        10 % of the median. Above 0.5 the beat is plain; an irregular rhythm lowers it as noise does. 0 without an estimate.
    cycle_seconds
        Median length of a cycle; None where no beat could be found.
    """

    beats_per_minute: float | None = None
    confidence: float = 0.0
    cycle_seconds: float | None = None


def estimate_heart_rate(samples: Samples, rate: int) -> HeartRate:
    """Estimate the heart rate of a recording of heart sounds.

    Parameters
    ----------
    samples
        Mono, (n,), at any level; a band-pass or denoising beforehand does no harm.
    rate
        Samples a second, at least 100.

    Returns
    -------
    HeartRate
        From 30 to 220 beats a minute. Empty for silence, for a recording below 2 s, and where fewer than half of the windows
        have a beat that is more than chance, as in noise. A recording of t < 4 seconds shows only cycles up to t / 2.

    Notes
    -----
    The cycle is found in windows of 10 s, every 5 s, and the median is taken: of a long recording in which the rate changes
    this is the rate in the middle of what was seen, at a lower confidence.
    """
    if samples.size < SHORTEST_SECONDS * rate:
        return HeartRate()
    loudness = _envelope(samples, rate)
    found = np.array([_cycle(window) for window in _windows(loudness)])  # (windows, 2): cycle or nan, height
    cycles, heights = found.T
    if np.isnan(cycles).mean() > 0.5:
        return HeartRate()
    cycle = float(np.nanmedian(cycles))
    agreement = float(np.mean(np.abs(cycles / cycle - 1) < _AGREES))  # nan does not agree
    return HeartRate(60 / cycle, agreement * float(np.median(heights)), cycle)


def _envelope(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Loudness of the heart sounds, smoothed, of one level throughout; (100 · seconds,), zeros where silent."""
    energy = np.concatenate(list(_energy(samples, rate)))
    loudness = np.sqrt(np.convolve(energy, _SMOOTH, "same"))
    loudness[loudness <= SILENCE] = 0
    local = uniform_filter1d(loudness, round(_LEVELLING_SECONDS * _FRAMES))
    levelled = loudness / np.maximum(local, SILENCE)
    return np.minimum(levelled, np.quantile(levelled, _LOUDEST))


def _energy(samples: Samples, rate: int) -> Iterator[NDArray[np.float64]]:
    """Mean power of the heart sounds in each frame, stretch by stretch; the last frame reaches to the end."""
    whole = math.floor(samples.size / rate * _FRAMES)  # frames
    margin = settling_samples(rate, low=BAND[0], high=BAND[1], order=_ORDER)
    for first in range(0, whole, _STRETCH_SECONDS * _FRAMES):
        stop = min(first + _STRETCH_SECONDS * _FRAMES, whole)
        starts = np.arange(first, stop) * rate // _FRAMES
        begin, end = int(starts[0]), samples.size if stop == whole else stop * rate // _FRAMES
        early = max(0, begin - margin)
        band = band_pass(samples[early : end + margin], rate, low=BAND[0], high=BAND[1], order=_ORDER)
        kept = band[begin - early : end - early]
        yield np.add.reduceat(np.square(kept, dtype=np.float64), starts - begin) / np.diff(starts, append=end)


def _windows(loudness: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Windows of 10 s that reach to the end; one shorter window of a short recording."""
    length = min(round(WINDOW_SECONDS * _FRAMES), loudness.size)
    last = loudness.size - length
    starts = {*range(0, last, round(STEP_SECONDS * _FRAMES)), last}
    return [loudness[start : start + length] for start in sorted(starts)]


def _cycle(loudness: NDArray[np.float64]) -> tuple[float, float]:
    """Length of a cycle in seconds and the height of the autocorrelation there, 0 to 1; nan and 0 where there is none.

    A peak clearly lower than the one at twice its lag is half a cycle and falls out. Of the others, the one is taken that is
    highest together with its double: S1–S2 has no double, and a multiple of the cycle counts less because it is longer.
    """
    similar = _autocorrelation(loudness)
    first, longest = math.floor(60 / FASTEST * _FRAMES), math.ceil(60 / SLOWEST * _FRAMES)
    lags = first + find_peaks(similar[first : min(longest, loudness.size // 2) + 1])[0]
    doubles = np.array([_at_double(similar, int(lag)) for lag in lags])
    is_whole = similar[lags] >= _HALF * doubles
    lags, doubles = lags[is_whole], doubles[is_whole]
    if lags.size == 0:
        return math.nan, 0.0
    lag = int(lags[np.argmax(similar[lags] + doubles)])
    if similar[lag] < _CHANCE * math.sqrt(WINDOW_SECONDS * _FRAMES / loudness.size):
        return math.nan, 0.0
    overlap = 1 - lag / loudness.size
    return _vertex(similar, lag) / _FRAMES, min(float(similar[lag]) / overlap, 1.0)


def _autocorrelation(loudness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum of products of the centred envelope with itself at every lag, 1 at lag 0, so a long lag counts less; (n,)."""
    centred = loudness - loudness.mean()
    sums = correlate(centred, centred, method="fft")[loudness.size - 1 :]
    return sums / sums[0] if sums[0] > 1e-9 else np.zeros_like(sums)


def _at_double(similar: NDArray[np.float64], lag: int) -> float:
    """Height near twice the lag, 5 % of the lag more or less."""
    slack = max(1, lag // 20)
    return float(similar[2 * lag - slack : 2 * lag + slack + 1].max())


def _vertex(similar: NDArray[np.float64], lag: int) -> float:
    """Top of the parabola through a peak and its neighbours, in lags."""
    before, top, after = similar[lag - 1 : lag + 2]
    return lag + (before - after) / (2 * (before - 2 * top + after))
