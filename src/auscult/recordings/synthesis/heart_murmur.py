"""Murmurs: noise of turbulent blood between the heart sounds."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.synthesis.heart_band import keep_band
from auscult.recordings.synthesis.heart_beats import Beat
from auscult.recordings.synthesis.recording import Event

Murmur = Literal["systolic", "diastolic"]

_SYSTOLIC_HZ, _DIASTOLIC_HZ = (100.0, 400.0), (100.0, 500.0)
_BAND_ORDER = 8
_EARLY = 0.7  # part of diastole that an early diastolic murmur fills
_ONSET = 0.1  # part of a diastolic murmur in which it swells


def plan_murmurs(beats: Sequence[Beat], sounds: Sequence[Event], murmur: Murmur) -> list[Event]:
    """Describe the murmur of each beat.

    A systolic murmur fills the time between S1 and S2, as in a narrowed aortic valve; a diastolic murmur begins at the end of
    S2 and fills early diastole, as in a leaking one.

    Parameters
    ----------
    beats
        Heart cycles.
    sounds
        S1 and S2 of each of them, in order of time.
    murmur
        When in the cycle it sounds.
    """
    events = []
    for beat, s1, s2 in zip(beats, sounds[::2], sounds[1::2], strict=True):
        if murmur == "systolic":
            events.append(Event(s1.end, s2.start, "systolic_murmur", *_SYSTOLIC_HZ))
        else:
            end = s2.end + _EARLY * (beat.end - s2.end)
            events.append(Event(s2.end, end, "diastolic_murmur", *_DIASTOLIC_HZ))
    return events


def render_murmur(event: Event, rate: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Make the samples of a murmur: noise of its band, systolic crescendo-decrescendo, diastolic decrescendo.

    Returns
    -------
    ndarray
        (n,), from the first sample at or after the start to the last before the end; root mean square about 1 where loudest.
    """
    times = np.arange(np.ceil(event.start * rate), np.ceil(event.end * rate)) / rate - event.start
    share = times / (event.end - event.start)
    if event.label == "systolic_murmur":
        shape = np.sin(np.pi * share)
    else:
        shape = np.minimum(share / _ONSET, (1 - share) / (1 - _ONSET))
    return shape * _band_noise(share.size, rate, (event.start_hz, event.end_hz), rng)


def _band_noise(length: int, rate: int, band: tuple[float, float], rng: np.random.Generator) -> NDArray[np.float64]:
    """Gaussian noise of a band in Hz; (length,), root mean square about 1."""
    noise = keep_band(rng.standard_normal(length), rate, band, order=_BAND_ORDER)
    return noise * np.sqrt(rate / 2 / (band[1] - band[0]))
