"""From the csv files of the results to the cells of a table in markdown."""

import csv
import statistics
from collections.abc import Iterable
from pathlib import Path

from auscult.evaluation.spread import spread_of

RESULTS = Path(__file__).parent / "results"
SCORES = ("specificity", "sensitivity", "average_score", "harmonic_score")

Row = dict[str, str]


def read(name: str) -> list[Row]:
    """All rows of a csv; none where it is not there yet."""
    path = RESULTS / f"{name}.csv"
    if not path.is_file():
        return []
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(header: list[str], lines: Iterable[list[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def spread(rows: list[Row], name: str) -> str:
    """Mean ± standard deviation over seeds."""
    found = spread_of([float(row[name]) for row in rows])
    return f"{found.mean:.2f}" if len(rows) == 1 else f"{found.mean:.2f} ± {found.deviation:.2f}"


def interval(rows: list[Row]) -> str:
    """Mean ends of the patient-bootstrap intervals of the seeds."""
    low, high = (statistics.mean(float(row[end]) for row in rows) for end in ("score_low", "score_high"))
    return f"{low:.1f}–{high:.1f}"


def of(rows: list[Row], **wanted: str) -> list[Row]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]
