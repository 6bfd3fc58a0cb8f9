"""Where an answer comes from, told in several ways, each as one map over a recording's time and pitch; numpy and ONNX alone.

Three of the maps know no model and one knows nothing but its answers: what a model's own map has to beat.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import band_edges
from auscult.analysis.attention_merge import merge_attention
from auscult.analysis.card import Card
from auscult.analysis.occlusion import Occlusion
from auscult.analysis.timeline import frame_count, make_timeline, shift_normal
from auscult.analysis.windows import Windows

Map = NDArray[np.float32]
_FLOOR = 1e-10
_WINDOW_SECONDS = 0.064


def attention_map(windows: Windows, card: Card, seconds: float) -> Map | None:
    """The model's own maps, window by window, each weighted with the probability of abnormal, as `auscult analyze` shows them.

    Returns
    -------
    ndarray
        (bands, frames); None where the model has none.
    """
    shown = replace(windows, probabilities=shift_normal(windows.probabilities, card.normal_offset))
    merged = merge_attention(shown, 1.0 - shown.probabilities[:, 0].astype(np.float64), card, seconds)
    return None if merged is None else merged.values[:, : frame_count(seconds, card.frame_seconds)]


def answer_map(windows: Windows, card: Card, seconds: float) -> Map:
    """The probability of abnormal at each moment (bands, frames), the same at all pitches: what the answers alone tell."""
    shown = replace(windows, probabilities=shift_normal(windows.probabilities, card.normal_offset))
    timeline = make_timeline(shown, card, seconds)
    return np.tile(np.nan_to_num(timeline.abnormal).astype(np.float32), (len(card.band_hz), 1))


def occlusion_map(occlusion: Occlusion, card: Card, seconds: float) -> Map:
    """What pushes towards abnormal: the effect of taking out a moment × that of taking out a pitch, (bands, frames).

    Stretches overlap; a moment has the mean of those it lies in. What pushes towards normal counts 0.
    """
    frames = frame_count(seconds, card.frame_seconds)
    middle, hz = (np.arange(frames) + 0.5) * card.frame_seconds, np.array(card.band_hz)
    sums, count = np.zeros(frames), np.zeros(frames)
    for stretch in occlusion.stretches:
        held = (middle >= stretch.start) & (middle < stretch.end)
        sums[held] += stretch.effect
        count[held] += 1
    pitch = np.zeros(len(hz))
    for band in occlusion.bands:
        pitch[(hz >= band.low) & (hz < band.high)] = max(band.effect, 0.0)
    if not pitch.any():
        pitch[:] = 1.0  # no pitch by itself: the moments still tell something
    return np.outer(pitch, np.maximum(sums / np.maximum(count, 1), 0.0)).astype(np.float32)


def band_levels(sound: NDArray[np.float32], card: Card, seconds: float) -> Map:
    """Power in the model's bands at each of its frames, dB, (bands, frames)."""
    frames, rate = frame_count(seconds, card.frame_seconds), card.rate
    hop, length = card.frame_seconds * rate, max(round(_WINDOW_SECONDS * rate), round(card.frame_seconds * rate))
    first = np.round((np.arange(frames) + 0.5) * hop - length / 2).astype(int) + length  # as numbered in the padded sound
    padded = np.pad(sound, (length, 2 * length + round(hop)))
    taken = np.lib.stride_tricks.sliding_window_view(padded, length)[first] * np.hanning(length)  # (frames, length)
    power = np.abs(np.fft.rfft(taken, axis=1)) ** 2
    below = np.pad(power.cumsum(axis=1), ((0, 0), (1, 0)))  # power below each edge between two bins, (frames, bins + 1)
    bin_hz = rate / length
    edges = band_edges(np.array(card.band_hz)) / bin_hz + 0.5  # in bins
    return 10 * np.log10(_differences(below, edges).T / length + _FLOOR).astype(np.float32)


def energy_map(levels: Map) -> Map:
    """How much louder than usual each cell is: dB above the median of its band (bands, frames). The sound alone, no model."""
    return np.maximum(levels - np.median(levels, axis=1, keepdims=True), 0.0)


def random_map(shape: tuple[int, int], *, seed: int) -> Map:
    """Numbers from 0 to 1 (bands, frames), the same at all pitches: what pointing blindly is worth."""
    return np.tile(np.random.default_rng(seed).random(shape[1], dtype=np.float32), (shape[0], 1))


def _differences(below: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums below whole edges (frames, bins + 1) → what lies between ``edges`` (bands + 1,), (frames, bands)."""
    edges = np.clip(edges, 0, below.shape[1] - 1)
    whole = np.minimum(edges.astype(int), below.shape[1] - 2)
    return np.diff(below[:, whole] + (edges - whole) * (below[:, whole + 1] - below[:, whole]), axis=1)
