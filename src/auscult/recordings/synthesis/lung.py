"""The generator of synthetic lung sounds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.synthesis.background import heart_sounds, mains_hum, room_noise
from auscult.recordings.synthesis.breathing import Breath, Colour, breathing_noise, plan_breaths
from auscult.recordings.synthesis.crackle import COARSE, FINE, plan_crackles, render_crackle
from auscult.recordings.synthesis.options import check_counts, check_range
from auscult.recordings.synthesis.recording import Event, SyntheticRecording
from auscult.recordings.synthesis.wheeze import plan_wheezes, render_wheeze

BREATH_LEVEL = 0.02  # root mean square at the height of inspiration; full scale is 1
_ROOM_GAIN, _HUM_GAIN, _HEART_GAIN = 0.25, 0.2, 4.0  # relative to it
_PEAK = 0.9
_LIMITS = {
    "seconds": (1.0, 600.0),
    "rate": (4000, 48_000),
    "breaths_per_minute": (4.0, 80.0),
    "wheeze_snr": (-20.0, 30.0),
    "crackle_snr": (-20.0, 30.0),
}


def synthesize_lung(
    *,
    seconds: float = 15.0,
    rate: int = 8000,
    wheezes: int = 0,
    fine_crackles: int = 0,
    coarse_crackles: int = 0,
    breaths_per_minute: float = 15.0,
    heart: bool = False,
    hum: bool = False,
    wheeze_snr: float = 3.0,
    crackle_snr: float = 12.0,
    colour: Colour | None = None,
    seed: int = 0,
) -> SyntheticRecording:
    """Make a lung sound of which everything is known.

    Breathing is noise whose spectrum falls with frequency, louder in inspiration, over a faint steady noise. Wheezes are slowly
    gliding harmonic tones of 100 to 1000 Hz that last at least 80 ms (mostly 0.3 to 1.2 s), more often in expiration. Crackles
    are damped chirps with the published initial deflection width and two-cycle duration (fine: 0.7 and 5 ms, coarse: 1.5 and
    10 ms, each ± 10 %) in bursts within inspirations. See the modules ``breathing``, ``wheeze`` and ``crackle`` of
    ``auscult.recordings.synthesis`` for sources.

    Parameters
    ----------
    seconds
        Duration, 1 to 600.
    rate
        Samples a second, 4000 to 48000.
    wheezes, fine_crackles, coarse_crackles
        Numbers of events.
    breaths_per_minute
        4 to 80; rounded so that whole breaths fill the recording.
    heart, hum
        Whether heart sounds and mains hum lie underneath.
    wheeze_snr, crackle_snr
        Level of an event (root mean square over its own duration) above that of the breathing noise at the height of
        inspiration, in dB, -20 to 30. At the default a wheeze and a burst of crackles stand out about equally.
    colour
        Spectrum of the breathing noise; by default that of an average adult.
    seed
        The same seed and options give the same samples. With other numbers of events it still gives the same breathing.

    Raises
    ------
    AuscultError
        When a value is out of its range or more events are asked for than fit.
    """
    check_range(_LIMITS, seconds=seconds, rate=rate, breaths_per_minute=breaths_per_minute)
    check_range(_LIMITS, wheeze_snr=wheeze_snr, crackle_snr=crackle_snr)
    check_counts(wheezes=wheezes, fine_crackles=fine_crackles, coarse_crackles=coarse_crackles, seed=seed)
    streams = _Streams(*np.random.default_rng(seed).spawn(7))
    colour = colour or Colour()
    length = round(seconds * rate)
    breaths = plan_breaths(length / rate, breaths_per_minute, streams.breaths)
    events = _plan_events(wheezes, fine_crackles, coarse_crackles, breaths, streams)

    samples = breathing_noise(breaths, length, rate, colour, streams.noise)
    samples += _ROOM_GAIN * room_noise(length, rate, colour, streams.noise)
    if heart:
        samples += _HEART_GAIN * heart_sounds(length, rate, streams.heart)
    if hum:
        samples += _HUM_GAIN * mains_hum(length, rate)
    for event in events:
        snr = wheeze_snr if event.label == "wheeze" else crackle_snr
        _add_event(samples, event, rate, 10 ** (snr / 20), streams.polarity)
    samples *= min(BREATH_LEVEL, _PEAK / np.abs(samples).max())
    return SyntheticRecording(samples.astype(np.float32), rate, events, breaths)


@dataclass(frozen=True)
class _Streams:
    """A source of chance for each part, so that one part can change without the others."""

    breaths: np.random.Generator
    noise: np.random.Generator
    heart: np.random.Generator
    wheezes: np.random.Generator
    fine: np.random.Generator
    coarse: np.random.Generator
    polarity: np.random.Generator


def _plan_events(wheezes: int, fine: int, coarse: int, breaths: tuple[Breath, ...], streams: _Streams) -> tuple[Event, ...]:
    events = plan_wheezes(wheezes, breaths, streams.wheezes)
    events += plan_crackles(FINE, fine, breaths, streams.fine)
    events += plan_crackles(COARSE, coarse, breaths, streams.coarse)
    return tuple(sorted(events, key=lambda event: event.start))


def _add_event(samples: NDArray[np.float64], event: Event, rate: int, gain: float, rng: np.random.Generator) -> None:
    sound = render_wheeze(event, rate) if event.label == "wheeze" else render_crackle(event, rate, rng)
    first = int(np.ceil(event.start * rate))
    samples[first : first + sound.size] += gain * sound
