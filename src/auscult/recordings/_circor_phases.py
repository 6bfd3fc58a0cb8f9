"""Phases of the heart cycle as CirCor DigiScope annotates them, from the tsv beside a recording."""

from pathlib import Path
from typing import NamedTuple

from auscult.errors import AuscultError
from auscult.recordings._times import trim_times

_NAMES = {"0": "unannotated", "1": "S1", "2": "systole", "3": "S2", "4": "diastole"}


class Phase(NamedTuple):
    """A stretch of a recording: seconds, and S1, systole, S2, diastole or unannotated."""

    start: float
    end: float
    name: str


def read_phases(path: Path, duration: float) -> tuple[Phase, ...]:
    """Phases in time order, those without any length left out.

    Parameters
    ----------
    path
        The tsv: start and end in seconds, and a state from 0 to 4.
    duration
        Seconds of audio.

    Raises
    ------
    AuscultError
        Naming the file, and the line that is not as it should be or does not fit the audio.
    """
    if not path.is_file():
        raise AuscultError(f"There is no {path}: nobody annotated the heart cycle of {path.stem}, or download it again.")
    phases = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        where = f"{path}, line {number}"
        match line.split():
            case []:
                continue
            case [start, end, ("0" | "1" | "2" | "3" | "4") as state]:
                times = _number(start, where), _number(end, where)
                if times[0] != times[1]:
                    phases.append(Phase(*trim_times(*times, duration, where=where), _NAMES[state]))
            case _:
                raise AuscultError(f"{where}: expected start, end and a state from 0 to 4, found '{line.strip()}'.")
    return tuple(sorted(phases))


def _number(value: str, where: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise AuscultError(f"{where}: '{value}' is not a number of seconds; correct it.") from None
