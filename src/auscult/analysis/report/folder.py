"""A folder of reports: one page a recording and an index. A page says what it was made of, so that a later run can keep it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

import auscult
from auscult.analysis.card import Card
from auscult.analysis.report.index import Listed, render_index
from auscult.analysis.report.page import render_page
from auscult.analysis.report.row import Row, make_row
from auscult.errors import AuscultError
from auscult.files import as_text, digest_files, write_whole

if TYPE_CHECKING:
    from auscult.analysis.result import Analysis

PAGES = "recordings"
"""Folder of the pages, beside the index."""
_FORMAT = 1  # of what a page says of itself; raised, too, when pages come to look so different that old ones are made again
_MARK = b'<meta name="generator" content="auscult '
_RECORD = re.compile(rb'<script type="application/json" id="record">(.*?)</script>', re.DOTALL)
_HEAD_BYTES = 262_144
_LONGEST_NAME = 120  # bytes; most file systems take 255


class Source(BaseModel):
    """The file that a page was made of.

    Attributes
    ----------
    size, changed
        Bytes, and when it was last changed, in ns: where both are the same it is the same file.
    digest
        Of its content: a copy is the same file too.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    changed: int
    digest: str


class Record(BaseModel):
    """What a page says of itself.

    Attributes
    ----------
    made_by
        See `maker`.
    source
        The recording.
    row
        Its row of the index.
    """

    model_config = ConfigDict(frozen=True)

    made_by: str
    source: Source
    row: Row


@dataclass(frozen=True)
class ReportFolder:
    """A folder of reports on recordings by one model.

    Attributes
    ----------
    path
        The folder.
    made_by
        See `maker`.
    """

    path: Path
    made_by: str

    def kept(self, file: Path, page: Path) -> Row | None:
        """The row of a recording whose page is finished; None where it has none, or the recording or the model is another."""
        record = _read_record(page)
        if record is None or record.made_by != self.made_by or record.row.file != as_text(file):
            return None
        return record.row if _is_same(file, record.source) else None

    def write_page(self, analysis: "Analysis", page: Path) -> None:
        """Write the page of a recording, whole or not at all."""
        status = analysis.path.stat()
        source = Source(size=status.st_size, changed=status.st_mtime_ns, digest=digest_files(analysis.path))
        record = Record(made_by=self.made_by, source=source, row=make_row(analysis))
        write_whole(page, render_page(analysis, record=record.model_dump(mode="json"), in_folder=True).encode())

    def write_index(self, listed: Sequence[Listed], *, missing: int) -> None:
        """Write the index; ``missing``: recordings that were not come to yet."""
        write_whole(self.path / "index.html", render_index(listed, missing=missing).encode())


def open_folder(path: Path, card: Card, pages: Sequence[Path]) -> ReportFolder:
    """Make a report folder, or go on with one; what a killed run left half-written is removed.

    Raises
    ------
    AuscultError
        When it is a file or cannot be made, or would get a page in place of a file that is no report.
    """
    if path.exists() and not path.is_dir():
        raise AuscultError(f"{path} is a file: name a folder for the reports.")
    for page in (path / "index.html", *pages):
        if page.exists() and not _is_ours(page):
            raise AuscultError(f"{page} is no report of auscult, and is not overwritten: name another folder.")
    try:
        (path / PAGES).mkdir(parents=True, exist_ok=True)
        for half in [*path.glob("index.html.*.partial"), *(path / PAGES).glob("*.html.*.partial")]:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise AuscultError(f"The folder {path} cannot be written to ({error.strerror}): choose another place.") from error
    return ReportFolder(path, maker(card))


def maker(card: Card) -> str:
    """What tells the answers of two runs apart: digest of the model, all that its card says, and the version of auscult."""
    return sha256(f"{_FORMAT} {auscult.__version__} {card.model_dump_json()}".encode()).hexdigest()


def page_paths(folder: Path, files: Sequence[Path]) -> list[Path]:
    """Pages of recordings: named after them, with a number where two would have one name."""
    taken: set[str] = set()
    pages = []
    for file in files:
        name = unique = _page_name(file)
        number = 1
        while unique.casefold() in taken:  # some file systems do not tell capitals from small letters
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique.casefold())
        pages.append(folder / PAGES / f"{unique}.html")
    return pages


def _page_name(file: Path) -> str:
    """Letters, digits, dots, dashes and underscores of a recording's name: what any system and any address can hold."""
    plain = re.sub(r"[^\w.-]+", "_", as_text(file.stem)).strip("._-")
    return plain.encode()[:_LONGEST_NAME].decode(errors="ignore") or "recording"


def _is_same(file: Path, source: Source) -> bool:
    try:
        status = file.stat()
        if not file.is_file() or status.st_size != source.size:
            return False
        return status.st_mtime_ns == source.changed or digest_files(file) == source.digest
    except OSError:
        return False


def _read_head(page: Path) -> bytes:
    try:
        with open(page, "rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError:
        return b""


def _is_ours(page: Path) -> bool:
    return _MARK in _read_head(page)


def _read_record(page: Path) -> Record | None:
    found = _RECORD.search(_read_head(page))
    if found is None:
        return None
    try:
        return Record.model_validate_json(found.group(1))
    except ValidationError:
        return None
