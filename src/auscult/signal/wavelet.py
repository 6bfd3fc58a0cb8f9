"""Wavelet denoising: at every level, the threshold with the least unbiased estimate of risk (SureShrink)."""

import math
from typing import Literal

import numpy as np
import pywt
from numpy.typing import NDArray

from auscult.errors import AuscultError

WAVELET, LEVELS = "coif5", 3  # most noise taken out: benchmarks/wavelet_choice.py
_MAD_TO_DEVIATION = 0.6744897501960817  # median of |x| of standard normal noise

Reading = Literal["shrink", "remove-large"]


def denoise(
    samples: NDArray[np.float32], *, wavelet: str = WAVELET, levels: int = LEVELS, reading: Reading = "shrink"
) -> NDArray[np.float32]:
    """Take noise out of a recording in the wavelet domain.

    The recording is split into octaves; in each, the deviation of the noise is the median of the absolute coefficients over
    0.6745, and the threshold is `sure_threshold` times that deviation. The approximation that is left is not touched.

    Parameters
    ----------
    samples
        Mono, (n,).
    wavelet
        Name of a discrete wavelet of PyWavelets.
    levels
        Octaves to clean, from half the rate down. A short recording allows fewer (``pywt.dwt_max_level``).
    reading
        ``shrink``: soft thresholding, so coefficients below the threshold vanish and the others come nearer to 0 by it [1]_.
        ``remove-large``: what a sentence of the heart-sound CNN's paper says, read literally: what exceeds the threshold is
        cut off, so that coefficients lie between minus and plus the threshold.

    Returns
    -------
    ndarray
        (n,), float32, a new array. A constant recording comes back unchanged, and so does one too short for one level.

    Raises
    ------
    AuscultError
        When PyWavelets knows no such discrete wavelet, or there is no level to clean.

    Notes
    -----
    The noise is measured at every level rather than once at the finest. SureShrink's finest level stands for all of them only
    if the noise is white; noise of a stethoscope is not, and after a band-pass to 850 Hz at 2000 samples a second the finest
    level (500–1000 Hz) has lost a part of its noise, which would make the estimate too small everywhere.

    References
    ----------
    .. [1] D. L. Donoho, I. M. Johnstone, "Adapting to unknown smoothness via wavelet shrinkage", J. Am. Stat. Assoc. 90
       (1995), 1200–1224.
    """
    if levels < 1:
        raise AuscultError(f"Wavelet denoising over {levels} levels does nothing; choose 1 or more.")
    chosen = find_wavelet(wavelet)
    possible = min(levels, pywt.dwt_max_level(samples.size, chosen.dec_len)) if samples.size else 0
    if possible < 1:
        return samples.astype(np.float32)
    approximation, *details = pywt.wavedec(samples.astype(np.float64), chosen, level=possible)
    cleaned = [_clean(detail, reading) for detail in details]
    return pywt.waverec([approximation, *cleaned], chosen)[: samples.size].astype(np.float32)


def sure_threshold(coefficients: NDArray[np.floating]) -> float:
    """Threshold for soft shrinkage with the least of Stein's unbiased estimate of risk.

    The estimate for threshold t is n - 2·#{abs(x) ≤ t} + Σ min(abs(x), t)². Between two coefficients it grows with t, so that
    only 0 and the coefficients themselves need be tried; as in SureShrink, none above √(2 ln n).

    Parameters
    ----------
    coefficients
        Of one level, (n,), divided by the deviation of the noise.

    Returns
    -------
    float
        In units of the noise; 0 where nothing should be shrunk. Where the level is sparse, that is where
        mean(x²) - 1 ≤ log2(n)^1.5 / √n, the estimate is too uncertain and the universal threshold √(2 ln n) is returned:
        the hybrid rule of SureShrink.
    """
    count = coefficients.size
    if count < 2:
        return 0.0
    universal = math.sqrt(2 * math.log(count))
    sizes = np.sort(np.abs(coefficients)).astype(np.float64)
    energy = np.cumsum(sizes**2)
    if energy[-1] / count - 1 <= math.log2(count) ** 1.5 / math.sqrt(count):
        return universal
    candidates = int(np.searchsorted(sizes, universal, side="right"))
    if candidates == 0:
        return 0.0
    above = count - np.arange(1, candidates + 1)  # coefficients larger than each candidate
    risks = 2 * above - count + energy[:candidates] + above * sizes[:candidates] ** 2
    best = int(np.argmin(risks))
    return float(sizes[best]) if risks[best] < count else 0.0  # count is the risk of threshold 0


def find_wavelet(name: str) -> pywt.Wavelet:
    """A discrete wavelet by name.

    Raises
    ------
    AuscultError
        When PyWavelets knows no discrete wavelet of that name.
    """
    try:
        return pywt.Wavelet(name)
    except (ValueError, TypeError) as error:
        raise AuscultError(f"There is no discrete wavelet {name!r}; choose for instance {WAVELET}, sym8 or db6.") from error


def _clean(detail: NDArray[np.float64], reading: Reading) -> NDArray[np.float64]:
    deviation = float(np.median(np.abs(detail))) / _MAD_TO_DEVIATION
    if deviation == 0:  # at least half of it is silence: nothing to measure noise by
        return detail
    threshold = deviation * sure_threshold(detail / deviation)
    if reading == "remove-large":
        return np.clip(detail, -threshold, threshold)
    return np.sign(detail) * np.maximum(np.abs(detail) - threshold, 0)
