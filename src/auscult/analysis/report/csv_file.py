"""The table of many recordings as a csv file that a spreadsheet opens."""

import csv
import io
from collections.abc import Iterable

from auscult.analysis.report.row import Row

_COLUMNS = (
    "file",
    "organ",
    "seconds",
    "finding",
    "told",
    "label",
    "probability",
    "sureness",
    "quality",
    "quality_probability",
    "abnormal_seconds",
    "crackle_events",
    "wheeze_events",
    "breaths_per_minute",
    "beats_per_minute",
    "warnings",
    "problem",
)
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet takes a cell that begins so for a formula."""


def make_csv(rows: Iterable[Row | tuple[str, str]]) -> str:
    r"""Write a header and one line a recording.

    It begins with a byte order mark, by which spreadsheets know UTF-8, and its lines end with ``\r\n``. What begins like a
    formula gets an apostrophe in front, so that a file named ``=HYPERLINK(…).wav`` is text and nothing else.

    Parameters
    ----------
    rows
        A `Row`, or the file and what went wrong with it where there is no answer.
    """
    text = io.StringIO()
    text.write("\ufeff")
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    table.writerows(map(harmless, _answered(row) if isinstance(row, Row) else _failed(*row)) for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _answered(row: Row) -> list[str]:
    return [
        row.file,
        row.organ,
        _number(row.seconds, 2),
        row.finding,
        "yes" if row.told else "no",
        row.label or "",
        _number(row.probability, 4),
        _number(row.sureness, 4),
        row.quality or "",
        _number(row.quality_probability, 4),
        _number(row.abnormal_seconds, 2),
        *(str(row.events.get(label, 0)) if row.organ == "lung" else "" for label in ("crackle", "wheeze")),
        _number(row.breaths_per_minute, 1),
        _number(row.beats_per_minute, 1),
        "; ".join(row.warnings),
        "",
    ]


def _failed(file: str, problem: str) -> list[str]:
    return [file, *[""] * (len(_COLUMNS) - 2), problem]


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
