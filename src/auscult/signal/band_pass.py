"""The band that a sound lies in: a Butterworth filter that moves nothing in time."""

import math

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError

LOW, HIGH = 20.0, 850.0  # Hz, the band of the heart-sound CNN
_FORGOTTEN = 1e-8
_PAD_PERIODS = 3  # of the lowest frequency: by then the filter has forgotten the edge


def band_pass(
    samples: NDArray[np.float32], rate: int, *, low: float = LOW, high: float = HIGH, order: int = 4
) -> NDArray[np.float32]:
    """Keep the frequencies between two edges, without a shift in time.

    The filter runs forwards and backwards, so the phases cancel: a heart sound stays where it was.

    Parameters
    ----------
    samples
        Mono, (n,).
    rate
        Samples a second.
    low, high
        Edges in Hz. Where ``high`` is at or above half the rate, nothing is there to cut and the filter is a high-pass at
        ``low`` alone.
    order
        Order of the designed filter at each edge: 6 dB an octave for each. The two passes double what it does: with 4, the
        slopes are those of order 8 (48 dB an octave), and at the edges themselves the level is down by 6 dB, not 3.

    Returns
    -------
    ndarray
        (n,), float32, a new array.

    Raises
    ------
    AuscultError
        When the edges are not 0 < low < high, ``low`` is at or above half the rate, or the order is below 1.

    Notes
    -----
    Before filtering, the first and the last value are held for three periods of ``low``, so that an offset does not ring at the
    ends (a mirror image, point-wise or not, leaves more error there); in a recording shorter than that, for its own length.
    """
    from scipy import signal  # takes half a second, which a model without a filter is spared

    if samples.size == 0:
        return samples.copy()
    sos = _design(rate, low, high, order)
    pad = min(math.ceil(_PAD_PERIODS * rate / low), samples.size - 1)
    return signal.sosfiltfilt(sos, samples, padtype="constant", padlen=pad).astype(np.float32)


def settling_samples(rate: int, *, low: float = LOW, high: float = HIGH, order: int = 4) -> int:
    """Samples after which the filter of `band_pass` has forgotten where a recording was cut, to a hundred millionth."""
    from scipy import signal

    _, poles, _ = signal.sos2zpk(_design(rate, low, high, order))
    slowest = float(np.abs(poles).max())
    return math.ceil(math.log(_FORGOTTEN) / math.log(slowest))


def _design(rate: int, low: float, high: float, order: int) -> NDArray[np.float64]:
    """Second-order sections, (sections, 6)."""
    from scipy import signal

    if not 0 < low < high:
        raise AuscultError(f"A band from {low:g} to {high:g} Hz cannot be kept; choose 0 < low < high.")
    if low >= rate / 2:
        message = f"A band from {low:g} Hz up cannot be kept at {rate} samples a second; choose low below {rate / 2:g} Hz."
        raise AuscultError(message)
    if order < 1:
        raise AuscultError(f"A filter of order {order} does not exist; choose an order of 1 or more.")
    if high >= rate / 2:
        return signal.butter(order, low, "highpass", fs=rate, output="sos")
    return signal.butter(order, (low, high), "bandpass", fs=rate, output="sos")
