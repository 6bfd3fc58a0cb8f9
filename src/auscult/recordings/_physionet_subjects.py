"""Who was recorded in PhysioNet/CinC 2016: from a table of subjects, or from the appendix that its publishers offer."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from auscult.errors import AuscultError
from auscult.recordings.core import Sex

SUBJECTS = "subjects.csv"
APPENDICES = ("annotations/Online_Appendix_training_set.csv", "annotations/Online Appendix_training set.csv")

_SUBJECT_COLUMNS = {
    "record": "record",
    "patient": "group",
    "diagnosis": "diagnosis",
    "site": "site",
    "age": "age",
    "sex": "gender",
    "source": "source",
}
_APPENDIX_COLUMNS = {
    "record": "Challenge record name",
    "original": "Original record name",
    "subject": "Subject ID",
    "raw": "# Raw record",
    "diagnosis": "Diagnosis",
    "site": "Transducer site on body",
    "age": "Age (year)",
    "sex": "Gender",
}
_SEXES: dict[str, Sex] = {"f": "female", "female": "female", "m": "male", "male": "male"}
_NOTHING = ("", "nan", "na", "n/a", "unknown")

Row = dict[str, str]  # known fields by their name here; unknown ones are left out


class Subject(NamedTuple):
    """What is known of a recording's subject; ``patient`` is None where nobody says who it is.

    ``sex`` is None also where a table has codes that nobody explains (1 and 2 in training-b).
    """

    patient: str | None = None
    diagnosis: str | None = None
    site: str | None = None
    age: float | None = None
    sex: Sex | None = None
    source: str | None = None


def read_subjects(root: Path) -> dict[str, Subject]:
    """Subjects by recording, from ``subjects.csv`` or else from the appendix; empty where neither is there.

    The appendix has an id of the subject for training-b only. For a, c and e it follows from the names that the recordings had
    before the challenge; for d and f nobody says.

    Raises
    ------
    AuscultError
        Naming the file, and the column or line that is not as it should be.
    """
    if (root / SUBJECTS).is_file():
        rows = _read(root / SUBJECTS, _SUBJECT_COLUMNS, needed=("record", "patient"))
        return {record: _describe(row, row.get("patient")) for record, row in rows.items()}
    for path in (root / name for name in APPENDICES):
        if path.is_file():
            rows = _read(path, _APPENDIX_COLUMNS, needed=("record",))
            return {record: _describe(row, _patient_in_appendix(record[0], row)) for record, row in rows.items()}
    return {}


def _patient_in_appendix(database: str, row: Row) -> str | None:
    """The subject of a line of the appendix, named as in ``subjects.csv``.

    In training-a a recording was called ``C45S1`` (subject, session), in c ``id17``. In e, long raw recordings were cut and
    their pieces carry the number of the raw one; normal and coronary patients (whose names begin with a digit) are numbered
    separately.
    """
    original = row.get("original", "")
    if database == "a" and (match := re.match(r"(C\d+)S\d", original)):
        return f"a:{match[1]}"
    if database == "b" and "subject" in row:
        return f"b:{_whole_number(row['subject'])}"
    if database == "c" and (match := re.match(r"id\d+", original)):
        return f"c:{match[0]}"
    if database == "e" and "raw" in row:
        cohort = "N" if original.startswith("e") else "CAD"
        return f"e:{cohort}:{_whole_number(row['raw'])}"
    return None


def _describe(row: Row, patient: str | None) -> Subject:
    return Subject(
        patient=patient,
        diagnosis=row.get("diagnosis"),
        site=row.get("site"),
        age=_years(row.get("age")),
        sex=_SEXES.get(row.get("sex", "").lower()),
        source=row.get("source"),
    )


def _read(path: Path, columns: dict[str, str], *, needed: tuple[str, ...]) -> dict[str, Row]:
    """Rows by recording; columns that are not ``needed`` may be missing, and empty lines are passed over."""
    table: dict[str, Row] = {}
    for where, row in _rows(path, [columns[name] for name in needed]):
        fields = {name: " ".join(row.get(column, "").split()) for name, column in columns.items()}
        known = {name: value for name, value in fields.items() if value.lower() not in _NOTHING}
        if not known:
            continue
        if "record" not in known:
            raise AuscultError(f"{where}: no recording is named; fill in the column '{columns['record']}'.")
        record = known["record"]
        if record in table:
            raise AuscultError(f"{where}: {record} stands in an earlier line too; keep one of the two.")
        table[record] = known
    return table


def _rows(path: Path, needed: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """File and line, and the fields by column, of every line below the head."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:  # the appendix is not UTF-8 throughout
            rows = csv.DictReader(file, restkey="", restval="")
            columns = rows.fieldnames or ()
            for missing in (column for column in needed if column not in columns):
                raise AuscultError(f"{path} needs a column '{missing}'; its columns are: {', '.join(columns) or 'none'}.")
            for row in rows:
                yield f"{path}, line {rows.line_num}", row
    except csv.Error:
        raise AuscultError(f"{path} is not a csv; restore it from its source.") from None


def _whole_number(value: str) -> str:
    """Some copies went through a spreadsheet that made 14.0 of 14."""
    return value.removesuffix(".0")


def _years(value: str | None) -> float | None:
    try:
        return None if value is None else float(value)
    except ValueError:
        return None  # said, but not as a number of years
