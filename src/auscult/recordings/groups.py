"""The groups that scores are broken down by: what is known of a recording besides its labels."""

from typing import Literal, get_args

from auscult.recordings.core import Recording

Grouping = Literal["database", "device", "location", "sex", "age", "quality"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)

_OF_AGE = 18  # years


def groups_of(recording: Recording) -> dict[str, str]:
    """The group of a recording in each of `GROUPINGS`; "" where it is not known.

    ``age`` is child (under 18 years) or adult, ``quality`` good or noisy (what annotators said, not what a program measures);
    the others are in the data set's own words.
    """
    groups: dict[Grouping, str] = {
        "database": str(recording.extra.get("database", "")),
        "device": recording.device or "",
        "location": recording.location or "",
        "sex": recording.sex or "",
        "age": _age(recording.age),
        "quality": {True: "noisy", False: "good", None: ""}[recording.labels.get("poor_quality")],
    }
    return {name: groups[name] for name in GROUPINGS}


def _age(years: float | None) -> str:
    if years is None:
        return ""
    return "child" if years < _OF_AGE else "adult"
