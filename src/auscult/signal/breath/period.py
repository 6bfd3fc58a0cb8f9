"""How fast one breathes about each moment: autocorrelation in windows, tempo by tempo."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.signal.breath.onsets import onset_evidence
from auscult.signal.breath.rules import OnsetRules, PeriodRules

_SLACK = 0.035  # of a period: within it the highest value stands for the period
_LENGTHS = 6  # of each tempo, half an octave
_WHOLE = 0.6  # of a window: longer periods cannot be seen in it


@dataclass(frozen=True, eq=False)
class Rhythm:
    """How fast one breathes about each frame, and where at that tempo a breath may begin.

    Attributes
    ----------
    periods
        Length of a cycle in seconds, (frames,).
    evidence
        How much likelier it is that a breath begins at a frame than elsewhere, (frames,), a logarithm.
    heights
        Autocorrelation of the loudness at the period, -1 to 1, (frames,).
    """

    periods: NDArray[np.float64]
    evidence: NDArray[np.float64]
    heights: NDArray[np.float64]


def find_rhythm(
    found: NDArray[np.float64], heard: NDArray[np.bool_], seconds_a_frame: float, onset: OnsetRules, rules: PeriodRules
) -> Rhythm:
    """Find the tempo in windows, each from itself alone.

    At each tempo the filter for beginnings is stretched to it. The autocorrelations of the loudness and of these beginnings are
    added, and the highest sum decides. The loudness alone is often twice as fast as breathing, since expiration is loud too;
    beginnings are of inspiration, which keeps the octave.

    Parameters
    ----------
    found
        Tracks, (3, frames), as `auscult.signal.breath.onsets.tracks` gives them.
    heard
        Frames that are not silent, (frames,).
    seconds_a_frame
        Step between frames.
    onset, rules
        Weights of the filter; lengths and weights of the search.
    """
    starts, length = _windows(found.shape[1], seconds_a_frame, rules)
    loudness = _autocorrelations(found[0], starts, length, rules.overlap)
    periods, evidence, sums, heights = [], [], [], []
    for tempo in np.exp2(np.arange(math.log2(rules.shortest) + 0.25, math.log2(rules.longest), 0.5)):
        evidence.append(onset_evidence(found, heard, seconds_a_frame, tempo, onset))
        beginnings = _autocorrelations(np.maximum(evidence[-1], 0.0), starts, length, rules.overlap)
        lengths = tempo * np.exp2((np.arange(_LENGTHS) + 0.5) / _LENGTHS / 2 - 0.25)
        heights.append(_heights(loudness, lengths, seconds_a_frame))
        usual = rules.usual_weight * np.log(lengths / rules.usual_seconds) ** 2
        of_beginnings = _heights(beginnings, lengths, seconds_a_frame)
        of_beginnings -= rules.half_weight * np.maximum(_heights(beginnings, lengths / 2, seconds_a_frame), 0.0)
        sums.append(rules.loudness_share * heights[-1] + (1 - rules.loudness_share) * of_beginnings - usual)
        periods.append(lengths)
    best = np.concatenate(sums, axis=1).argmax(axis=1)  # (windows,)
    nearest = np.searchsorted((starts[1:] + starts[:-1] + length) / 2, np.arange(found.shape[1]))  # window of each frame
    return Rhythm(
        np.concatenate(periods)[best][nearest],
        np.stack(evidence)[best[nearest] // _LENGTHS, np.arange(found.shape[1])],
        np.concatenate(heights, axis=1)[np.arange(len(starts)), best][nearest],
    )


def _windows(frames: int, seconds_a_frame: float, rules: PeriodRules) -> tuple[NDArray[np.intp], int]:
    """First frames of windows that reach to the end, and their length; one shorter window of a short recording."""
    length = min(frames, round(rules.window_seconds / seconds_a_frame))
    last = frames - length
    return np.append(np.arange(0, last, round(rules.step_seconds / seconds_a_frame)), last), length


def _autocorrelations(
    values: NDArray[np.float64], starts: NDArray[np.intp], length: int, overlap: float
) -> NDArray[np.float64]:
    """Of each window, 1 at lag 0, (windows, length); zeros where nothing changes."""
    windows = values[starts[:, None] + np.arange(length)]
    windows = windows - windows.mean(axis=1, keepdims=True)
    sums = np.fft.irfft(np.abs(np.fft.rfft(windows, 2 * length)) ** 2)[:, :length]
    power = sums[:, :1]
    similar = np.where(power > 1e-9, sums / np.maximum(power, 1e-9), 0.0)
    return similar / (1 - overlap * np.arange(length) / length)


def _heights(similar: NDArray[np.float64], lengths: NDArray[np.float64], seconds_a_frame: float) -> NDArray[np.float64]:
    """Highest value near each length, (windows, lengths); -1 for lengths that the windows are too short to show."""
    heights = np.full((len(similar), len(lengths)), -1.0)
    for number, seconds in enumerate(lengths):
        first = int(seconds * (1 - _SLACK) / seconds_a_frame)
        last = math.ceil(seconds * (1 + _SLACK) / seconds_a_frame)
        if last < _WHOLE * similar.shape[1]:
            heights[:, number] = similar[:, first : last + 1].max(axis=1)
    return heights
