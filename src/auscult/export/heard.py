"""Which recordings a run has not heard, to choose on, and which it learned from, to calibrate 8 bits with."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.analysis.listen import prepare
from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.recordings.core import Dataset
from auscult.signal.read import read_recording
from auscult.training.run import RunFolder

LONGEST_SECONDS = 30.0
"""Of each recording no more is heard."""


def unheard_recordings(run: RunFolder) -> set[str]:
    """Ids of recordings of the run's validation patients; none where the model has learned from them in the end.

    None either of a cross-validation, or where nobody was taken out (protocol published).
    """
    if run.identity["recipe"]["training"].get("refit"):
        return set()
    predictions = Predictions.load(run.predictions)
    return set(predictions.recordings[predictions.splits == "validation"].tolist())


def learned_recordings(run: RunFolder, dataset: Dataset) -> list[str]:
    """Ids of recordings that are on no validation or test side of the run; of a cross-validation all have been learned from."""
    if "folds" in run.identity:
        return sorted(dataset.recordings)
    return sorted(set(dataset.recordings) - set(Predictions.load(run.predictions).recordings.tolist()))


def learned_sounds(run: RunFolder, dataset: Dataset, card: Card, *, most: int) -> Iterator[NDArray[np.float32]]:
    """Samples (n,) of up to ``most`` recordings that the run has learned from, spread over all of them, prepared for the model.

    Raises
    ------
    AuscultError
        When the data set has ready pictures in place of sound.
    """
    if not dataset.has_audio:
        raise AuscultError(f"{dataset.name} has ready pictures, not audio: 8 bits cannot be calibrated with it.")
    ids = learned_recordings(run, dataset)
    for number in np.unique(np.linspace(0, len(ids) - 1, min(most, len(ids))).round().astype(int)):
        samples = read_recording(dataset.recordings[ids[number]], card.rate)
        yield prepare(samples, card)[: card.samples(LONGEST_SECONDS)]
