"""Speech and crying: frames of several harmonics, loud, and as short as syllables."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.quality.spectra import HOP_SECONDS, Spectra, band_power, decibel

_BAND = (100.0, 1500.0)  # Hz
_PITCH = (90.0, 400.0)  # Hz, from a man's voice to a child's
_PERIODIC = 0.5  # height of the autocorrelation at the pitch
_ONE_TONE = 0.7  # share of the power in one line from which a frame is a tone, as a wheeze
_LOUDER_DB = 10.0  # than the quiet fifth of the piece
_SYLLABLE = (0.06, 0.6)  # s


def speech_figures(spectra: Spectra) -> dict[str, float]:
    """How much of a piece is like speech.

    Returns
    -------
    dict
        ``speech_share``: share of the time in stretches of 60 to 600 ms that are voiced: periodic at a pitch of 90 to 400 Hz,
        of more than one tone, and 10 dB above the quiet fifth. ``syllables``: such stretches a second.
    """
    level = decibel(band_power(spectra.quick, spectra.quick_hz, *_BAND))  # (frames,)
    loud = level >= np.quantile(level, 0.2) + _LOUDER_DB
    voiced = loud & (_periodicity(spectra) >= _PERIODIC) & (_tone_share(spectra) < _ONE_TONE)
    edges = np.flatnonzero(np.diff(voiced, prepend=False, append=False))
    seconds = (edges[1::2] - edges[::2]) * HOP_SECONDS  # of each stretch
    syllables = seconds[(seconds >= _SYLLABLE[0]) & (seconds <= _SYLLABLE[1])]
    whole = len(level) * HOP_SECONDS
    return {"speech_share": float(syllables.sum()) / whole, "syllables": syllables.size / whole}


def _periodicity(spectra: Spectra) -> NDArray[np.float64]:
    """Height of the autocorrelation at the best pitch, -1 to 1, (frames,)."""
    hz = spectra.quick_hz
    inside = (hz >= _BAND[0]) & (hz < _BAND[1])
    power = spectra.quick[:, inside]  # (frames, bins)
    lags = np.linspace(1 / _PITCH[1], 1 / _PITCH[0], 64)  # s
    similar = power @ np.cos(2 * np.pi * hz[inside][:, None] * lags)  # (frames, lags)
    return similar.max(axis=1) / (power.sum(axis=1) + 1e-20)


def _tone_share(spectra: Spectra) -> NDArray[np.float64]:
    """Share of the power in the strongest line, three bins wide, (frames,)."""
    hz = spectra.quick_hz
    power = spectra.quick[:, (hz >= _BAND[0]) & (hz < _BAND[1])]
    three = power[:, :-2] + power[:, 1:-1] + power[:, 2:]
    return three.max(axis=1) / (power.sum(axis=1) + 1e-20)
