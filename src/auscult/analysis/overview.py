"""What a picture shows of the sound itself: a spectrogram and an outline, of as many columns as can be seen."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.spectrogram import spectrogram_db
from auscult.signal.spool import Samples

ROW_SECONDS = 60.0
MOST_ROWS = 10
COLUMNS, OUTLINE_COLUMNS = 1600, 2000
"""Of the spectrogram and of the outline in one row of a picture."""
_LOUDEST_PERCENTILE = 99.9
_MOST_SAMPLES = 1_000_000
_BLOCK_COLUMNS = 256


@dataclass(frozen=True, eq=False)
class Overview:
    """A recording as the model heard it, reduced to the columns of a picture.

    Attributes
    ----------
    decibels
        Power, (bins, columns), from 0 Hz to half the rate.
    lowest, highest
        Of the samples in each column, (columns,).
    loud
        Size that one sample in a thousand exceeds.
    """

    decibels: NDArray[np.float32]
    lowest: NDArray[np.float32]
    highest: NDArray[np.float32]
    loud: float


def count_rows(seconds: float) -> int:
    """Rows of a picture: one a minute, up to ten; longer recordings get longer rows."""
    return max(1, min(MOST_ROWS, math.ceil(seconds / ROW_SECONDS - 1e-6)))


def make_overview(sound: Samples, rate: int) -> Overview:
    """Look at a recording of any length, at least one sample, stretch by stretch."""
    rows = count_rows(sound.size / rate)
    lowest, highest, sizes = _outline(sound, min(OUTLINE_COLUMNS * rows, sound.size))
    loud = float(np.percentile(sizes, _LOUDEST_PERCENTILE))
    return Overview(spectrogram_db(sound, rate, columns=COLUMNS * rows), lowest, highest, loud)


def _outline(sound: Samples, columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Lowest and highest sample of each column, and the sizes of all samples, or of so many that they tell."""
    every = 1 + sound.size // _MOST_SAMPLES
    begins = np.arange(columns + 1) * sound.size // columns
    lowest, highest, sizes = [], [], []
    for first in range(0, columns, _BLOCK_COLUMNS):
        edges = begins[first : first + _BLOCK_COLUMNS + 1]
        part = sound[int(edges[0]) : int(edges[-1])]
        lowest.append(np.minimum.reduceat(part, edges[:-1] - edges[0]))
        highest.append(np.maximum.reduceat(part, edges[:-1] - edges[0]))
        sizes.append(np.abs(part[::every]))
    return np.concatenate(lowest), np.concatenate(highest), np.concatenate(sizes)
