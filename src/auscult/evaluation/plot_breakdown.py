"""Break-downs as a picture: a bar for each group with its interval, and a line at the mean over groups."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from auscult.evaluation.breakdown import Breakdown
from auscult.evaluation.metrics import SCORE_TITLES
from auscult.evaluation.summary import Summary
from auscult.figures import DPI, new_figure, write_figure
from auscult.recordings.tasks import get_task

MOST_BARS = 40
"""Of many groups, such as patients, only the lowest are drawn."""
_COLOR, _WORST_COLOR = "#0072B2", "#D55E00"
"""Of Okabe and Ito's palette, which the colour-blind can tell apart."""
_INK, _FAINT = "#333333", "#777777"
_BAR_INCHES, _FRAME_INCHES = 0.34, 1.3


def save_breakdowns(breakdowns: Sequence[Breakdown], path: Path | str, *, dpi: int = DPI) -> None:
    """Write the picture of some break-downs, whole or not at all.

    Parameters
    ----------
    breakdowns
        At least one; one panel each.
    path, dpi
        As in `auscult.figures.write_figure`, which refuses other endings than png, svg and pdf.
    """
    write_figure(draw_breakdowns(breakdowns), path, dpi=dpi)


def draw_breakdowns(breakdowns: Sequence[Breakdown]) -> Figure:
    """Draw a panel for each break-down, one below the other."""
    shown = [_shown(breakdown) for breakdown in breakdowns]
    bars = [max(len(groups), 1) for groups in shown]
    height = _BAR_INCHES * sum(bars) + _FRAME_INCHES * len(bars)
    figure = new_figure(8, height)
    axes = figure.subplots(len(bars), 1, squeeze=False, gridspec_kw={"height_ratios": bars})[:, 0]
    for axis, breakdown, groups in zip(axes, breakdowns, shown, strict=True):
        _draw_panel(axis, breakdown, groups)
    return figure


def _shown(breakdown: Breakdown) -> dict[str, Summary]:
    """The groups to draw, in their own order; of too many those with the lowest Score."""
    if len(breakdown.groups) <= MOST_BARS:
        return breakdown.groups
    counted = [name for name in breakdown.groups if name not in breakdown.left_out]
    lowest = set(sorted(counted, key=lambda name: breakdown.groups[name].scores.score)[:MOST_BARS])
    return {name: group for name, group in breakdown.groups.items() if name in lowest}


def _draw_panel(axis: Axes, breakdown: Breakdown, groups: dict[str, Summary]) -> None:
    for place, (name, group) in enumerate(groups.items()):
        if name in breakdown.left_out:
            axis.text(1, place, "normal only" if group.scores.specificity >= 0 else "no normal", va="center", color=_FAINT)
        else:
            worst = name == breakdown.worst and breakdown.gap > 0
            _draw_bar(axis, place, group, _WORST_COLOR if worst else _COLOR)
    if breakdown.mean >= 0:  # not NaN
        axis.axvline(100 * breakdown.mean, color=_INK, linewidth=1, linestyle="--")
    axis.set_yticks(range(len(groups)), [_label(name, group) for name, group in groups.items()])
    axis.set_ylim(len(groups) - 0.4, -0.6)
    axis.set_xlim(0, 100)
    axis.set_xlabel(_axis_title(breakdown), color=_INK, fontsize=9)
    few = f", the {len(groups)} lowest of {len(breakdown.groups)}" if len(groups) < len(breakdown.groups) else ""
    title = f"{breakdown.task} · {breakdown.split} · by {breakdown.by}{few}"
    axis.set_title(title.replace("$", r"\$"), loc="left", fontsize=11, color=_INK)
    axis.spines[["top", "right"]].set_visible(False)
    axis.tick_params(colors=_INK, labelsize=9)


def _draw_bar(axis: Axes, place: int, group: Summary, color: str) -> None:
    value, (low, high) = 100 * group.scores.score, group.intervals["score"]
    axis.barh(place, value, height=0.66, color=color, alpha=0.85)
    if low >= 0:  # not NaN: more than one patient
        axis.plot([100 * low, 100 * high], [place, place], color=_INK, linewidth=1.6, solid_capstyle="butt")
    axis.text(101, place, f"{value:.1f}", va="center", color=_INK, fontsize=9)


def _label(name: str, group: Summary) -> str:
    people = f" of {group.patients} patients" if group.patients > 1 else ""
    return f"{name}  ({group.segments}{people})".replace("$", r"\$")


def _axis_title(breakdown: Breakdown) -> str:
    score = SCORE_TITLES[get_task(breakdown.task).scoring]
    summary = next(iter(breakdown.groups.values()), None)
    interval = f"; thin line: {100 * summary.level:g} % interval over patients" if summary else ""
    return f"{score} × 100{interval}; dashed: mean over groups"
