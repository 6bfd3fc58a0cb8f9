"""A recording drawn for a page: strips of time, one below the other, each a picture with curves and boxes over it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auscult.analysis import plot_parts as parts
from auscult.analysis.attention import band_edges
from auscult.analysis.occlusion import hearing_range
from auscult.analysis.report.axes import Tick, time_ticks
from auscult.analysis.report.curves import draw_curves
from auscult.analysis.report.png import png_uri

if TYPE_CHECKING:
    from auscult.analysis.events import Event
    from auscult.analysis.result import Analysis

STRIP_SECONDS = 30.0
MOST_STRIPS = 10
_COLUMNS = 1000
_SHADES = 48
_FULL_ATTENTION_PERCENTILE = 99.5
_MOST_OPAQUE = 190  # of 255
_MAP_COLOR = (204, 71, 148)
_NORMAL_COLOR, _ABNORMAL_COLOR = (43, 108, 176), (197, 48, 48)
_PALEST = 0.1


@dataclass(frozen=True)
class Box:
    """An event in a strip, in percent of its width and height.

    Attributes
    ----------
    number
        Of the event, from 0.
    label
        What it is.
    left, width, top, height
        In percent.
    """

    number: int
    label: str
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class Strip:
    """A stretch of the recording as it is drawn.

    Attributes
    ----------
    start, end
        Seconds.
    spectrogram, map
        Pictures as ``data:`` addresses; the map is laid over the spectrogram, and None where there is none.
    boxes
        Events that reach into it.
    area
        Outline of the probability of abnormal, for an svg of 1000 by 100.
    curves
        The probability of each label, the same way.
    times
        Along the strip.
    """

    start: float
    end: float
    spectrogram: str
    map: str | None
    boxes: tuple[Box, ...]
    area: str
    curves: dict[str, str]
    times: tuple[Tick, ...]


def make_strips(analysis: "Analysis") -> list[Strip]:
    """Draw a recording: a strip for each half minute, up to ten; longer recordings get longer strips."""
    count = max(1, min(MOST_STRIPS, math.ceil(analysis.seconds / STRIP_SECONDS - 1e-6)))
    highest = highest_hz(analysis)
    shades = parts.shade_spectrogram(analysis, columns=_COLUMNS * count, highest=highest).values
    overlay = _map_values(analysis, len(shades), highest, columns=_COLUMNS * count)
    edges = np.linspace(0.0, analysis.seconds, count + 1).tolist()
    strips = []
    for start, end in pairwise(edges):
        area, curves = draw_curves(analysis.timeline, start, end)
        strips.append(
            Strip(
                start=start,
                end=end,
                spectrogram=_shaded(parts.cut_columns(shades, start, end, analysis.seconds)),
                map=None if overlay is None else _mapped(parts.cut_columns(overlay, start, end, analysis.seconds), analysis),
                boxes=tuple(_boxes(analysis, start, end, highest)),
                area=area,
                curves=curves,
                times=tuple(time_ticks(start, end)),
            )
        )
    return strips


def highest_hz(analysis: "Analysis") -> float:
    """Upper edge of the pictures."""
    return hearing_range(analysis.model)[1] if analysis.organ == "heart" else analysis.rate / 2


def _shaded(values: NDArray[np.float32]) -> str:
    """Values from 0 to 1 in greys: loud is dark."""
    greys = np.linspace(255, 20, _SHADES).astype(np.uint8)
    palette = np.stack([greys, greys, greys, np.full(_SHADES, 255, dtype=np.uint8)], axis=1)
    return png_uri(np.round(values[::-1] * (_SHADES - 1)).astype(np.uint8), palette)


def _map_values(analysis: "Analysis", bins: int, highest: float, *, columns: int) -> NDArray[np.float32] | None:
    """What is laid over the spectrogram, (bins or 1, frames), from 0 to 1, of a heart from -1 to 1."""
    if analysis.organ == "heart":
        return None if analysis.occlusion is None else _effects(analysis, columns)
    if analysis.attention is None:
        return None
    values = analysis.attention.values
    if values.shape[1] > columns:
        values = np.maximum.reduceat(values, np.arange(columns) * values.shape[1] // columns, axis=1)
    full = max(float(np.percentile(values, _FULL_ATTENTION_PERCENTILE)), 1.0)
    hz = np.linspace(0, highest, bins)
    band = np.clip(np.searchsorted(band_edges(analysis.attention.band_hz), hz) - 1, 0, len(values) - 1)
    return np.clip(values[band] / full, 0, 1).astype(np.float32)


def _effects(analysis: "Analysis", columns: int) -> NDArray[np.float32]:
    """What each moment does to the answer for a heart, (1, columns), from -1, normal, to 1, abnormal."""
    from auscult.analysis.plot_heart import effects_at

    assert analysis.occlusion is not None
    stretches = analysis.occlusion.stretches
    most = max([_PALEST, *(abs(stretch.effect) for stretch in stretches)])
    moments = (np.arange(columns) + 0.5) * analysis.seconds / columns
    return (effects_at(stretches, moments) / most).astype(np.float32)[None]


def _mapped(values: NDArray[np.float32], analysis: "Analysis") -> str:
    opacity = np.linspace(0, _MOST_OPAQUE, _SHADES).astype(np.uint8)
    if analysis.organ == "heart":
        one_way = [np.column_stack([np.tile(color, (_SHADES, 1)), opacity]) for color in (_NORMAL_COLOR, _ABNORMAL_COLOR)]
        palette = np.concatenate([one_way[0][::-1], one_way[1]]).astype(np.uint8)
        return png_uri(np.round((values[::-1] + 1) / 2 * (2 * _SHADES - 1)).astype(np.uint8), palette)
    palette = np.column_stack([np.tile(_MAP_COLOR, (_SHADES, 1)), opacity]).astype(np.uint8)
    return png_uri(np.round(values[::-1] * (_SHADES - 1)).astype(np.uint8), palette)


def _boxes(analysis: "Analysis", start: float, end: float, highest: float) -> Iterator[Box]:
    for number, event in enumerate(analysis.events):
        if event.end <= start or event.start >= end:
            continue
        left, right = max(event.start, start), min(event.end, end)
        low, high = _pitch(event, highest)
        yield Box(
            number=number,
            label=event.label,
            left=_percent(left - start, end - start),
            width=_percent(right - left, end - start),
            top=_percent(highest - high, highest),
            height=_percent(high - low, highest),
        )


def _pitch(event: "Event", highest: float) -> tuple[float, float]:
    return (0.0, highest) if event.focus is None else (event.focus.low, min(event.focus.high, highest))


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 3)
