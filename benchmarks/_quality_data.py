"""Recordings with a label of quality, and what the meter says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.gate import judge
from auscult.recordings.core import Dataset, Recording, load_dataset
from auscult.recordings.tasks import Organ
from auscult.signal.heart_rate import estimate_heart_rate
from auscult.signal.quality.meter import Measures, QualityMeter
from auscult.signal.read import read_audio

RATES: dict[Organ, int] = {"lung": 4000, "heart": 2000}
"""Hz, as the bundled models hear."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Recordings of one data set.

    Attributes
    ----------
    organ
        Whose sounds.
    recordings
        Those that annotators said the quality of.
    measures
        What the meter made of each.
    rhythm
        Confidence in the rhythm of each; None where it was not looked for.
    """

    organ: Organ
    recordings: list[Recording]
    measures: list[Measures]
    rhythm: list[float | None]

    @property
    def poor(self) -> NDArray[np.bool_]:
        return np.array([bool(recording.labels["poor_quality"]) for recording in self.recordings])

    @property
    def patients(self) -> NDArray[np.str_]:
        return np.array([recording.patient for recording in self.recordings])

    @property
    def databases(self) -> NDArray[np.str_]:
        return np.array([str(recording.extra.get("database", "")) for recording in self.recordings])

    def figures(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Figures of all, (n, names); of a recording too short to have any, those of the mean recording."""
        rows = np.array([[measures.figures.get(name, np.nan) for name in names] for measures in self.measures])
        return np.where(np.isnan(rows), np.nanmean(rows, axis=0), rows)

    def where(self, mask: NDArray[np.bool_]) -> "Measured":
        rows = np.flatnonzero(mask)
        return Measured(self.organ, *([column[i] for i in rows] for column in (self.recordings, self.measures, self.rhythm)))

    def fault_names(self) -> list[list[str]]:
        """Names of the faults that the gate finds in each."""
        band_passed = self.organ == "heart"  # as its model is: an offset does not matter
        return [
            [fault.name for fault in judge(m, self.organ, rhythm_confidence=r, offset=not band_passed).faults]
            for m, r in zip(self.measures, self.rhythm, strict=True)
        ]


def sprsound_sides(root: Path) -> tuple[Measured, Measured]:
    """SPRSound's train side and its intra-patient test side."""
    dataset = load_dataset("sprsound", root / "sprsound")
    split = dataset.get_split("intra")
    return _measure(dataset, "lung", split.train), _measure(dataset, "lung", split.test)


def physionet(root: Path) -> Measured:
    """PhysioNet 2016, all recordings whose signal quality was annotated."""
    dataset = load_dataset("physionet2016", root / "physionet2016")
    return _measure(dataset, "heart", frozenset(dataset.recordings))


def measure(samples: NDArray[np.float32], organ: Organ) -> Measures:
    meter = QualityMeter(RATES[organ], organ)
    meter.feed(samples)
    return meter.result()


def rhythm_confidence(samples: NDArray[np.float32], organ: Organ) -> float | None:
    """As an analysis passes it to the gate."""
    if organ == "heart":
        return estimate_heart_rate(samples, RATES[organ]).confidence
    return None


def _measure(dataset: Dataset, organ: Organ, ids: frozenset[str]) -> Measured:
    chosen = [r for r in dataset.recordings.values() if r.id in ids and "poor_quality" in r.labels]
    measures, rhythm = [], []
    for recording in chosen:
        assert recording.path is not None
        samples, _ = read_audio(recording.path, rate=RATES[organ])
        measures.append(measure(samples, organ))
        rhythm.append(rhythm_confidence(samples, organ))
    return Measured(organ, chosen, measures, rhythm)
