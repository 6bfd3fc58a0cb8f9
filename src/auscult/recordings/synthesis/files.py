"""Small files for synthetic recordings: tables with fixed columns, written so that a failure leaves nothing half-written."""

import contextlib
import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from auscult.errors import AuscultError


def encode_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table as the bytes of a csv file."""
    return encode_rows([columns, *rows])


def encode_rows(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table without names of columns as the bytes of a csv file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()


def read_table(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a csv file that has exactly these columns, each with the number of its line.

    Raises
    ------
    AuscultError
        When the file cannot be read, has other columns or a row of another length; the sentence names the line.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            found = tuple(reader.fieldnames or ())
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise AuscultError(f"{path} cannot be read as a table ({reason}); make the recordings again.") from error
    if found != tuple(columns):
        raise AuscultError(f"{path} does not begin with the columns {','.join(columns)}; make the recordings again.")
    for line, row in rows:
        if None in row or None in row.values():
            raise AuscultError(f"{path}, line {line} does not have {len(columns)} values; correct it.")
    return rows


def to_number(text: str, path: Path, line: int) -> float:
    """Read a finite number from a field of a table.

    Raises
    ------
    AuscultError
        When it is none; the sentence names the line.
    """
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise AuscultError(f"{path}, line {line}: '{text}' is not a number; correct it.")
    return number


def write_together(files: dict[Path, bytes]) -> None:
    """Write files aside, then move all of them into place.

    Raises
    ------
    AuscultError
        When one of them cannot be written; files that were there before are untouched and nothing is left beside them.
    """
    aside = {path: path.with_name(path.name + ".partial") for path in files}
    try:
        for path, content in files.items():
            aside[path].write_bytes(content)
        for path in files:
            os.replace(aside[path], path)
    except OSError as error:
        raise AuscultError(f"{next(iter(files))} cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        for path in aside.values():
            with contextlib.suppress(OSError):
                path.unlink()
