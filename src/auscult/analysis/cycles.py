"""What is heard in each breathing cycle, and the text file in which ICBHI 2017 lists it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auscult.analysis.breathing import Breathing, Cycle
from auscult.analysis.card import Card
from auscult.errors import AuscultError
from auscult.files import write_whole

if TYPE_CHECKING:
    from auscult.analysis.result import WindowAnswer

_LABELS = ("crackle", "wheeze")


@dataclass(frozen=True)
class CycleAnswer:
    """What is heard in one breathing cycle.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    crackle, wheeze
        Whether the most probable class contains it.
    probabilities
        By class, adding up to 1.
    """

    start: float
    end: float
    crackle: bool
    wheeze: bool
    probabilities: Mapping[str, float]


def answer_cycles(breathing: Breathing | None, windows: "Sequence[WindowAnswer]") -> tuple[CycleAnswer, ...]:
    """Answer each cycle from the windows that overlap it.

    The probabilities of a cycle are the mean over these windows, each weighted by the seconds that it shares with the cycle.
    The most probable class decides.

    Parameters
    ----------
    breathing
        The cycles; None where none were looked for.
    windows
        Answers of windows in the order of their starts, all of one length but for the last, with the card's offset.

    Returns
    -------
    tuple[CycleAnswer, ...]
        In order; a cycle that no window overlaps, in digital silence, is left out.
    """
    answers = []
    first = 0
    for cycle in breathing.cycles if breathing is not None else ():
        while first < len(windows) and windows[first].end <= cycle.start:
            first += 1
        probabilities = _pool(cycle, windows, first)
        if probabilities:
            label = max(probabilities, key=lambda name: probabilities[name])
            crackle, wheeze = (label in (name, "both") for name in _LABELS)
            answers.append(CycleAnswer(cycle.start, cycle.end, crackle, wheeze, probabilities))
    return tuple(answers)


def _pool(cycle: Cycle, windows: "Sequence[WindowAnswer]", first: int) -> dict[str, float]:
    """Weighted means by class over the windows from ``first`` on that overlap a cycle; empty where none does."""
    sums: dict[str, float] = {}
    shared = 0.0
    for number in range(first, len(windows)):
        window = windows[number]
        if window.start >= cycle.end:
            break
        weight = max(0.0, min(window.end, cycle.end) - max(window.start, cycle.start))
        shared += weight
        for name, probability in window.probabilities.items():
            sums[name] = sums.get(name, 0.0) + weight * probability
    return {name: total / shared for name, total in sums.items()} if shared > 0 else {}


def check_by_cycle(card: Card) -> None:
    """Find out whether a model can say crackle or wheeze of a cycle.

    Raises
    ------
    AuscultError
        When it is for hearts, or does not tell crackles from wheezes.
    """
    if card.organ != "lung":
        raise AuscultError(f"--by-cycle is for lung sounds and {card.name} is a model for hearts; leave it out.")
    if not set(_LABELS) <= set(card.labels):
        raise AuscultError(f"{card.name} does not tell crackles from wheezes, which --by-cycle needs; choose another model.")


def cycle_lines(answers: Sequence[CycleAnswer]) -> str:
    """ICBHI's layout: ``start``, ``end``, ``crackle`` and ``wheeze`` (0 or 1) a line, with tabs between; seconds to 1 ms."""
    return "".join(f"{one.start:.3f}\t{one.end:.3f}\t{one.crackle:d}\t{one.wheeze:d}\n" for one in answers)


def save_cycles(answers: Sequence[CycleAnswer], path: Path) -> None:
    """Write `cycle_lines` to a file, whole or not at all; an empty file where there are no cycles.

    Raises
    ------
    AuscultError
        When it cannot be written.
    """
    write_whole(path, cycle_lines(answers).encode())
