"""Kaldi's filter bank in numpy: what happens to a frame before its Fourier transform, and the mel filters after it."""

import numpy as np
from numpy.typing import NDArray

PREEMPHASIS = 0.97
FLOOR = float(np.finfo(np.float32).eps)
"""Power in a band below which everything counts as silence: 1.19209e-07."""

_MEL_FACTOR, _MEL_CORNER_HZ = 1127.0, 700.0


def prepare_frames(frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """Take out each frame's mean, raise its high frequencies, and lay the window over it.

    Parameters
    ----------
    frames
        (frames, window) samples.

    Returns
    -------
    (frames, window)
        With m_t = x_t − mean(x): (m_t − 0.97 m_{t−1}) · hann_t, where m_{−1} is m_0 and hann the symmetric window. Linear in
        each frame.
    """
    centred = frames - frames.mean(axis=1, keepdims=True, dtype=np.float64)
    before = np.concatenate([centred[:, :1], centred[:, :-1]], axis=1)
    return (centred - PREEMPHASIS * before) * np.hanning(frames.shape[1])


def kaldi_edges(bands: int, low: float, high: float) -> NDArray[np.float64]:
    """Corner frequencies of ``bands`` triangles, (bands + 2,) Hz; band b rises from edge b, peaks at b + 1, ends at b + 2."""
    return _MEL_CORNER_HZ * np.expm1(_mel_edges(bands, low, high) / _MEL_FACTOR)


def kaldi_filters(*, rate: int, fft: int, bands: int, low: float, high: float) -> NDArray[np.float32]:
    """Filters that are triangles on the mel scale 1127 ln(1 + f / 700), and so a little bent in Hz; each peaks at 1.

    Parameters
    ----------
    rate, fft
        Sampling rate in Hz and length of the Fourier transform.
    bands, low, high
        Number of bands between two frequencies in Hz.

    Returns
    -------
    (bands, fft // 2 + 1)
        Weights of the power spectrum's bins. A band so narrow that no bin lies in it is always silent: 128 bands from 20 Hz
        have one such, with 512 samples at 16 kHz.
    """
    bins = _mel(np.linspace(0, rate / 2, fft // 2 + 1))
    edges = _mel_edges(bands, low, high)[:, None]
    width = edges[1] - edges[0]
    rising, falling = (bins - edges[:-2]) / width, (edges[2:] - bins) / width  # (bands, bins)
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def _mel_edges(bands: int, low: float, high: float) -> NDArray[np.float64]:
    """The corners are equally spaced in mel."""
    return np.linspace(_mel(low), _mel(high), bands + 2)


def _mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return _MEL_FACTOR * np.log1p(np.asarray(hz) / _MEL_CORNER_HZ)
