"""Files that are no recording that can be read here, told by their first bytes: what they are, and what to do."""

import shlex
from pathlib import Path

from auscult.files import as_text

READABLE = (
    *(".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3"),
    *(".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".w64", ".rf64", ".voc", ".sph", ".nist"),
)
"""Endings of recordings in formats of libsndfile that recorders and data sets use."""
CONVERTIBLE = (".m4a", ".aac", ".amr", ".3gp", ".wma", ".webm")
"""Endings of recordings that it does not read; each is answered with how to convert it."""

_HEAD_BYTES = 512
_SOUNDS = (  # where, which bytes, what; of two that fit the first
    (8, b"M4A ", "an m4a file (AAC)"),
    (8, b"M4B ", "an m4a file (AAC)"),
    (8, b"3g", "a 3gp file"),
    (8, b"qt  ", "a QuickTime file"),
    (4, b"ftyp", "an mp4 file"),
    (0, b"\x1aE\xdf\xa3", "a webm or Matroska file"),
    (0, b"#!AMR", "an amr file"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "a wma file"),
    (0, b"\xff\xf1", "an aac file"),
    (0, b"\xff\xf9", "an aac file"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (28, b"Speex ", "a Speex file"),
    (8, b"AVI ", "a film (avi)"),
)
_OTHERS = (
    (0, b"PK\x03\x04", "a zip archive: unpack it first"),
    (0, b"\x1f\x8b", "a gzip archive: unpack it first"),
    (0, b"7z\xbc\xaf", "a 7z archive: unpack it first"),
    (0, b"Rar!", "a rar archive: unpack it first"),
    (0, b"%PDF", "a pdf document"),
    (0, b"\x89PNG", "a picture (png)"),
    (0, b"\xff\xd8\xff", "a picture (jpeg)"),
    (0, b"GIF8", "a picture (gif)"),
    (8, b"WEBP", "a picture (webp)"),
    (0, b"MThd", "notes for instruments (midi)"),
    (128, b"DICM", "a DICOM file: export its sound as wav"),
    (0, b"version https://git-lfs", "a pointer of Git LFS: fetch the file itself with git lfs pull"),
    (0, b"<!doctype html", "a web page: the download has failed, repeat it"),
    (0, b"<html", "a web page: the download has failed, repeat it"),
)


def say_foreign(path: Path) -> str | None:
    """What a file is that cannot be read, and what to do, as the end of a sentence that begins with its name.

    Only the first bytes are looked at; the ending of the name is not believed. None where they are of nothing known: such a
    file may be a recording.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    sound = _find(head, _SOUNDS)
    if sound is not None:
        return (
            f"is {sound}, which cannot be read; convert it to wav: ffmpeg -i {_quote(path.name)} {_quote(f'{path.stem}.wav')}"
        )
    other = _find(head.lower(), tuple((where, mark.lower(), what) for where, mark, what in _OTHERS))
    return other and f"is no recording but {other}."


def say_conversion(path: Path) -> str:
    """How to make a wav file of a recording."""
    return f"convert it to wav: ffmpeg -i {_quote(path.name)} {_quote(f'{path.stem}.wav')}"


def _find(head: bytes, known: tuple[tuple[int, bytes, str], ...]) -> str | None:
    """What the bytes are of."""
    head = head.lstrip() if head[:1].isspace() else head  # before html
    return next((what for where, mark, what in known if head[where : where + len(mark)] == mark), None)


def _quote(name: str) -> str:
    """For a shell, in letters that can be printed."""
    return shlex.quote(as_text(name))
