"""The source's own band: whether the spectrum falls off a cliff, as after a phone's codec or from a lower sample rate."""

import numpy as np
from numpy.typing import NDArray

_STEP = 20.0  # Hz, width of the bins that are compared
_SIDE = 5  # of these on each side of a cliff
_SLOPE = 2  # and so many on the slope itself
_LOWEST = 150.0  # below it chests fall off by themselves


def source_band(power: NDArray[np.float64], hz: NDArray[np.float64]) -> tuple[float, float]:
    """Find the steepest fall of a spectrum beyond which there is nothing more.

    Parameters
    ----------
    power
        Mean power, (bins,).
    hz
        Frequency of each bin, equally spaced.

    Returns
    -------
    where
        Frequency in Hz from which on it has fallen by half.
    fall
        How far the spectrum falls there, in dB; 0 where it rises again by half of it further up.
    """
    per_step = max(1, round(_STEP / (hz[1] - hz[0])))
    steps = power.size // per_step
    level = 10 * np.log10(power[: steps * per_step].reshape(steps, per_step).mean(axis=1) + 1e-18)  # (steps,)
    best = (float(hz[-1]), 0.0)
    for edge in range(max(_SIDE, round(_LOWEST / _STEP)), steps - _SIDE - _SLOPE):
        below = float(np.median(level[edge - _SIDE : edge]))
        above = level[edge + _SLOPE :]
        fall = below - float(np.median(above[:_SIDE]))
        if fall > best[1] and float(above.max()) < below - fall / 2:
            half = np.flatnonzero(level[edge - _SIDE :] < below - fall / 2)[0]
            best = ((edge - _SIDE + int(half)) * _STEP, fall)
    return best
