"""Where a breath may begin: the quiet end of expiration, then the rise of inspiration.

A weighted sum over the loudness one cycle before and after a frame, and over how it is spread between low and high bands
(inspiration is brighter than expiration). The weights were learned from training patients (benchmarks/breath_filter.py).
"""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.breath.envelope import SILENT_DB
from auscult.signal.breath.rules import EnvelopeRules, OnsetRules

NEVER = -99.0
"""Evidence within digital silence."""
_QUIETEST, _LOUDEST, _SLACK = 2, 98, 3.0  # percentiles, and dB beyond them, at which the level is cut


def tracks(decibels: NDArray[np.float32], seconds_a_frame: float, rules: EnvelopeRules) -> NDArray[np.float64]:
    """Loudness, and its slant towards low and towards high bands, levelled and in units of its swing.

    Parameters
    ----------
    decibels
        Power in the three bands, (frames, 3), as `auscult.signal.breath.envelope.BreathEnvelope` measures it. Of other sources
        (ready pictures) any constant may be missing.
    seconds_a_frame
        Step between frames.
    rules
        Lengths and limits.

    Returns
    -------
    ndarray
        (3, frames): the mean of the bands, the low above the middle one, the high above the middle one. Zeros in silence.
    """
    heard = find_heard(decibels)
    if not heard.any():
        return np.zeros((3, len(decibels)))
    low, high = np.percentile(decibels[heard], (_QUIETEST, _LOUDEST), axis=0)
    level = np.clip(decibels, low - _SLACK, high + _SLACK).astype(np.float64)
    level[~heard] = level[heard].mean(axis=0)
    level -= np.stack([moving_mean(band, round(rules.trend_seconds / seconds_a_frame)) for band in level.T], axis=1)
    loudness = level.mean(axis=1)
    swing = np.sqrt(np.maximum(moving_mean(loudness**2, round(rules.scale_seconds / seconds_a_frame)), 0)) + rules.noise_db
    found = np.stack([loudness, level[:, 0] - level[:, 1], level[:, 2] - level[:, 1]]) / swing
    return np.clip(found, -rules.limit, rules.limit) * heard


def onset_evidence(
    found: NDArray[np.float64], heard: NDArray[np.bool_], seconds_a_frame: float, tempo: float, rules: OnsetRules
) -> NDArray[np.float64]:
    """How much likelier it is that a breath begins at a frame than elsewhere, (frames,): logarithms, `NEVER` in silence.

    Parameters
    ----------
    found
        As `tracks` gives, (3, frames).
    heard
        As `find_heard` gives, (frames,).
    seconds_a_frame
        Step between frames.
    tempo
        Length of a cycle, seconds: the filter is stretched to it.
    rules
        The weights.
    """
    offsets = stretch_offsets(tempo, seconds_a_frame, rules)
    before, after = -int(offsets.min()), int(offsets.max())
    evidence = np.full(found.shape[1], rules.intercept)
    for track, weights in zip(smooth_tracks(found, tempo, seconds_a_frame, rules), rules.weights, strict=True):
        kernel = np.zeros(before + after + 1)
        np.add.at(kernel, offsets + before, weights)
        evidence += np.correlate(np.pad(track, (before, after), "edge"), kernel, "valid")
    return np.where(heard, evidence, NEVER)


def stretch_offsets(tempo: float, seconds_a_frame: float, rules: OnsetRules) -> NDArray[np.intp]:
    """The filter's offsets at a tempo, in frames, (offsets,)."""
    return np.round(np.array(rules.offsets) * _stretch(tempo, rules) / seconds_a_frame).astype(np.intp)


def smooth_tracks(found: NDArray[np.float64], tempo: float, seconds_a_frame: float, rules: OnsetRules) -> NDArray[np.float64]:
    """Tracks without what is too quick for a tempo: running means, (3, frames)."""
    length = max(1, round(rules.smooth_seconds * _stretch(tempo, rules) / seconds_a_frame))
    return np.stack([moving_mean(track, length) for track in found])


def _stretch(tempo: float, rules: OnsetRules) -> float:
    """How much longer than at the usual tempo."""
    shortest, longest = rules.usual_seconds
    return float(max(tempo / longest, 1.0) ** rules.stretch_slow * min(tempo / shortest, 1.0) ** rules.stretch_quick)


def find_heard(decibels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Frames that are not digital silence, (frames,)."""
    return np.asarray((decibels > SILENT_DB).any(axis=1))


def moving_mean(values: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Mean over ``length`` values about each, (n,); the first and the last value are held beyond the ends."""
    length = max(1, min(length, len(values)))
    before = length // 2
    sums = np.cumsum(np.concatenate([[0.0], np.pad(values, (before, length - 1 - before), "edge")]))
    return (sums[length:] - sums[:-length]) / length
