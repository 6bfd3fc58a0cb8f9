"""The groups that scores are broken down by: what is known of a recording besides its labels."""

from typing import Literal, get_args

from auscult.recordings.core import Recording

Grouping = Literal["database", "device", "location", "sex", "age", "quality"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)

OF_AGE = 18.0
"""Years from which on a patient is an adult, unless a recipe draws the line elsewhere."""


def groups_of(recording: Recording, *, adult_years: float = OF_AGE) -> dict[str, str]:
    """The group of a recording in each of `GROUPINGS`; "" where it is not known.

    ``age`` is child (under ``adult_years``) or adult, or ``under 6 y`` and ``from 6 y`` where the line is drawn at 6 years;
    ``quality`` is good or noisy (what annotators said, not what a program measures); the others are in the data set's own
    words.
    """
    groups: dict[Grouping, str] = {
        "database": str(recording.extra.get("database", "")),
        "device": recording.device or "",
        "location": recording.location or "",
        "sex": recording.sex or "",
        "age": _age(recording.age, adult_years),
        "quality": {True: "noisy", False: "good", None: ""}[recording.labels.get("poor_quality")],
    }
    return {name: groups[name] for name in GROUPINGS}


def _age(years: float | None, adult_years: float) -> str:
    if years is None:
        return ""
    younger, older = ("child", "adult") if adult_years == OF_AGE else (f"under {adult_years:g} y", f"from {adult_years:g} y")
    return younger if years < adult_years else older
