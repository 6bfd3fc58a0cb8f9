"""What a piece of sound is like, in numbers that neither its level nor its length changes: what quality is learned from."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.tasks import Organ
from auscult.signal.quality.spectra import HOP_SECONDS, Spectra, band_power, decibel

EDGES: dict[Organ, tuple[float, ...]] = {
    "lung": (30, 60, 100, 150, 200, 300, 400, 600, 800, 1000, 1300, 1600, 1950),
    "heart": (25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 950),
}
"""Hz, of the bands whose changes are looked at."""
_SPREAD: dict[Organ, tuple[tuple[float, float], ...]] = {
    "lung": ((30, 150), (150, 600), (600, 1950)),
    "heart": ((25, 150), (150, 400), (400, 950)),
}
_RHYTHMS = ((0.15, 0.7), (0.7, 2.5), (2.5, 8.0), (8.0, 20.0))  # Hz: breath, heart beat, syllables, rubbing
_REPEATS: dict[Organ, tuple[float, float]] = {"lung": (1.0, 4.0), "heart": (0.3, 2.0)}  # s, from one cycle to the next


def piece_figures(spectra: Spectra, organ: Organ) -> dict[str, float]:
    """Figures of one piece.

    Returns
    -------
    dict
        ``flat_db``: spectral flatness. ``flux_db``: mean change of the bands from one frame to the next. For three wide bands
        ``peaks_…`` and ``depth_…``: how far loud moments (95 %) stand above the median and the median above quiet ones (5 %);
        ``rhythm_…``: share of the envelope's changes in four ranges of modulation; ``repeat_…``: how well the envelope repeats
        itself, -1 to 1.

    Notes
    -----
    The bands' own shares of the power are left out: they tell stethoscopes apart, and a quality learned from them on one
    stethoscope refused a quarter of the recordings of four others (docs/quality.md).
    """
    bands = np.stack([band_power(spectra.quick, spectra.quick_hz, *edge) for edge in pairwise(EDGES[organ])])  # (bands, frames)
    mean = bands.mean(axis=1)  # (bands,)
    logs = decibel(bands)
    density = mean / np.diff(EDGES[organ])
    figures = {
        "flat_db": float(decibel(density).mean() - decibel(density.mean())),
        "flux_db": float(np.abs(np.diff(logs, axis=1)).mean()),
    }
    for low, high in _SPREAD[organ]:
        figures |= _envelope_figures(decibel(band_power(spectra.quick, spectra.quick_hz, low, high)), f"{low:g}", organ)
    return figures


def _envelope_figures(level: NDArray[np.float64], name: str, organ: Organ) -> dict[str, float]:
    """Figures of a band's level over time, dB, (frames,)."""
    low, middle, high = np.quantile(level, (0.05, 0.5, 0.95))
    centred = np.clip(level, low, high) - np.clip(level, low, high).mean()
    spectrum = np.abs(np.fft.rfft(centred * np.hanning(centred.size))) ** 2
    hz = np.fft.rfftfreq(centred.size, HOP_SECONDS)
    total = float(spectrum.sum()) + 1e-9
    figures = {f"peaks_{name}": float(high - middle), f"depth_{name}": float(middle - low)}
    for slowest, fastest in _RHYTHMS:
        figures[f"rhythm_{name}_{slowest:g}"] = float(spectrum[(hz >= slowest) & (hz < fastest)].sum()) / total
    figures[f"repeat_{name}"] = _repetition(centred, *_REPEATS[organ])
    return figures


def _repetition(centred: NDArray[np.float64], shortest: float, longest: float) -> float:
    """The highest autocorrelation at lags from ``shortest`` to ``longest`` seconds, or half of what there is."""
    first, last = round(shortest / HOP_SECONDS), min(round(longest / HOP_SECONDS), centred.size // 2)
    spectrum = np.abs(np.fft.rfft(centred, 2 * centred.size)) ** 2
    similar = np.fft.irfft(spectrum)[: centred.size] / np.arange(centred.size, 0, -1)
    if last <= first or similar[0] <= 1e-9:
        return 0.0
    return float(similar[first:last].max() / similar[0])
