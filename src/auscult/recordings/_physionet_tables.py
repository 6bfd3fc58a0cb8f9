"""The tables of PhysioNet/CinC 2016 that say of every recording whether it is normal, and how well it can be heard."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from auscult.errors import AuscultError

_COMMENTS = {"normal": False, "abnormal": True}


class Reference(NamedTuple):
    """A line of ``REFERENCE.csv``; ``where`` names file and line."""

    abnormal: bool
    where: str


class Quality(NamedTuple):
    """A line of ``REFERENCE_withSQI.csv``: ``good`` is False where annotators found it noisy or were not sure."""

    abnormal: bool
    good: bool


def read_reference(path: Path) -> dict[str, Reference]:
    """Whether recordings are abnormal, from ``REFERENCE.csv``; empty where the file is missing.

    Raises
    ------
    AuscultError
        Naming the file, and the line where one is not a recording and -1 or 1, or names a recording for a second time.
    """
    references: dict[str, Reference] = {}
    for where, fields in _rows(path):
        match fields:
            case [record, "-1" | "1" as label] if record not in references:
                references[record] = Reference(label == "1", where)
            case [record, "-1" | "1"]:
                raise AuscultError(f"{where}: {record} stands in an earlier line too; keep one of the two.")
            case _:
                raise AuscultError(
                    f"{where}: expected a recording and -1 (normal) or 1 (abnormal), found '{','.join(fields)}'; correct it."
                )
    return references


def read_quality(path: Path) -> dict[str, Quality]:
    """Labels and signal qualities, from ``REFERENCE_withSQI.csv``; empty where the file is missing.

    Raises
    ------
    AuscultError
        Naming the file, and the line where one is not a recording, -1 or 1, and 0 or 1, or names a recording for a second time.
    """
    qualities: dict[str, Quality] = {}
    for where, fields in _rows(path):
        match fields:
            case [record, "-1" | "1" as label, "0" | "1" as quality] if record not in qualities:
                qualities[record] = Quality(label == "1", quality == "1")
            case [record, "-1" | "1", "0" | "1"]:
                raise AuscultError(f"{where}: {record} stands in an earlier line too; keep one of the two.")
            case _:
                raise AuscultError(
                    f"{where}: expected a recording, -1 (normal) or 1 (abnormal), and quality 0 (noisy) or 1 (good), "
                    f"found '{','.join(fields)}'; correct it."
                )
    return qualities


def read_header_label(path: Path) -> bool | None:
    """Whether a recording is abnormal by the comment in its ``.hea`` file; None where there is no such comment or file."""
    if not path.is_file():
        return None
    comments = (line[1:].strip().lower() for line in path.read_text(encoding="latin-1").splitlines() if line.startswith("#"))
    return next((_COMMENTS[comment] for comment in comments if comment in _COMMENTS), None)


def _rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """File and line, and the fields of every line that is not empty; a file without any is refused."""
    if not path.is_file():
        return
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [(number, [field.strip() for field in row]) for number, row in enumerate(csv.reader(file), start=1)]
    except (UnicodeDecodeError, csv.Error):
        raise AuscultError(f"{path} is not a csv; download it again.") from None
    filled = [(f"{path}, line {number}", fields) for number, fields in lines if any(fields)]
    if not filled:
        raise AuscultError(f"{path} is empty; download it again.")
    yield from filled
