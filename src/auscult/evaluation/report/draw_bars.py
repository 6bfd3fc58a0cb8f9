"""Grouped bars: a group for each score or database, in it a bar with error bar for each run."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from auscult.evaluation.report import style
from auscult.evaluation.report.scores import Bar

_GROUP_WIDTH = 0.84
_BAR_INCHES = 0.16
"""So wide at least, so that a number fits into a bar."""
_SHORT = 0.15
"""Up to this score a number does not fit into its bar."""
_APART = 0.5
"""Room before the groups that stand apart."""


def draw_bars(
    title: str, groups: Mapping[str, str], runs: Mapping[str, Mapping[str, Bar]], caption: str, *, apart: Sequence[str] = ()
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
        Groups that stand a little to the right of the others.
    """
    shifts = np.cumsum([_APART if name in apart and name == apart[0] else 0.0 for name in groups])
    places = np.arange(len(groups)) + shifts
    figure = style.new_figure(5.2, width=max(style.WIDTH, 1.0 + _BAR_INCHES * len(runs) * len(groups) / _GROUP_WIDTH))
    axis = figure.subplots()
    width = _GROUP_WIDTH / len(runs)
    for number, (color, bars) in enumerate(zip(style.COLORS, runs.values(), strict=False)):
        shift = (number - (len(runs) - 1) / 2) * width
        for place, name in zip(places, groups, strict=True):
            _draw_bar(axis, place + shift, bars.get(name, Bar(math.nan)), width, color, upright=len(runs) > 1)
    axis.set_xticks(places, [style.plain(name) for name in groups.values()])
    axis.set_xlim(-0.6, places[-1] + 0.6)
    axis.set_ylim(0, 1)
    axis.set_yticks(np.arange(0, 1.01, 0.2))
    axis.grid(axis="y", color=style.GRID, linewidth=0.8)
    axis.set_axisbelow(True)
    style.dress(axis, title)
    axis.tick_params(axis="x", length=0, labelsize=11)
    style.add_legend(figure, list(runs))
    style.add_caption(figure, caption)
    return figure


def _draw_bar(axis: Axes, place: float, bar: Bar, width: float, color: str, *, upright: bool) -> None:
    """One bar, its error bar, and its number at the foot; a dash where there is no score."""
    if math.isnan(bar.value):
        axis.text(place, 0.02, "–", ha="center", color=style.FAINT, fontsize=10)
        return
    axis.bar(place, bar.value, width=0.94 * width, color=color)
    if not math.isnan(bar.low):
        ends = [[bar.value - bar.low], [bar.high - bar.value]]
        axis.errorbar(place, bar.value, yerr=ends, color=style.INK, linewidth=1.3, capsize=2.5, capthick=1.3)
    inside = bar.value > _SHORT
    ink = "white" if inside and _is_dark(color) else style.INK
    foot = 0.02 if inside else bar.value + 0.03
    axis.text(place, foot, f"{bar.value:.2f}", ha="center", rotation=90 if upright else 0, fontsize=9, color=ink)


def _is_dark(color: str) -> bool:
    return float(np.dot(to_rgb(color), (0.299, 0.587, 0.114))) < 0.55
