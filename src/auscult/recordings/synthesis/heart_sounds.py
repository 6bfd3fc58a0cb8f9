"""The first and the second heart sound: two valves each, which close one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.synthesis.heart_beats import Beat
from auscult.recordings.synthesis.recording import Event

_S1_SPLIT = 0.025  # seconds from the mitral to the tricuspid valve
_CLOSURE = {"S1": 0.095, "S2": 0.065}  # seconds that one valve sounds
_SECOND_VALVE = 0.6  # amplitude of the valve that closes later
_OVERTONE, _OVERTONE_GAIN = 3.0, 0.4


@dataclass(frozen=True)
class Valves:
    """How the valves of one heart sound.

    Attributes
    ----------
    s1_hz, s2_hz
        Pitch of the valve that closes first in S1 (mitral) and in S2 (aortic); the other lies a tenth higher in S1 (tricuspid)
        and a tenth lower in S2 (pulmonary).
    s2_level
        Level of S2 against S1 in dB, each over its own duration.
    """

    s1_hz: float = 50.0
    s2_hz: float = 65.0
    s2_level: float = -3.0


def plan_heart_sounds(beats: Sequence[Beat], valves: Valves) -> list[Event]:
    """Describe S1 and S2 of each beat: S1 lasts 120 ms, S2 75 to 105 ms, the longer the wider it splits."""
    events = []
    for beat in beats:
        s1_end, s2_end = beat.start + _S1_SPLIT + _CLOSURE["S1"], beat.close + beat.split + _CLOSURE["S2"]
        events.append(Event(beat.start, s1_end, "S1", valves.s1_hz, 1.1 * valves.s1_hz))
        events.append(Event(beat.close, s2_end, "S2", valves.s2_hz, 0.9 * valves.s2_hz))
    return events


def render_heart_sound(event: Event, rate: int) -> NDArray[np.float64]:
    """Make the samples of S1 or S2: the sum of two valves, of which the second sounds until the end.

    A valve sounds as in published simulations: two damped tones of which the upper has three times the pitch (50 and 150 Hz in
    S1) [1]_, and two such windowed sounds make the second heart sound [2]_. The upper tone is softer.

    Returns
    -------
    ndarray
        (n,), from the first sample at or after the start to the last before the end; root mean square 1.

    References
    ----------
    .. [1] "Time-frequency analysis of the first heart sound. Part 1: Simulation and analysis", Med Biol Eng Comput, 1997,
       PMID 9327603.
    .. [2] R. G. Sæderup et al., "Estimation of the second heart sound split using windowed sinusoidal models", Biomedical
       Signal Processing and Control 44:229-236, 2018.
    """
    times = np.arange(np.ceil(event.start * rate), np.ceil(event.end * rate)) / rate - event.start
    closure = _CLOSURE[event.label]
    delay = event.end - event.start - closure
    samples = _valve(times, event.start_hz, closure) + _SECOND_VALVE * _valve(times - delay, event.end_hz, closure)
    return samples / np.sqrt(np.mean(samples**2))


def _valve(times: NDArray[np.float64], pitch: float, seconds: float) -> NDArray[np.float64]:
    """Sound of one valve that closes at time 0: loudest after a seventh of its duration, then dying away; (n,)."""
    share = np.clip(times / seconds, 0, 1)
    tone = np.sin(2 * np.pi * pitch * times) + _OVERTONE_GAIN * np.sin(2 * np.pi * _OVERTONE * pitch * times)
    return tone * np.sqrt(share) * (1 - share) ** 3
