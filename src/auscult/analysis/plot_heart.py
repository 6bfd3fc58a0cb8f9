"""The picture of a heart sound: what the answer rests on, over the waveform and beside the spectrogram, probability below."""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from auscult.analysis import plot_parts as parts
from auscult.analysis.occlusion import Stretch, hearing_range
from auscult.analysis.overview import Overview, count_rows
from auscult.analysis.result import Analysis
from auscult.figures import new_figure

_NORMAL_COLOR, _ABNORMAL_COLOR = "#2B6CB0", "#C53030"
_EFFECT_COLORS = LinearSegmentedColormap.from_list("effect", [_NORMAL_COLOR, "#FFFFFF", _ABNORMAL_COLOR])
_PALEST = 0.1
"""The strongest colour stands for at least so much of log-odds: less is next to nothing, and looks like it."""
_EFFECT_COLUMNS = 800


def draw_heart(analysis: Analysis) -> Figure:
    """Draw the picture: a row for each minute, up to ten rows; longer recordings get longer rows."""
    rows = count_rows(analysis.seconds)
    figure = new_figure(13, 7.0 if rows == 1 else 1.2 + 4.0 * rows)
    ratios = {"height_ratios": [1.3, 2.6, 1.0] * rows, "width_ratios": [10, 1.3]}
    grid = figure.subplots(3 * rows, 2, gridspec_kw=ratios, squeeze=False).reshape(rows, 3, 2)
    highest = hearing_range(analysis.model)[1]
    spectrogram = parts.shade_spectrogram(analysis, highest=highest)
    edges = np.linspace(0.0, analysis.seconds, rows + 1)
    for row, start, end in zip(grid, edges, edges[1:], strict=False):
        (wave, above), (sound, beside), (probability, below) = row
        _draw_wave(analysis, wave, start, end)
        _draw_spectrogram(analysis, sound, spectrogram, start, end, highest)
        _draw_bands(analysis, beside, highest)
        parts.draw_timeline(analysis, probability, start, end, name="probability\nof abnormal")
        for axis in (wave, sound, probability):
            axis.set_xlim(start, end)
        for axis in (wave, sound, probability, beside):
            axis.tick_params(colors=parts.INK, labelsize=9)
        _draw_keys(above, below)
    grid[-1, -1, 0].set_xlabel("time (s)", color=parts.INK)
    parts.draw_words(analysis, figure, [parts.tell_answer(analysis), _tell_rate(analysis)])
    return figure


def _draw_wave(analysis: Analysis, axis: Axes, start: float, end: float) -> None:
    """Draw the waveform over colours that say what each moment does to the answer."""
    overview = parts.overview_of(analysis)
    time, low, high = _outline(overview, analysis.seconds, start, end)
    limit = 1.1 * max(overview.loud, 1e-6)
    if analysis.occlusion is not None:
        columns = np.linspace(start, end, _EFFECT_COLUMNS + 1)
        effects = effects_at(analysis.occlusion.stretches, (columns[:-1] + columns[1:]) / 2)
        scale = _strongest(stretch.effect for stretch in analysis.occlusion.stretches)
        extent = (start, end, -limit, limit)
        axis.imshow(effects[None], extent=extent, aspect="auto", cmap=_EFFECT_COLORS, vmin=-scale, vmax=scale)
    axis.fill_between(time, low, high, color=parts.INK, linewidth=0.4)
    axis.set_ylim(-limit, limit)
    axis.set_yticks([])
    axis.set_ylabel("what drives\nthe answer", color=parts.INK, fontsize=9)
    axis.tick_params(labelbottom=False)


def _draw_spectrogram(
    analysis: Analysis, axis: Axes, spectrogram: parts.Shades, start: float, end: float, highest: float
) -> None:
    picture = parts.cut_columns(spectrogram.values, start, end, analysis.seconds)
    axis.imshow(picture, extent=(start, end, *spectrogram.limits), **parts.SPECTROGRAM_STYLE)
    axis.set_ylim(0, highest)
    axis.set_ylabel("Hz", color=parts.INK)
    axis.tick_params(labelbottom=False)


def _draw_bands(analysis: Analysis, axis: Axes, highest: float) -> None:
    """Draw a bar for each band, at its place on the frequency axis, to the right if it pushes towards abnormal."""
    bands = analysis.occlusion.bands if analysis.occlusion is not None else ()
    for band in bands:
        color = _ABNORMAL_COLOR if band.effect > 0 else _NORMAL_COLOR
        axis.barh(band.low, band.effect, height=0.9 * (band.high - band.low), align="edge", color=color)
    limit = 1.1 * _strongest(band.effect for band in bands)
    axis.axvline(0, color=parts.INK, linewidth=0.8)
    axis.set_xlim(-limit, limit)
    axis.set_ylim(0, highest)
    axis.tick_params(left=False, labelleft=False)
    axis.xaxis.set_in_layout(False)  # its numbers stand in the empty corner below
    axis.spines[["top", "right", "left"]].set_visible(False)


def effects_at(stretches: Sequence[Stretch], moments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Effect at each of some moments, (n,): the mean over the stretches that hold it, 0 where none does."""
    starts, ends, effects = np.array([[s.start, s.end, s.effect] for s in stretches]).reshape(-1, 3).T
    holds = (starts <= moments[:, None]) & (moments[:, None] < ends)  # (n, stretches)
    return (holds @ effects) / np.maximum(holds.sum(axis=1), 1)


def _outline(
    overview: Overview, seconds: float, start: float, end: float
) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]:
    """Time, lowest and highest sample of each of the columns between two times."""
    columns = len(overview.lowest)
    first = min(round(start / seconds * columns), columns - 1)
    shown = slice(first, max(round(end / seconds * columns), first + 1))
    time = np.arange(columns)[shown] * seconds / columns
    return time, overview.lowest[shown], overview.highest[shown]


def _strongest(effects: Iterable[float]) -> float:
    return max([_PALEST, *map(abs, effects)])


def _tell_rate(analysis: Analysis) -> str:
    rate, confidence = analysis.beats_per_minute, analysis.heart_rate.confidence if analysis.heart_rate else 0.0
    return f"{rate:.0f} beats a minute (confidence {confidence:.0%})" if rate is not None else "heart rate not told"


def _draw_keys(above: Axes, below: Axes) -> None:
    """Say in the empty corners above and below the bars what colours and bars mean."""
    keys = [Patch(color=_ABNORMAL_COLOR, label="abnormal"), Patch(color=_NORMAL_COLOR, label="normal")]
    legend = above.legend(handles=keys, title="speaks for", loc="center", frameon=False, fontsize=9, labelcolor=parts.INK)
    legend.get_title().set(fontsize=9, color=parts.INK)
    below.text(0.5, 0.85, "what a band adds\nto the log-odds", ha="center", va="top", fontsize=9, color=parts.INK)
    above.set_axis_off()
    below.set_axis_off()
