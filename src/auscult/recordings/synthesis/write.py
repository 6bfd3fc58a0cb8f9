"""A synthetic recording on disk: a wav file, and a csv of its events beside it."""

import io
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import soundfile

from auscult.errors import AuscultError
from auscult.recordings._times import trim_times
from auscult.recordings.synthesis.files import encode_table, read_table, to_number, write_together
from auscult.recordings.synthesis.recording import Event, Sound, SyntheticRecording

COLUMNS = ("start", "end", "label", "start_hz", "end_hz")
_LABELS: dict[str, Sound] = {label: label for label in get_args(Sound)}
_MARK = "Synthetic sound made by auscult; not a patient."


def write_recording(path: Path | str, recording: SyntheticRecording) -> Path:
    """Write a recording as 16-bit wav and its events as csv with the same name.

    The wav carries a comment that says it is synthetic. Both files are written aside first and then moved into place. Files
    that an earlier call wrote are replaced; any other file of that name is left alone.

    Parameters
    ----------
    path
        Name of the wav file, ending in ``.wav``, in a folder that exists.
    recording
        What to write.

    Returns
    -------
    Path
        The csv file: a line for each event in order of time, columns start and end (seconds), label, start_hz and end_hz.

    Raises
    ------
    AuscultError
        When the name does not end in .wav, the folder is missing or cannot be written to, or a file would be lost.
    """
    wav = Path(path)
    if wav.suffix != ".wav":
        raise AuscultError(f"{wav} does not end in .wav; choose a name that does.")
    if not wav.parent.is_dir():
        raise AuscultError(f"There is no folder {wav.parent}; make it first.")
    table = wav.with_suffix(".csv")
    for file, is_ours in ((wav, _is_our_wav), (table, _is_our_table)):
        if os.path.lexists(file) and not is_ours(file):
            raise AuscultError(f"{file} exists and was not made by auscult synth; choose another name or move it away.")
    write_together({wav: encode_wav(recording), table: encode_events(recording.events)})
    return table


def read_events(path: Path | str, *, duration: float = math.inf) -> tuple[Event, ...]:
    """Read the events that `write_recording` wrote.

    Parameters
    ----------
    path
        The csv file.
    duration
        Seconds of the recording; no event may end after it.

    Raises
    ------
    AuscultError
        When the file is missing or broken; the sentence names the line.
    """
    table = Path(path)
    events = []
    for line, row in read_table(table, COLUMNS):
        if row["label"] not in _LABELS:
            raise AuscultError(f"{table}, line {line}: '{row['label']}' is no label; known are {', '.join(_LABELS)}.")
        start, end, start_hz, end_hz = (to_number(row[name], table, line) for name in ("start", "end", "start_hz", "end_hz"))
        start, end = trim_times(start, end, duration, where=f"{table}, line {line}")
        events.append(Event(start, end, _LABELS[row["label"]], start_hz, end_hz))
    return tuple(events)


def encode_wav(recording: SyntheticRecording) -> bytes:
    """Return a recording as the bytes of a 16-bit wav file.

    It is made in memory because a full disk in the midst of writing is an assertion in soundfile, not an error.
    """
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", recording.rate, 1, subtype="PCM_16", format="WAV") as file:
        file.comment = _MARK
        file.write(recording.samples)
    return buffer.getvalue()


def encode_events(events: Sequence[Event]) -> bytes:
    """Return events as the bytes of a csv file, times to 0.01 ms and frequencies to 0.1 Hz."""
    rows = [(f"{e.start:.5f}", f"{e.end:.5f}", e.label, f"{e.start_hz:.1f}", f"{e.end_hz:.1f}") for e in events]
    return encode_table(COLUMNS, rows)


def _is_our_wav(wav: Path) -> bool:
    try:
        with soundfile.SoundFile(wav) as file:
            return bool(file.comment == _MARK)
    except soundfile.LibsndfileError:
        return False


def _is_our_table(table: Path) -> bool:
    return table.is_file() and table.read_bytes().startswith(encode_table(COLUMNS, []))
