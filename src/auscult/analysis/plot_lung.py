"""The picture of a lung sound: spectrogram, attention over it, events and probabilities below."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from auscult.analysis import plot_parts as parts
from auscult.analysis.attention import band_edges
from auscult.analysis.overview import COLUMNS, count_rows
from auscult.analysis.result import Analysis
from auscult.figures import new_figure

_ATTENTION_COLOR = "#CC79A7"
_CYCLE_COLOR = "#888888"
_FULL_ATTENTION_PERCENTILE = 99.5
_MOST_OPAQUE = 0.75
_ATTENTION_STYLE = {"origin": "lower", "aspect": "auto", "interpolation": "bilinear"}


def draw_lung(analysis: Analysis) -> Figure:
    """Draw the picture: a row for each minute, up to ten rows; longer recordings get longer rows."""
    rows = count_rows(analysis.seconds)
    figure = new_figure(13, 6.4 if rows == 1 else 1.2 + 2.5 * rows)
    ratios = [3.4, 0.35, 1.2] if rows == 1 else [2.2, 0.4, 0.9]
    axes = figure.subplots(3 * rows, 1, gridspec_kw={"height_ratios": ratios * rows}, squeeze=False).reshape(rows, 3)
    spectrogram = parts.shade_spectrogram(analysis, highest=analysis.rate / 2)
    attention = _attention_shades(analysis, len(spectrogram.values), columns=COLUMNS * rows)
    edges = np.linspace(0.0, analysis.seconds, rows + 1)
    for (sound_axis, event_axis, probability_axis), start, end in zip(axes, edges, edges[1:], strict=False):
        extent = (start, end, *spectrogram.limits)
        shades, opacity = (parts.cut_columns(one, start, end, analysis.seconds) for one in (spectrogram.values, attention))
        sound_axis.imshow(shades, extent=extent, **parts.SPECTROGRAM_STYLE)
        sound_axis.imshow(_coloured(opacity), extent=extent, **_ATTENTION_STYLE)
        _draw_events(analysis, sound_axis, event_axis, start, end)
        _draw_cycles(analysis, probability_axis, start, end)
        parts.draw_timeline(analysis, probability_axis, start, end)
        for axis in (sound_axis, event_axis, probability_axis):
            axis.set_xlim(start, end)
            axis.tick_params(colors=parts.INK, labelsize=9)
    axes[-1, -1].set_xlabel(f"time (s){_tell_breathing(analysis)}", color=parts.INK)
    keys = _keys(analysis)
    figure.legend(handles=keys, loc="outside upper right", ncols=len(keys), frameon=False, fontsize=9)
    parts.draw_words(analysis, figure, [parts.tell_answer(analysis)])
    return figure


def _attention_shades(analysis: Analysis, bins: int, *, columns: int) -> NDArray[np.float32]:
    """How opaque attention is drawn, (bins, columns), from 0 Hz to half the rate."""
    if analysis.attention is None:
        return np.zeros((bins, 1), dtype=np.float32)
    values = _fewer_columns(analysis.attention.values, columns)
    full = max(float(np.percentile(values, _FULL_ATTENTION_PERCENTILE)), 1.0)
    hz = np.linspace(0, analysis.rate / 2, bins)
    band = np.clip(np.searchsorted(band_edges(analysis.attention.band_hz), hz) - 1, 0, len(values) - 1)
    return (_MOST_OPAQUE * np.clip(values / full, 0, 1)).astype(np.float32)[band]


def _coloured(opacity: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colour of attention, more or less opaque, (bins, columns, 4)."""
    colours = np.empty((*opacity.shape, 4), dtype=np.float32)
    colours[..., :3] = to_rgb(_ATTENTION_COLOR)
    colours[..., 3] = opacity
    return colours


def _fewer_columns(picture: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    """Keep the highest value of each group of columns, so that no more than ``columns`` are left."""
    given = picture.shape[1]
    if given <= columns:
        return picture
    return np.maximum.reduceat(picture, np.arange(columns) * given // columns, axis=1)


def _draw_events(analysis: Analysis, spectrogram: Axes, lane: Axes, start: float, end: float) -> None:
    """Bars on a lane of their own, and in the spectrogram a frame at the pitch that the model listened to."""
    spectrogram.set_ylabel("Hz", color=parts.INK)
    spectrogram.set_ylim(0, analysis.rate / 2)
    spectrogram.tick_params(labelbottom=False)
    labels = sorted({event.label for event in analysis.events})
    for event in analysis.events:
        if event.end < start or event.start > end:
            continue
        color = parts.LABEL_COLORS.get(event.label, parts.OTHER_COLOR)
        lane.barh(labels.index(event.label), event.end - event.start, left=event.start, height=0.7, color=color)
        low, high = (event.focus.low, event.focus.high) if event.focus else (0.0, analysis.rate / 2)
        size = (event.end - event.start, high - low)
        spectrogram.add_patch(Rectangle((event.start, low), *size, fill=False, edgecolor=color, linewidth=1.4))
    lane.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    lane.set_yticks(range(len(labels)), labels)
    lane.set_xticks([])
    lane.tick_params(length=0)
    lane.spines[:].set_visible(False)


def _draw_cycles(analysis: Analysis, axis: Axes, start: float, end: float) -> None:
    """Thin dotted lines where breathing cycles meet, if they can be relied on."""
    if analysis.breathing is None or analysis.breathing.told_rate is None:
        return
    edges = {edge for cycle in analysis.breathing.cycles for edge in (cycle.start, cycle.end) if start <= edge < end}
    axis.vlines(sorted(edges), 0, 1, color=_CYCLE_COLOR, linewidth=0.8, linestyle=":", zorder=0)


def _tell_breathing(analysis: Analysis) -> str:
    """What the dotted lines are, and the breathing rate, where they are drawn."""
    rate = None if analysis.breathing is None else analysis.breathing.told_rate
    return "" if rate is None else f"   ·   dotted: breathing cycles, {rate:.0f} a minute"


def _keys(analysis: Analysis) -> list[Patch]:
    labels = analysis.timeline.labels if analysis.timeline else {}
    keys = [Patch(color=parts.LABEL_COLORS.get(label, parts.OTHER_COLOR), label=label) for label in labels]
    return [
        *keys,
        Patch(color=parts.ABNORMAL_COLOR, alpha=0.3, label="abnormal"),
        Patch(color=_ATTENTION_COLOR, label="attention"),
    ]
