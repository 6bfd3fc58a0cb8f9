"""How the pictures of a report look: one colour a run, the same in every picture."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""Okabe and Ito's palette, which the colour-blind can tell apart; grey in place of yellow, which is lost on white."""
INK, FAINT, GRID = "#333333", "#777777", "#dddddd"
WIDTH = 10.0
"""Inches; 1300 dots in a png."""
_LEGEND_LETTERS = 110
"""That fit into one line of the legend."""


def add_legend(figure: Figure, labels: Sequence[str]) -> None:
    """Say above the axes which colour is which run."""
    patches = [Patch(color=color, label=plain(label)) for color, label in zip(COLORS, labels, strict=False)]
    columns = max(1, min(len(labels), _LEGEND_LETTERS // (max(map(len, labels)) + 6)))
    figure.legend(handles=patches, loc="outside upper left", ncols=columns, frameon=False, fontsize=11, labelcolor=INK)


def add_caption(figure: Figure, text: str) -> None:
    """Write a line in small letters at the foot."""
    figure.supxlabel(plain(text), x=0.01, ha="left", fontsize=9.5, color=FAINT)


def dress(axis: Axes, title: str) -> None:
    """Give a title and a light frame."""
    axis.set_title(plain(title), loc="left", fontsize=11, color=INK)
    axis.spines[["top", "right"]].set_visible(False)
    axis.spines[["left", "bottom"]].set_color(FAINT)
    axis.tick_params(colors=INK, labelsize=10)


def plain(text: str) -> str:
    """Text as it is: matplotlib reads what stands between two dollars as mathematics."""
    return text.replace("$", r"\$")
