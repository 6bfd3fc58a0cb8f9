"""Two spectra of a piece of sound, the same for every sample rate: a quick one for rhythm and a fine one for pitch."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

HOP_SECONDS = 0.016
_QUICK_SECONDS = 0.064
_FINE_SECONDS = 1.0
TINY = 1e-14
"""Power added before a logarithm: far below that of one step of 16 bits."""


@dataclass(frozen=True, eq=False)
class Spectra:
    """Power spectra of a piece of sound.

    Attributes
    ----------
    quick
        Power in frames of 64 ms every 16 ms, (frames, bins).
    quick_hz
        Frequency of each of its bins, (bins,).
    fine
        Power in frames of 1 s every 0.5 s, (fine frames, fine bins).
    fine_hz
        Frequency of each of its bins, (fine bins,).
    """

    quick: NDArray[np.float64]
    quick_hz: NDArray[np.float64]
    fine: NDArray[np.float64]
    fine_hz: NDArray[np.float64]


def make_spectra(samples: NDArray[np.float32], rate: int, *, highest: float) -> Spectra:
    """Both spectra of a piece, up to ``highest`` Hz.

    Parameters
    ----------
    samples
        Mono, (n,); at least 1 s.
    rate
        Samples a second.
    """
    quick, quick_hz = _powers(samples, rate, _QUICK_SECONDS, HOP_SECONDS, highest)
    fine, fine_hz = _powers(samples, rate, _FINE_SECONDS, _FINE_SECONDS / 2, highest)
    return Spectra(quick, quick_hz, fine, fine_hz)


def band_power(power: NDArray[np.float64], hz: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Power of each frame between two frequencies: (frames, bins) → (frames,)."""
    return power[:, (hz >= low) & (hz < high)].sum(axis=1)


def decibel(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power → dB, any shape."""
    return 10 * np.log10(power + TINY)


def _powers(
    samples: NDArray[np.float32], rate: int, seconds: float, hop: float, highest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power of each bin in units of full scale squared, so that the bins of a frame add up to its mean square."""
    length = round(seconds * rate)
    frames = sliding_window_view(samples, length)[:: round(hop * rate)]  # (frames, length)
    window = np.hanning(length + 1)[:-1].astype(np.float32)
    hz = np.fft.rfftfreq(length, 1 / rate).astype(np.float64)
    kept = hz <= highest
    centred = frames - frames.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(centred * window, axis=1)[:, kept]) ** 2
    return power * (2 / (length * float((window**2).sum()))), hz[kept]
