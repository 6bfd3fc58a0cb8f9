"""The index of a report folder: a table of its recordings that can be sorted, and those that could not be read."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from auscult.analysis.report import words
from auscult.analysis.report.page import render
from auscult.analysis.report.row import CANNOT_TELL, Moment, Row

_HEIGHT = 10
"""Of the small timelines, which are as wide as they have columns."""
_QUALITIES = ("unusable", "doubtful", "good")


@dataclass(frozen=True)
class Listed:
    """A recording as it stands in the index.

    Attributes
    ----------
    file
        As it was named.
    page
        Its page; None where it has none.
    row
        Its answer; None where there is none.
    problem
        What went wrong; None where nothing did.
    """

    file: str
    page: Path | None
    row: Row | None
    problem: str | None = None


def render_index(listed: Sequence[Listed], *, missing: int = 0) -> str:
    """Write the index.

    Parameters
    ----------
    listed
        Recordings in the order in which they are shown first.
    missing
        How many more there are that were not come to yet.
    """
    answered = [one for one in listed if one.row is not None]
    folders = [Path(one.file).parent for one in answered]
    top = Path(os.path.commonpath(folders)) if folders and len({folder.is_absolute() for folder in folders}) == 1 else Path()
    found = Counter(one.row.finding for one in answered if one.row is not None)
    return render(
        "index",
        entries=[_entry(one, top) for one in answered],
        failed=[one for one in listed if one.problem is not None],
        findings=sorted(found.items(), key=lambda item: _rank(item[0])),
        missing=missing,
    )


def _entry(one: Listed, top: Path) -> dict[str, object]:
    row = one.row
    assert row is not None
    folder = Path(row.file).parent
    rate = row.beats_per_minute if row.organ == "heart" else row.breaths_per_minute
    sure = row.sureness if row.sureness is not None else row.probability
    return {
        "row": row,
        "name": Path(row.file).name,
        "href": None if one.page is None else quote(f"{one.page.parent.name}/{one.page.name}"),
        "folder": str(folder.relative_to(top)) if folder != top and folder.is_relative_to(top) else "",
        "rank": _rank(row.finding),
        "tone": words.tone_of(row.finding),
        "sure": sure,
        "quality_rank": _QUALITIES.index(row.quality) if row.quality in _QUALITIES else -1,
        "counts": words.count_events(row),
        "events": sum(row.events.values()),
        "rate": rate,
        "spark": list(_spark(row.moments)),
        "warnings": ", ".join(warning.partition(":")[0] for warning in row.warnings),
    }


def _rank(finding: str) -> tuple[int, str]:
    """Place of a finding in the order: what was found, what cannot be told, what is normal."""
    return {"normal": 2, CANNOT_TELL: 1}.get(finding, 0), finding


def _spark(moments: Sequence[Moment]) -> Iterator[tuple[str, str]]:
    """Columns that stand side by side and have one colour, as an svg path: label and path."""
    place = 0
    for label, group in groupby(moments, key=lambda moment: moment.label or "none"):
        path, first = f"M{place} {_HEIGHT}", place
        for moment in group:
            path += f"V{_HEIGHT - _HEIGHT * (moment.abnormal or 0.0):.1f}h1"
            place += 1
        yield label, f"{path}V{_HEIGHT}H{first}Z"
