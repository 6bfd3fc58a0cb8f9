"""The spectrogram that a recipe makes, in numpy: what `auscult.features.spectrogram` makes with torch."""

import numpy as np
from numpy.typing import NDArray

from auscult.features.settings import SpectrogramSettings

_FLOOR = 1e-10


def spectrogram_db(samples: NDArray[np.float32], settings: SpectrogramSettings) -> NDArray[np.float32]:
    """Power in bands, in dB.

    Parameters
    ----------
    samples
        (n,) at the rate of the settings; fewer than a window are filled up with zeros.
    settings
        Window, hop and bands.

    Returns
    -------
    ndarray
        (bands, frames), frames = (n − window) // hop + 1.
    """
    filled = np.pad(samples, (0, max(0, settings.window - samples.size)))
    frames = np.lib.stride_tricks.sliding_window_view(filled, settings.window)[:: settings.hop]  # (frames, window)
    hann = np.hanning(settings.window + 1)[:-1]  # periodic, as torch's
    power = np.abs(np.fft.rfft(frames * hann, settings.fft_length)) ** 2  # (frames, bins)
    return (10 * np.log10(settings.filters() @ power.T + _FLOOR)).astype(np.float32)
