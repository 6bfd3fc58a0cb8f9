"""Tables of a report as plain text, to be laid out on the terminal and on the page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from auscult.evaluation.report.scores import Bar


@dataclass(frozen=True)
class Table:
    """A table of text; a cell may have two lines.

    Attributes
    ----------
    title, caption
        What stands above, and below in small letters.
    header
        Names of the columns, that of the rows' names first.
    rows
        As many cells each as the header has.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


def bar_table(
    title: str, corner: str, columns: Mapping[str, str], rows: Mapping[str, Mapping[str, Bar]], caption: str
) -> Table:
    """Lay out bars, one row a run.

    Parameters
    ----------
    corner
        Name of the first column.
    columns
        Name of a bar → title of its column.
    rows
        Name of a row → its bars by name; those it lacks are dashes.
    """
    cells = tuple((name, *(_cell(bars.get(column, Bar(math.nan))) for column in columns)) for name, bars in rows.items())
    return Table(title, (corner, *columns.values()), cells, caption)


def _cell(bar: Bar) -> str:
    """The score, and below it its deviation over folds or the ends of its interval."""
    if math.isnan(bar.value):
        return "–"
    if not math.isnan(bar.deviation):
        return f"{bar.value:.3f}\n± {bar.deviation:.3f}"
    return f"{bar.value:.3f}" if math.isnan(bar.low) else f"{bar.value:.3f}\n{bar.low:.2f}–{bar.high:.2f}"
