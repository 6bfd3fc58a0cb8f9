"""The spectrogram that a recipe makes, in numpy: what `auscult.features.make` makes with torch, always in dB."""

import numpy as np
from numpy.typing import NDArray

from auscult.features.kaldi import FLOOR as KALDI_FLOOR
from auscult.features.kaldi import prepare_frames
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
        (bands, frames), frames = (n − window) // hop + 1, or n // hop + 1 where they are centred.
    """
    filled = _fill(samples, settings)
    frames = np.lib.stride_tricks.sliding_window_view(filled, settings.window)[:: settings.hop]  # (frames, window)
    if settings.scale == "kaldi":
        return _decibels(np.maximum(_power(prepare_frames(frames), settings), KALDI_FLOOR))
    hann = np.hanning(settings.window + 1)[:-1]  # periodic, as torch's
    return _decibels(_power(frames * hann, settings) + _FLOOR)


def _fill(samples: NDArray[np.float32], settings: SpectrogramSettings) -> NDArray[np.float32]:
    """Samples that hold whole frames: zeros behind what is shorter than one, and around centred ones what is mirrored."""
    before, behind = settings.window // 2, settings.window - settings.window // 2
    centred = settings.scale == "clap"
    filled = np.pad(samples, (0, max(0, (behind + 1 if centred else settings.window) - samples.size)))
    return np.pad(filled, (before, behind), mode="reflect") if centred else filled


def _power(frames: NDArray[np.floating], settings: SpectrogramSettings) -> NDArray[np.floating]:
    """Windowed samples (frames, window) → power (bands, frames)."""
    spectra = np.fft.rfft(frames, settings.fft_length)  # (frames, bins)
    return settings.filters() @ (np.abs(spectra) ** 2).T


def _decibels(power: NDArray[np.floating]) -> NDArray[np.float32]:
    return (10 * np.log10(power)).astype(np.float32)
