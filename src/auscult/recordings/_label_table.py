"""A user's own labels: one csv with a line for each recording or segment."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar, get_args

from auscult.errors import AuscultError
from auscult.recordings._sounds import SOUNDS
from auscult.recordings.core import Sex
from auscult.recordings.labels import Label, Labels

Choice = TypeVar("Choice")

LABEL_COLUMNS: tuple[Label, ...] = get_args(Label)
_OTHER_COLUMNS = ("file", "start", "end", "patient", "split", "age", "sex", "location", "device", "label")
_NAMES: dict[str, Labels] = {
    **SOUNDS,
    "normal": {**SOUNDS["normal"], "abnormal": False},  # a table of one's own may speak of lungs or of hearts
    "abnormal": {"abnormal": True},
}
_ANSWERS = {"1": True, "0": False}
_SEXES: dict[str, Sex] = {"female": "female", "f": "female", "male": "male", "m": "male"}
_SIDES = {"train": "train", "test": "test"}
_TOO_MANY = "(fields without a column)"


class Facts(NamedTuple):
    """What a line says of the recording; None where it says nothing."""

    patient: str | None
    split: str | None
    age: float | None
    sex: Sex | None
    location: str | None
    device: str | None


class Line(NamedTuple):
    """One line of the csv.

    ``times`` are seconds, or None where the line speaks of the whole recording; ``extra`` holds the columns that are none of
    auscult's; ``where`` names file and line.
    """

    where: str
    file: str
    times: tuple[float, float] | None
    labels: Labels
    facts: Facts
    extra: Mapping[str, str]


def read_label_table(path: Path) -> list[Line]:
    """All lines of a csv of labels.

    Raises
    ------
    AuscultError
        Naming the file and the column or line that is not as it should be.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, restkey=_TOO_MANY, restval="")
            _check_columns(rows.fieldnames or (), path)
            lines = [_parse(row, f"{path}, line {rows.line_num}") for row in rows]
    except (UnicodeDecodeError, csv.Error):
        raise AuscultError(f"{path} is not a csv in UTF-8; save it as one.") from None
    if not lines:
        raise AuscultError(f"{path} has no line below its head; add one for each recording.")
    return lines


def _check_columns(columns: Sequence[str], path: Path) -> None:
    found = ", ".join(columns) or "none"
    if "file" not in columns:
        raise AuscultError(f"{path} needs a column 'file' with the names of the recordings; its columns are: {found}.")
    if not {"label", *LABEL_COLUMNS} & set(columns):
        raise AuscultError(
            f"{path} needs a column 'label', or columns named {', '.join(LABEL_COLUMNS)}; its columns are: {found}."
        )


def _parse(row: dict[str, str], where: str) -> Line:
    if _TOO_MANY in row:
        raise AuscultError(f"{where}: more fields than the head has columns; put a field with a comma between double quotes.")
    row = {column: value.strip() for column, value in row.items()}
    if not row["file"]:
        raise AuscultError(f"{where}: no recording is named; fill in the column 'file'.")
    facts = Facts(
        patient=row.get("patient") or None,
        split=_choose(row, "split", _SIDES, where),
        age=_number(row, "age", where),
        sex=_choose(row, "sex", _SEXES, where),
        location=row.get("location") or None,
        device=row.get("device") or None,
    )
    known = (*_OTHER_COLUMNS, *LABEL_COLUMNS)
    extra = {column: value for column, value in row.items() if column and value and column not in known}
    return Line(where, row["file"], _times(row, where), _labels(row, where), facts, extra)


def _times(row: dict[str, str], where: str) -> tuple[float, float] | None:
    start, end = _number(row, "start", where), _number(row, "end", where)
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise AuscultError(f"{where}: only one of start and end is given; give both, or none for the whole recording.")
    return start, end


def _labels(row: dict[str, str], where: str) -> Labels:
    """What the class name in column 'label' says, and over it what the columns of single labels say."""
    answers = {label: _choose(row, label, _ANSWERS, where) for label in LABEL_COLUMNS}
    said = {label: answer for label, answer in answers.items() if answer is not None}
    return {**(_choose(row, "label", _NAMES, where) or {}), **said}


def _number(row: dict[str, str], column: str, where: str) -> float | None:
    value = row.get(column)
    try:
        return float(value) if value else None
    except ValueError:
        raise AuscultError(f"{where}: '{value}' in column '{column}' is not a number; correct it or leave it empty.") from None


def _choose(row: dict[str, str], column: str, choices: Mapping[str, Choice], where: str) -> Choice | None:
    value = row.get(column, "")
    if not value:
        return None
    if value.lower() not in choices:
        raise AuscultError(f"{where}: '{value}' in column '{column}' must be one of {', '.join(choices)}, or empty.")
    return choices[value.lower()]
