"""An embedding as a picture: the same points once for each grouping, coloured by group."""

import math
import textwrap
from colorsys import hls_to_rgb
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from auscult.evaluation.embedding_map import EmbeddingMap, save_points
from auscult.evaluation.neighbours import Likeness
from auscult.evaluation.report.style import COLORS, FAINT, INK, plain
from auscult.figures import DPI, check_picture_ending, new_figure, picture_bytes
from auscult.files import replacing, write_whole

MOST_IN_LEGEND = 20
"""Of more groups, such as patients, the colours are not explained."""
_NORMAL, _UNKNOWN = "#b5b5b5", "#dddddd"
_PANEL, _MOST_COLUMNS = 4.4, 3
_LETTERS_AN_INCH, _TITLE_LETTERS_AN_INCH = 14, 10

Color = tuple[float, float, float]


def save_embedding(found: EmbeddingMap, picture: Path, table: Path, *, dpi: int = DPI) -> None:
    """Write the picture of an embedding and the table of its points, both or none.

    Parameters
    ----------
    found
        What to draw, with at least one panel.
    picture, dpi
        As in `auscult.figures.write_figure`.
    table
        A csv file, as `auscult.evaluation.embedding_map.save_points` writes it.
    """
    check_picture_ending(picture)
    content = picture_bytes(draw_embedding(found), kind=picture.suffix[1:].lower(), dpi=dpi)
    with replacing(table) as partial:
        save_points(found, partial)
        write_whole(picture, content)


def draw_embedding(found: EmbeddingMap) -> Figure:
    """Draw a panel for each grouping, at most three in a row."""
    columns = 2 if len(found.likenesses) == 4 else min(_MOST_COLUMNS, len(found.likenesses))
    rows = math.ceil(len(found.likenesses) / columns)
    width = _PANEL * columns
    title = textwrap.wrap(found.title, int(width * _TITLE_LETTERS_AN_INCH))
    caption = textwrap.wrap(describe(found), int(width * _LETTERS_AN_INCH))
    figure = new_figure(width, (_PANEL + 0.8) * rows + 0.22 * len(title) + 0.18 * len(caption) + 0.3)
    figure.set_layout_engine("constrained", w_pad=0.1, h_pad=0.1)
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for axis, likeness in zip(axes, found.likenesses, strict=False):
        _draw_panel(axis, found, likeness)
    for axis in axes[len(found.likenesses) :]:
        axis.set_axis_off()
    figure.suptitle(plain("\n".join(title)), x=0.01, ha="left", fontsize=12, color=INK)
    figure.supxlabel(plain("\n".join(caption)), x=0.01, ha="left", fontsize=9, color=FAINT)
    return figure


def describe(found: EmbeddingMap) -> str:
    """How the points were placed and what the numbers mean, in a few sentences."""
    drawn, there, unit = len(found.projection.rows), len(found.points), found.points.unit
    which = f"{there} {unit}s" if drawn == there else f"{drawn} of {there} {unit}s, drawn at random"
    return (
        f"{found.projection.told}; {which}. The numbers are of all dimensions of the embedding and of all {unit}s: how often "
        f"the nearest {unit} of another patient (for patients: of another recording) is of the same group; by chance: any one."
    )


def describe_likeness(likeness: Likeness) -> str:
    """The numbers of a panel in one line."""
    if not likeness.counted:
        return f"no two {likeness.owner}s share a {likeness.by}"
    return f"nearest of the same {likeness.by}: {100 * likeness.alike:.0f} % (by chance {100 * likeness.chance:.0f} %)"


def _draw_panel(axis: Axes, found: EmbeddingMap, likeness: Likeness) -> None:
    names, labels = found.points.names(likeness.by), found.points.labels(likeness.by)
    colors = _colors(names, normal=found.points.class_names[0] if likeness.by == "class" else None)
    drawn = labels[found.projection.rows].tolist()
    size = float(np.clip(9000 / len(drawn), 7, 40))
    x, y = found.projection.coordinates.T
    axis.scatter(x, y, s=size, c=[colors[name] for name in drawn], alpha=0.8, linewidths=0)
    axis.set_box_aspect(1)
    axis.margins(0.03)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_color("#dddddd")
    axis.set_title(plain(likeness.by), loc="left", fontsize=12, fontweight="bold", color=INK, pad=21)
    axis.text(0, 1.02, plain(describe_likeness(likeness)), transform=axis.transAxes, fontsize=9.5, color=INK)
    if len(names) > MOST_IN_LEGEND:
        axis.set_xlabel(f"{len(names)} {likeness.by}s, a colour each", fontsize=9.5, color=INK, labelpad=9)
    else:
        _add_legend(axis, {name: colors[name] for name in [*names, ""] if name in drawn})


def _colors(names: list[str], *, normal: str | None) -> dict[str, Color]:
    """A colour for each group: normal in grey, few others from the palette, many from all round the wheel."""
    others = [name for name in names if name != normal]
    palette = [to_rgb(color) for color in COLORS] if len(others) <= len(COLORS) else [_on_wheel(i) for i in range(len(others))]
    return {"": to_rgb(_UNKNOWN), **dict(zip(others, palette, strict=False))} | ({normal: to_rgb(_NORMAL)} if normal else {})


def _on_wheel(number: int) -> Color:
    """Hues a golden section apart, so that successive ones differ, in three lightnesses."""
    return hls_to_rgb(number * 0.618 % 1, (0.35, 0.5, 0.62)[number % 3], 0.65)


def _add_legend(axis: Axes, colors: dict[str, Color]) -> None:
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=6, color=color, label=plain(name or "not known"))
        for name, color in colors.items()
    ]
    longest = max(len(name) for name in colors)
    columns = max(1, min(len(marks), int(_PANEL * _LETTERS_AN_INCH / (longest + 6))))
    looks = {"frameon": False, "labelcolor": INK, "fontsize": 9.5, "handletextpad": 0.1, "columnspacing": 1.0}
    axis.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=columns, **looks)
