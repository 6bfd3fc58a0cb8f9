"""Grouped bars: a group for each score or database, in it a bar with error bar for each run."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from auscult.evaluation.report import style
from auscult.evaluation.report.scores import Bar
from auscult.figures import new_figure

_GROUP_WIDTH, _WIDEST_BAR = 0.84, 0.5
_BAR_INCHES = 0.16
"""So wide at least, so that a number fits into a bar."""
_SHORT = 0.15
"""Up to this score a number does not fit into its bar."""
_APART = 0.5
"""Room before the groups that stand apart."""


def draw_bars(
    title: str,
    groups: Mapping[str, str],
    runs: Mapping[str, Mapping[str, Bar]],
    caption: str,
    *,
    apart: Sequence[str] = (),
    floor: float | None = None,
) -> Figure:
    """Draw bars from 0 to 1.

    Parameters
    ----------
    title
        What stands above the axes.
    groups
        Name of a group → what is written below it.
    runs
        Label of a run → its bars by name of the group; those it lacks, or without a value, are dashes.
    caption
        The line at the foot.
    apart
        The last groups, which stand a little to the right of the others.
    floor
        Draw a dashed line at this score.
    """
    places = np.array([place + _APART * (name in apart) for place, name in enumerate(groups)])
    figure = new_figure(max(style.WIDTH, 1.0 + _BAR_INCHES * len(runs) * len(groups) / _GROUP_WIDTH), 5.2)
    axis = figure.subplots()
    width = min(_GROUP_WIDTH / len(runs), _WIDEST_BAR)
    for number, (color, bars) in enumerate(zip(style.COLORS, runs.values(), strict=False)):
        shift = (number - (len(runs) - 1) / 2) * width
        for place, name in zip(places, groups, strict=True):
            _draw_bar(axis, place + shift, bars.get(name, Bar(math.nan)), width, color, upright=len(runs) > 2)
    _frame(axis, title, places, list(groups.values()))
    if floor is not None:
        axis.axhline(floor, color=style.FAINT, linewidth=1, linestyle="--", zorder=0)
    style.add_legend(figure, list(runs))
    style.add_caption(figure, caption)
    return figure


def _frame(axis: Axes, title: str, places: NDArray[np.float64], names: Sequence[str]) -> None:
    """Scale from 0 to 1, light lines behind, and the names of the groups below."""
    axis.set_xticks(places, [style.plain(name) for name in names])
    axis.set_xlim(-0.6, places[-1] + 0.6)
    axis.set_ylim(0, 1.01)
    axis.set_yticks(np.arange(0, 1.01, 0.2))
    axis.grid(axis="y", color=style.GRID, linewidth=0.8)
    axis.set_axisbelow(True)
    style.dress(axis, title)
    axis.tick_params(axis="x", length=0, labelsize=11)


def _draw_bar(axis: Axes, place: float, bar: Bar, width: float, color: str, *, upright: bool) -> None:
    """One bar, its error bar, and its number; a dash where there is no score."""
    if math.isnan(bar.value):
        axis.text(place, 0.02, "–", ha="center", color=style.FAINT, fontsize=10)
        return
    axis.bar(place, bar.value, width=0.94 * width, color=color)
    if not math.isnan(bar.low):
        for line, thickness in (("white", 3.4), (style.INK, 1.6)):  # white around it: to be seen on any colour
            axis.plot([place] * 2, [bar.low, bar.high], color=line, linewidth=thickness, solid_capstyle="butt")
    _write_number(axis, place, bar.value, color, upright=upright)


def _write_number(axis: Axes, place: float, value: float, color: str, *, upright: bool) -> None:
    """The number at the foot of a bar, or above a short one; outlined, because the error bar may reach there."""
    inside = value > _SHORT
    text = axis.text(place, 0.02 if inside else value + 0.02, f"{value:.2f}", ha="center", va="bottom", zorder=4)
    text.set(color="white" if inside and _is_dark(color) else style.INK)
    text.set(rotation=90 if upright else 0, fontsize=9 if upright else 11)
    text.set_path_effects([withStroke(linewidth=2, foreground=color if inside else "white")])


def _is_dark(color: str) -> bool:
    return float(np.dot(to_rgb(color), (0.299, 0.587, 0.114))) < 0.55
