"""The generator of synthetic heart sounds."""

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.recordings.synthesis.background import room_noise
from auscult.recordings.synthesis.breathing import Colour, breathing_noise, plan_breaths
from auscult.recordings.synthesis.heart_beats import Beat, plan_beats
from auscult.recordings.synthesis.heart_murmur import Murmur, plan_murmurs, render_murmur
from auscult.recordings.synthesis.heart_sounds import Valves, plan_heart_sounds, render_heart_sound
from auscult.recordings.synthesis.options import check_counts, check_range
from auscult.recordings.synthesis.recording import Event, SyntheticRecording

S1_LEVEL = 0.15  # root mean square of the first heart sound over its duration; full scale is 1
_PEAK = 0.9
_ROOM_GAIN = 0.25  # relative to breathing at the height of inspiration
_BREATHS_PER_MINUTE = 15.0
_LIMITS = {
    "seconds": (1.0, 600.0),
    "rate": (2000, 48_000),
    "beats_per_minute": (40.0, 150.0),
    "variability": (0.0, 0.1),
    "murmur_level": (-40.0, 20.0),
    "snr": (-20.0, 60.0),
}


def synthesize_heart(
    *,
    seconds: float = 15.0,
    rate: int = 4000,
    beats_per_minute: float = 72.0,
    variability: float = 0.04,
    murmur: Murmur | None = None,
    murmur_level: float = -10.0,
    snr: float = 20.0,
    breathing: bool = False,
    valves: Valves | None = None,
    colour: Colour | None = None,
    seed: int = 0,
) -> SyntheticRecording:
    """Make a heart sound of which everything is known.

    Each beat has a first heart sound (S1) of 120 ms and, after a systole that shortens with the heart rate, a higher and
    shorter second one (S2) that splits in inspiration. A systolic murmur is noise of 100 to 400 Hz that swells and fades
    between S1 and S2; a diastolic one is noise of 100 to 500 Hz that fades after S2. A sound that would be cut off by the end
    of the recording is left out, so that every event is whole. See the modules ``heart_beats``, ``heart_sounds`` and
    ``heart_murmur`` of ``auscult.recordings.synthesis`` for sources.

    Parameters
    ----------
    seconds
        Duration, 1 to 600.
    rate
        Samples a second, 2000 to 48000.
    beats_per_minute
        Mean heart rate, 40 to 150.
    variability
        Share of its length by which a heart cycle shortens in inspiration and lengthens in expiration, 0 (a regular beat) to
        0.1.
    murmur
        ``"systolic"``, ``"diastolic"`` or None.
    murmur_level
        Level of the murmur where it is loudest against S1 (root mean square over its duration), in dB, -40 to 20.
    snr
        Power of the heart's sounds over that of the noise, both averaged over the recording, in dB, -20 to 60.
    breathing
        Whether the noise is breathing over a faint steady noise, rather than steady noise alone.
    valves
        Pitch and level of the heart sounds; by default those of an average heart.
    colour
        Spectrum of the noise; by default that of an average adult's chest.
    seed
        The same seed and options give the same samples. With another murmur or noise it still gives the same beats.

    Returns
    -------
    SyntheticRecording
        Its events are S1, S2 and murmurs.

    Raises
    ------
    AuscultError
        When a value is out of its range or the murmur is not known.
    """
    check_range(_LIMITS, seconds=seconds, rate=rate, beats_per_minute=beats_per_minute, variability=variability)
    check_range(_LIMITS, murmur_level=murmur_level, snr=snr)
    check_counts(seed=seed)
    if murmur not in (None, *get_args(Murmur)):
        raise AuscultError(f"murmur is '{murmur}'; choose systolic or diastolic.")
    breath_chance, beat_chance, murmur_chance, noise_chance = np.random.default_rng(seed).spawn(4)
    valves, colour = valves or Valves(), colour or Colour()
    length = round(seconds * rate)
    breaths = plan_breaths(length / rate, _BREATHS_PER_MINUTE, breath_chance)
    beats = plan_beats(length / rate, beats_per_minute, variability, breaths, beat_chance)
    events = _plan_events(beats, valves, murmur, length / rate)

    samples = np.zeros(length)
    for event in events:
        _add_event(samples, event, rate, _gain(event, valves, murmur_level), murmur_chance)
    noise = room_noise(length, rate, colour, noise_chance)
    if breathing:
        noise = _ROOM_GAIN * noise + breathing_noise(breaths, length, rate, colour, noise_chance)
    samples += noise * np.sqrt(np.mean(samples**2) / np.mean(noise**2)) * 10 ** (-snr / 20)
    samples *= min(S1_LEVEL, _PEAK / np.abs(samples).max())
    return SyntheticRecording(samples.astype(np.float32), rate, events, breaths)


def _plan_events(beats: tuple[Beat, ...], valves: Valves, murmur: Murmur | None, seconds: float) -> tuple[Event, ...]:
    """Describe every sound that ends within the recording, in order of time."""
    sounds = plan_heart_sounds(beats, valves)
    events = sounds + (plan_murmurs(beats, sounds, murmur) if murmur else [])
    return tuple(sorted((event for event in events if event.end < seconds), key=lambda event: event.start))


def _gain(event: Event, valves: Valves, murmur_level: float) -> float:
    """Amplitude of a sound against S1."""
    levels = {"S1": 0.0, "S2": valves.s2_level}
    return float(10 ** (levels.get(event.label, murmur_level) / 20))


def _add_event(samples: NDArray[np.float64], event: Event, rate: int, gain: float, rng: np.random.Generator) -> None:
    sound = render_heart_sound(event, rate) if event.label in ("S1", "S2") else render_murmur(event, rate, rng)
    first = int(np.ceil(event.start * rate))
    samples[first : first + sound.size] += gain * sound
