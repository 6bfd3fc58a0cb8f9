"""Mains hum: a steady line at 50 or 60 Hz and its multiples."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.quality.spectra import TINY, Spectra

MAINS = (50.0, 60.0)
_HARMONICS = 6
_LINE = 2.0  # Hz to each side that a line of the 1 s spectrum is wide
_NEIGHBOURS = (4.0, 12.0)  # Hz to each side, where there is no line


def hum_figures(spectra: Spectra) -> dict[str, float]:
    """How much of a piece is mains hum.

    The power of each frame of 1 s is taken at its lower quartile over the frames: hum is always there, a wheeze or a heart
    sound of that pitch is not.

    Returns
    -------
    dict
        ``hum_db``: how far the highest line of the worse mains stands above its neighbourhood. ``hum_share``: share of the
        power above 30 Hz that its lines hold, 0 to 1.
    """
    steady = np.quantile(spectra.fine, 0.25, axis=0)  # (bins,)
    total = float(steady[spectra.fine_hz >= 30].sum()) + TINY
    found = [_lines(steady, spectra.fine_hz, mains) for mains in MAINS]
    shares = [float(np.maximum(power - around, 0).sum()) / total for power, around in found]
    power, around = found[int(np.argmax(shares))]
    return {"hum_db": float(10 * np.log10((power / around).max())), "hum_share": max(shares)}


def _lines(
    power: NDArray[np.float64], hz: NDArray[np.float64], mains: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Power of the lines, and what would be there without, from the neighbourhood; each (harmonics,)."""
    lines, around = [], []
    for line in mains * np.arange(1, _HARMONICS + 1):
        distance = np.abs(hz - line)
        near = (distance >= _NEIGHBOURS[0]) & (distance <= _NEIGHBOURS[1])
        within = distance <= _LINE
        if line + _NEIGHBOURS[1] <= hz[-1]:
            lines.append(float(power[within].sum()) + TINY)
            around.append(float(np.median(power[near])) * int(within.sum()) + TINY)
    return np.array(lines), np.array(around)
