"""Where, in time and pitch, the model listened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """Attention over a whole recording.

    Attributes
    ----------
    values
        (bands, frames). 0: ignored, or heard as normal; 1: as much as an even spread over a window that is certainly abnormal.
    frame_seconds
        Step between two frames; frame t lasts from ``t * frame_seconds`` to the next. In a long recording these are longer
        than the model's own (`auscult.analysis.attention_merge.MOST_FRAMES`).
    band_hz
        Centre frequency of each band, Hz, (bands,).
    """

    values: NDArray[np.float32]
    frame_seconds: float
    band_hz: NDArray[np.float64]


@dataclass(frozen=True)
class Focus:
    """Where attention is strongest inside an event.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    low, high
        Hz.
    """

    start: float
    end: float
    low: float
    high: float


def find_focus(attention: AttentionMap, start: float, end: float) -> Focus | None:
    """Find where, between two times, attention is at least half its peak: a range of time and one of pitch around the peak.

    None where all bands are alike: such a map tells when, and that is in the event's own times.
    """
    first, stop = frame_range(attention.frame_seconds, attention.values.shape[1], start, end)
    inside = attention.values[:, first:stop]  # (bands, frames)
    if len(inside) > 1 and (inside == inside[0]).all():
        return None
    early, late = _around_peak(inside.sum(axis=0))
    low, high = _around_peak(inside.sum(axis=1))
    edges = band_edges(attention.band_hz)
    step = attention.frame_seconds
    return Focus(
        max(start, (first + early) * step), min(end, (first + late + 1) * step), float(edges[low]), float(edges[high + 1])
    )


def frame_range(frame_seconds: float, frames: int, start: float, end: float) -> tuple[int, int]:
    """Frames from ``start`` to ``end`` seconds, at least one: the first, and the one after the last."""
    first = min(round(start / frame_seconds), frames - 1)
    return first, min(max(round(end / frame_seconds), first + 1), frames)


def band_edges(band_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Limits of bands with given centres, (bands + 1,) Hz: halfway between two centres."""
    if len(band_hz) == 1:
        return np.array([0.0, 2.0 * band_hz[0]])
    middle = (band_hz[1:] + band_hz[:-1]) / 2
    return np.concatenate([[max(0.0, 2 * band_hz[0] - middle[0])], middle, [2 * band_hz[-1] - middle[-1]]])


def _around_peak(profile: NDArray[np.float32]) -> tuple[int, int]:
    """First and last place of the unbroken stretch around the peak that keeps at least half of it."""
    peak = int(profile.argmax())
    below = np.flatnonzero(profile < profile[peak] / 2)
    left, right = below[below < peak], below[below > peak]
    return (int(left[-1]) + 1 if left.size else 0), (int(right[0]) - 1 if right.size else len(profile) - 1)
