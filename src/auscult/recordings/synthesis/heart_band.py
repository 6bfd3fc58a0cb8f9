"""A band of frequencies, kept without shifting sounds in time; scipy's filters would slow down the start of every command."""

import numpy as np
from numpy.typing import NDArray


def keep_band(samples: NDArray[np.floating], rate: int, band: tuple[float, float], *, order: int) -> NDArray[np.float64]:
    """Pass a band with the gain of Butterworth high-pass and low-pass filters, in the frequency domain.

    Parameters
    ----------
    samples
        (n,).
    rate
        Samples a second.
    band
        Edges in Hz, where 3 dB are lost.
    order
        Of each filter: its slope is 6 dB an octave times this.

    Returns
    -------
    ndarray
        (n,).
    """
    low, high = band
    frequencies = np.fft.rfftfreq(samples.size, 1 / rate)
    with np.errstate(divide="ignore"):
        loss = (1 + (low / frequencies) ** (2 * order)) * (1 + (frequencies / high) ** (2 * order))
    return np.fft.irfft(np.fft.rfft(samples) / np.sqrt(loss), samples.size)
