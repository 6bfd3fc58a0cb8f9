"""A trained run's answers to annotated segments of any data set, to be scored."""

from collections.abc import Sequence

import numpy as np

from auscult.evaluation.decision import decide
from auscult.evaluation.grouping import group_columns
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.recording_context import in_recording
from auscult.features.pictures import Progress, prepare_pictures
from auscult.models.trained import TrainedModel
from auscult.recordings.core import Dataset, Segment
from auscult.recordings.tasks import get_task
from auscult.recordings.telling import Telling
from auscult.recordings.windows import around, cut_windows
from auscult.training.data import PictureDataset, Side, class_indices
from auscult.training.predict import log_probabilities
from auscult.training.texts import read_texts


def answer_segments(
    model: TrainedModel,
    dataset: Dataset,
    segments: Sequence[Segment],
    *,
    split: str,
    telling: Telling | None = None,
    progress: Progress | None = None,
) -> Predictions:
    """Answer every segment as the model heard those that it was trained on: as annotated, or in a window of its surroundings.

    Parameters
    ----------
    model, dataset, segments
        Each segment must have a class in the model's task.
    split
        Name of the side, for the predictions.
    telling
        What a model that reads is told of recordings; None: what it was trained with.
    progress
        Shows how far the preparation of pictures is.
    """
    facts = model.facts
    segments = around(segments, seconds=facts.around_seconds)
    pooled = facts.window_seconds is not None
    if facts.window_seconds is not None and facts.window_step is not None:
        segments = cut_windows(segments, seconds=facts.window_seconds, step=facts.window_step)
    tokens = read_texts(model.classifier.encoder, dataset, segments, telling=telling)
    pictures = prepare_pictures(dataset, segments, facts.features, signal=facts.signal, progress=progress)
    side = Side(segments, pictures, class_indices(segments, get_task(facts.task)), pooled=pooled, tokens=tokens)
    return answer_side(model, side, split=split)


def answer_side(model: TrainedModel, side: Side, *, split: str) -> Predictions:
    """Answer segments whose pictures are at hand, with the model's share of the recording, temperature and offset."""
    logs = side.pool(log_probabilities(model, PictureDataset(side, model.front_end)))  # (answers, classes)
    answered = [side.segments[i] for i in side.answered]
    recordings = [segment.recording for segment in answered]
    logs = in_recording(logs, [r.id for r in recordings], model.facts.recording_share)
    return Predictions(
        task=model.facts.task,
        ids=np.array([r.id for r in recordings] if side.pooled else [s.id for s in answered]),
        recordings=np.array([r.id for r in recordings]),
        patients=np.array([r.patient for r in recordings]),
        splits=np.array([split] * len(answered)),
        truth=side.truth[side.answered],
        predicted=decide(logs, model.facts.normal_offset),
        probabilities=np.exp(logs).astype(np.float32),
        groups=group_columns(recordings, adult_years=model.facts.adult_years),
    )
