"""Bands of equal width on a linear frequency scale."""

import numpy as np
from numpy.typing import NDArray


def linear_edges(bands: int, low: float, high: float) -> NDArray[np.float64]:
    """Limits of ``bands`` bands of equal width, (bands + 1,) Hz."""
    return np.linspace(low, high, bands + 1)


def linear_filters(*, rate: int, fft: int, bands: int, low: float, high: float) -> NDArray[np.float32]:
    """Mean power of the bins that lie in each band.

    Parameters
    ----------
    rate, fft
        Sampling rate in Hz and length of the Fourier transform.
    bands, low, high
        Number of bands between two frequencies in Hz.

    Returns
    -------
    (bands, fft // 2 + 1)
        Weights of the power spectrum's bins; each row adds up to 1. A bin that lies across the limit of two bands is divided
        between them.

    Examples
    --------
    Five bins of 250 Hz; the first and the last reach only half as far as the others:

    >>> linear_filters(rate=2000, fft=8, bands=2, low=125, high=625)
    array([[0., 1., 0., 0., 0.],
           [0., 0., 1., 0., 0.]], dtype=float32)
    """
    step = rate / fft
    bins = np.arange(fft // 2 + 1) * step
    edges = linear_edges(bands, low, high)[:, None]
    upper = np.minimum(bins + step / 2, edges[1:])
    lower = np.maximum(bins - step / 2, edges[:-1])
    overlap = np.maximum(0.0, upper - lower)  # (bands, bins)
    return (overlap / overlap.sum(axis=1, keepdims=True)).astype(np.float32)
