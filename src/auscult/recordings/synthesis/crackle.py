"""Crackles: short damped chirps, in bursts within inspirations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.recordings.synthesis.breathing import Breath
from auscult.recordings.synthesis.recording import Event, Sound

_SPREAD = 0.1  # widths differ by up to this share
_BURST = 6  # crackles in a typical burst
_DOWNWARD = 0.76  # share of inspiratory crackles that begin downward (Vyshedskiy et al., Chest 135:156-164, 2009)


@dataclass(frozen=True)
class CrackleKind:
    """A kind of crackle.

    The widths are the mean values of the American Thoracic Society that Piirilä and Sovijärvi repeat [1]_. Fine crackles
    sound late in inspiration, coarse ones early.

    Attributes
    ----------
    label
        ``fine_crackle`` or ``coarse_crackle``.
    deflection
        Initial deflection width in seconds: from the onset to the first return to the base line.
    two_cycles
        Two-cycle duration in seconds: from the onset to the end of the second full cycle.
    window
        Part of the inspiration in which they fall, as shares of it.

    References
    ----------
    .. [1] P. Piirilä, A. R. A. Sovijärvi, "Crackles: recording, analysis and clinical significance", Eur Respir J 8:2139-2148,
       1995, doi:10.1183/09031936.95.08122139.
    """

    label: Sound
    deflection: float
    two_cycles: float
    window: tuple[float, float]


FINE = CrackleKind("fine_crackle", deflection=0.0007, two_cycles=0.005, window=(0.5, 0.98))
COARSE = CrackleKind("coarse_crackle", deflection=0.0015, two_cycles=0.010, window=(0.05, 0.5))


def plan_crackles(kind: CrackleKind, count: int, breaths: tuple[Breath, ...], rng: np.random.Generator) -> list[Event]:
    """Choose the times of crackles: bursts in some of the inspirations, no two crackles closer than twice their length.

    Raises
    ------
    AuscultError
        When there are more than fit.
    """
    gap = 2 * kind.two_cycles * (1 + _SPREAD)
    first, last = kind.window
    rooms = [int((last - first) * (b.turn - b.start) / gap) for b in breaths]
    if count > sum(rooms):
        name = kind.label.replace("_", " ")
        raise AuscultError(f"{count} {name}s do not fit into {len(breaths)} breaths; at most {sum(rooms)} do: add seconds.")
    events: list[Event] = []
    for index, size in _share_out(count, rooms, rng):
        breath = breaths[index]
        start, end = (breath.start + share * (breath.turn - breath.start) for share in kind.window)
        onsets = start + np.sort(rng.uniform(0, end - start - size * gap, size)) + gap * np.arange(size)
        events += [_plan_crackle(kind, float(onset), rng) for onset in onsets]
    return events


def render_crackle(event: Event, rate: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the samples of a crackle, upward or (more often) downward first.

    The waveform is the closed form of the crackles simulated for listening tests [1]_: with t = 0 … 1 over the two cycles and
    t0 the initial deflection's share of them, sin(4π t^α), α = log(1/4) / log(t0), under the envelope
    (1 + cos 2π(√t − 1/2)) / 2. It crosses the base line first at t0 and ends its second cycle at 1.

    Returns
    -------
    ndarray
        (n,), from the first sample at or after the start to the last before the end; root mean square 1.

    References
    ----------
    .. [1] H. Kiyokawa et al., "Auditory detection of simulated crackles in breath sounds", Chest 119:1886-1892, 2001.
    """
    indexes = np.arange(np.ceil(event.start * rate), np.ceil(event.end * rate))
    duration = event.end - event.start
    t = (indexes / rate - event.start) / duration
    alpha = np.log(0.25) / np.log(0.5 / event.start_hz / duration)
    samples = np.sin(4 * np.pi * t**alpha) * (1 + np.cos(2 * np.pi * (np.sqrt(t) - 0.5))) / 2
    sign = -1.0 if rng.random() < _DOWNWARD else 1.0
    return sign * samples / np.sqrt(np.mean(samples**2))


def _plan_crackle(kind: CrackleKind, onset: float, rng: np.random.Generator) -> Event:
    """Describe one crackle; its frequencies follow from the widths of its chirp."""
    scale = rng.uniform(1 - _SPREAD, 1 + _SPREAD)
    deflection, two_cycles = scale * kind.deflection, scale * kind.two_cycles
    alpha = np.log(0.25) / np.log(deflection / two_cycles)
    return Event(onset, onset + two_cycles, kind.label, 0.5 / deflection, float(2 * alpha / two_cycles))


def _share_out(count: int, rooms: list[int], rng: np.random.Generator) -> list[tuple[int, int]]:
    """Divide crackles into bursts: (index of the breath, crackles in it), as few breaths as a burst's size asks for."""
    order = list(rng.permutation(len(rooms)))
    bursts = min(len(rooms), -(-count // _BURST))
    sizes = [0] * len(rooms)
    while count:
        for index in order[:bursts]:
            added = min(1, count, rooms[index] - sizes[index])
            sizes[index] += added
            count -= added
        if all(sizes[index] == rooms[index] for index in order[:bursts]):
            bursts += 1
    return [(index, size) for index, size in enumerate(sizes) if size]
