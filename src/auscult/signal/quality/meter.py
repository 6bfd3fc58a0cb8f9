"""Figures of a recording's quality, taken from it block by block: what the gate and the learned quality are told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.tasks import Organ
from auscult.signal.level import FRAME_SECONDS
from auscult.signal.quality.band import source_band
from auscult.signal.quality.figures import EDGES, piece_figures
from auscult.signal.quality.hum import hum_figures
from auscult.signal.quality.level import Level, LevelMeter
from auscult.signal.quality.spectra import HOP_SECONDS, Spectra, band_power, decibel, make_spectra
from auscult.signal.quality.speech import speech_figures

SHORT_SECONDS = 1.0
"""Less than half a breath of an adult; the gate's limit is this too (``bundled/gate.json``)."""
PIECE_SECONDS = 8.0
SHORTEST_SECONDS = 2.0
"""A recording shorter than this has a level but no other figures."""
_BURST_BAND: dict[Organ, tuple[float, float]] = {"lung": (100.0, 1950.0), "heart": (25.0, 950.0)}


@dataclass(frozen=True)
class Measures:
    """Figures of a recording.

    Attributes
    ----------
    level
        Silence, gaps, clipping and the like.
    figures
        By name, means over pieces of 8 s (`auscult.signal.quality.figures`, `hum`, `speech` beside it); empty where
        nothing was recorded or too little.
    second_peaks_db
        Loudest 16 ms of each second, dB, (seconds,): what bursts are told by.
    cliff_hz, cliff_db
        Where the spectrum falls off, and by how much (`auscult.signal.quality.band`).
    """

    level: Level
    figures: Mapping[str, float] = field(default_factory=dict)
    second_peaks_db: tuple[float, ...] = ()
    cliff_hz: float = 0.0
    cliff_db: float = 0.0


class QualityMeter:
    """Fed with the samples of a recording in blocks of any length; keeps one piece of them and a hundred numbers a piece.

    Parameters
    ----------
    rate
        Samples a second.
    organ
        Of whom; sets the bands and rhythms that are looked at.

    Examples
    --------
    >>> meter = QualityMeter(4000, "lung")
    >>> for block in np.split(np.random.default_rng(0).normal(0, 0.02, 40_000).astype(np.float32), 10):
    ...     meter.feed(block)
    >>> meter.result().level.seconds
    10.0
    """

    def __init__(self, rate: int, organ: Organ) -> None:
        self._rate, self._organ = rate, organ
        self._piece = round(PIECE_SECONDS / FRAME_SECONDS) * max(1, round(FRAME_SECONDS * rate))
        self._waiting: list[NDArray[np.float32]] = []
        self._level = LevelMeter(rate)
        self._figures: list[dict[str, float]] = []
        self._peaks: list[float] = []
        self._power: NDArray[np.float64] | float = 0.0
        self._hz = np.empty(0)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, mono, (n,), as they were read, at the recording's own level."""
        self._waiting.append(block)
        if sum(map(len, self._waiting)) >= 1.5 * self._piece:
            for piece in self._whole_pieces():
                self._measure(piece)

    def result(self) -> Measures:
        """Sum up; nothing can be fed afterwards."""
        rest = np.concatenate(self._waiting) if self._waiting else np.empty(0, np.float32)
        self._waiting = []
        if rest.size:
            self._measure(rest)
        level = self._level.result()
        if not self._figures:
            return Measures(level)
        names = self._figures[0]
        figures = {name: float(np.mean([piece[name] for piece in self._figures])) for name in names}
        where, fall = source_band(np.asarray(self._power), self._hz)
        return Measures(level, figures, tuple(self._peaks), where, fall)

    def _whole_pieces(self) -> Iterator[NDArray[np.float32]]:
        """Pieces of 8 s; between a half and one and a half are left waiting, so that the last piece is no stump."""
        samples = np.concatenate(self._waiting)
        while samples.size >= 1.5 * self._piece:
            yield samples[: self._piece]
            samples = samples[self._piece :]
        self._waiting = [samples]

    def _measure(self, piece: NDArray[np.float32]) -> None:
        self._level.feed(piece)
        if piece.size < SHORTEST_SECONDS * self._rate or np.ptp(piece) == 0:
            return
        spectra = make_spectra(piece, self._rate, highest=min(EDGES[self._organ][-1] + 50, self._rate / 2))
        self._figures.append(piece_figures(spectra, self._organ) | hum_figures(spectra) | speech_figures(spectra))
        self._peaks += self._second_peaks(spectra)
        self._power, self._hz = self._power + spectra.fine.sum(axis=0), spectra.fine_hz

    def _second_peaks(self, spectra: Spectra) -> list[float]:
        level = decibel(band_power(spectra.quick, spectra.quick_hz, *_BURST_BAND[self._organ]))  # (frames,)
        seconds = max(1, round(level.size * HOP_SECONDS))
        return [float(part.max()) for part in np.array_split(level, seconds)]
