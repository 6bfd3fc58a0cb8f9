"""The sound of a recording inside a page: read again from its file by blocks, and packed for a browser to play."""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from auscult.analysis.events import Event
from auscult.analysis.report.words import length
from auscult.errors import AuscultError
from auscult.signal.read import audio_blocks

PLAYED_RATE = 8000
"""Hz. What lies above 4 kHz is left out: no sound of lungs or hearts reaches so far, and no model here listens there."""
MOST_SECONDS = 300.0
"""Of sound in a page, some 4 MB; of longer recordings it has stretches."""
AROUND_SECONDS = 2.0
"""Before and after an event that is played."""


@dataclass(frozen=True)
class Part:
    """A stretch of the recording.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    """

    start: float
    end: float


@dataclass(frozen=True)
class Sound:
    """What a page plays.

    Attributes
    ----------
    uri
        One flac as a ``data:`` address: the parts one after the other; None where the file cannot be read any more.
    parts
        In order of time; one from start to end where the whole recording is played.
    note
        What the listener has to know about it; empty where everything is there.
    """

    uri: str | None
    parts: tuple[Part, ...]
    note: str


def pack_sound(path: Path, seconds: float, events: Sequence[Event]) -> Sound:
    """Pack a recording, or the parts of a long one around its events, without holding its samples.

    Parameters
    ----------
    path
        The recording.
    seconds
        Its duration.
    events
        In a recording of more than `MOST_SECONDS`, what is played: the surest first, as many as there is room for. Without any
        it is its beginning.
    """
    parts = choose_parts(seconds, events)
    try:
        flac = _encode(path, parts)
    except (AuscultError, OSError):
        return Sound(None, (), "The file of the recording could not be read again, so there is nothing to play.")
    return Sound(f"data:audio/flac;base64,{b64encode(flac).decode('ascii')}", parts, _note(seconds, parts, events))


def choose_parts(seconds: float, events: Sequence[Event]) -> tuple[Part, ...]:
    """Parts of a recording that are played, in order of time, together no longer than `MOST_SECONDS`."""
    if seconds <= MOST_SECONDS or not events:
        return (Part(0.0, min(seconds, MOST_SECONDS)),)
    parts: tuple[Part, ...] = ()
    for event in sorted(events, key=lambda event: -event.probability):
        wider = _join((*parts, Part(max(0.0, event.start - AROUND_SECONDS), min(seconds, event.end + AROUND_SECONDS))))
        if _length(wider) <= MOST_SECONDS:
            parts = wider
    longest = max(events, key=lambda event: event.probability)
    return parts or (Part(longest.start, min(longest.end, longest.start + MOST_SECONDS)),)


def _join(parts: Sequence[Part]) -> tuple[Part, ...]:
    """In order of time, with those joined that overlap."""
    joined: list[Part] = []
    for part in sorted(parts, key=lambda part: part.start):
        if joined and part.start <= joined[-1].end:
            joined[-1] = Part(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    return tuple(joined)


def _length(parts: Sequence[Part]) -> float:
    return sum(part.end - part.start for part in parts)


def _encode(path: Path, parts: Sequence[Part]) -> bytes:
    """One flac of 16 bits, mono: lossless up to half its rate, and played by every browser."""
    packed = io.BytesIO()
    with soundfile.SoundFile(packed, "w", PLAYED_RATE, 1, format="FLAC", subtype="PCM_16") as file:
        for part in parts:
            for block in audio_blocks(path, rate=PLAYED_RATE, start=part.start, end=part.end):
                file.write(np.clip(block, -1.0, 1.0))
    return packed.getvalue()


def _note(seconds: float, parts: Sequence[Part], events: Sequence[Event]) -> str:
    if seconds <= MOST_SECONDS:
        return ""
    what = "the stretches around its surest events" if events else "its beginning"
    played = f"{length(_length(parts))} of {length(seconds)}"
    return f"To keep this page small it plays {played}: {what}. The file itself has all of it."
