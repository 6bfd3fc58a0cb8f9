"""Windows made by hand, for tests of what comes after the model."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.analysis.card import Card, load_card
from auscult.analysis.windows import Windows

CLASSES = ("normal", "crackle", "wheeze", "both")
BANDS, FRAMES = 4, 20
KINDS = ("normal", "rhonchus", "wheeze", "stridor", "coarse_crackle", "fine_crackle", "wheeze+crackle")
COARSE = {
    "normal": "normal",
    "coarse_crackle": "crackle",
    "fine_crackle": "crackle",
    "rhonchus": "wheeze",
    "wheeze": "wheeze",
    "stridor": "wheeze",
    "wheeze+crackle": "both",
}
"""Classes of a model that was taught kinds of crackles and wheezes, and what it answers."""


def make_card(standin: Path, **fields: object) -> Card:
    """A card with frames of 0.1 s and four bands, so that numbers can be followed by hand."""
    plain = {"frame_seconds": 0.1, "band_hz": (100.0, 200.0, 300.0, 400.0)}
    return load_card(standin.with_suffix(".json")).model_copy(update=plain | fields)


def make_windows(probabilities: ArrayLike, attention: NDArray[np.float32] | None = None) -> Windows:
    """Windows of 2 s every 0.5 s; attention even unless given."""
    p = np.asarray(probabilities, dtype=np.float32)
    starts = np.arange(len(p)) * 0.5
    even = np.full((len(p), BANDS, FRAMES), 1 / (BANDS * FRAMES), dtype=np.float32)
    return Windows(starts, starts + 2.0, p, even if attention is None else attention)


def only(label: str, windows: set[int], count: int) -> NDArray[np.float32]:
    """Certain probabilities: ``label`` in some of ``count`` windows, normal in the others."""
    rows = np.zeros((count, 4), dtype=np.float32)
    for window in range(count):
        rows[window, CLASSES.index(label if window in windows else "normal")] = 1
    return rows


def make_heart(
    seconds: float, *bursts: tuple[float, float, float], rate: int = 2000, level: float = 0.3, seed: int = 0
) -> NDArray[np.float32]:
    """Faint noise with bursts of a tone in it: (start, end, Hz) each."""
    samples = np.random.default_rng(seed).normal(0, 0.01, round(seconds * rate))
    time = np.arange(samples.size) / rate
    for start, end, hz in bursts:
        samples += level * np.sin(2 * np.pi * hz * time) * ((time >= start) & (time < end))
    return samples.astype(np.float32)
