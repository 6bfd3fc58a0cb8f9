"""Heart beats: when the valves close, at any rate, and how breathing moves them."""

from dataclasses import dataclass

import numpy as np

from auscult.recordings.synthesis.breathing import Breath

_ELECTRIC_DELAY = 0.05  # seconds from the onset of the QRS complex to that of the first heart sound
_SPLIT, _SPLIT_CHANGE = 0.025, 0.015  # seconds: 10 ms at the height of expiration, 40 ms at the height of inspiration
_UNREST = 0.25  # irregularity that does not come from breathing, relative to what does


@dataclass(frozen=True)
class Beat:
    """One heart cycle; times in seconds.

    Attributes
    ----------
    start
        Closure of the mitral valve, where the first heart sound begins.
    close
        Closure of the aortic valve, where the second begins: systole lasts from ``start`` to here.
    split
        Delay of the pulmonary valve after the aortic.
    end
        Start of the next cycle.
    """

    start: float
    close: float
    split: float
    end: float


def plan_beats(
    seconds: float, beats_per_minute: float, variability: float, breaths: tuple[Breath, ...], rng: np.random.Generator
) -> tuple[Beat, ...]:
    """Fill a recording with heart cycles; the last may end after it.

    The heart beats faster while the chest breathes in and slower while it breathes out (respiratory sinus arrhythmia), and the
    second heart sound splits in inspiration.

    Parameters
    ----------
    seconds
        Duration of the recording.
    beats_per_minute
        Mean rate.
    variability
        Share of its length that a cycle loses at the height of inspiration and gains at the height of expiration.
    breaths
        Breath cycles of the recording.
    rng
        Source of the first start, within 0.4 of a cycle, and of a little unrest.
    """
    cycle = 60 / beats_per_minute
    start = rng.uniform(0, 0.4) * cycle
    beats = []
    while start < seconds:
        flow = air_flow(start, breaths)
        length = cycle * (1 + variability * (_UNREST * rng.uniform(-1, 1) - flow))
        beats.append(Beat(start, start + systole_seconds(60 / length), _SPLIT + _SPLIT_CHANGE * flow, start + length))
        start += length
    return tuple(beats)


def systole_seconds(beats_per_minute: float) -> float:
    """Time from the first to the second heart sound.

    From the QRS complex to the second sound pass 540 ms less 2.0 ms for each beat a minute (healthy women at rest; men differ
    by less than 15 ms) [1]_; the first sound comes about 50 ms after the QRS complex.

    References
    ----------
    .. [1] "Linear relationship between electrical systole, mechanical systole, and heart rate", Chest 80:613-617, 1981,
       doi:10.1378/chest.80.5.613.
    """
    return 0.540 - 0.002 * beats_per_minute - _ELECTRIC_DELAY


def air_flow(time: float, breaths: tuple[Breath, ...]) -> float:
    """Flow of air at a time: from 0 up to 1 and back in inspiration, down to -1 and back in expiration, 0 in the pause."""
    for breath in breaths:
        if breath.start <= time < breath.turn:
            return float(np.sin(np.pi * (time - breath.start) / (breath.turn - breath.start)))
        if breath.turn <= time < breath.rest:
            return -float(np.sin(np.pi * (time - breath.turn) / (breath.rest - breath.turn)))
    return 0.0
