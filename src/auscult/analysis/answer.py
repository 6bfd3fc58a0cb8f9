"""A trained ONNX model's answers to annotated segments or to whole recordings, to be scored."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.listen import listen, prepare
from auscult.analysis.model import OnnxModel
from auscult.analysis.timeline import pool_windows, shift_normal
from auscult.analysis.windows import run_window, run_windows
from auscult.errors import AuscultError
from auscult.evaluation.decision import decide
from auscult.evaluation.grouping import group_columns
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.recording_context import in_recording
from auscult.recordings.core import Dataset, Segment
from auscult.recordings.tasks import get_task
from auscult.recordings.windows import around
from auscult.signal.read import read_recording

Progress = Callable[[Iterable[NDArray[np.float32]], int], Iterable[NDArray[np.float32]]]


def answer_segments(
    model: OnnxModel,
    dataset: Dataset,
    segments: Sequence[Segment],
    *,
    split: str,
    progress: Progress | None = None,
) -> Predictions:
    """Answer every segment: from its own sound, from a window around it if the model learned so, or from the whole recording.

    Recordings are preprocessed and levelled as a whole, as `auscult.analyze` does it.

    Parameters
    ----------
    model, dataset, segments
        Segments of one recording side by side; each must have a class in the model's task. Where the task asks for recordings
        there is one segment each, and the answer is that of `auscult.analyze`.
    split
        Name of the side, for the predictions.
    progress
        Shows how far it is.

    Returns
    -------
    Predictions
        Probabilities before the card's offset, decisions with it; in the context of their recordings where the card says so.
        The id of a whole recording is the recording's.

    Raises
    ------
    AuscultError
        For a data set of ready pictures: the model hears samples.
    """
    if not dataset.has_audio:
        raise AuscultError(f"{dataset.name} has ready pictures, not audio: the model {model.card.name} cannot hear it.")
    if not segments:
        raise AuscultError(f"{dataset.name} has no segment on the side '{split}' that answers {model.card.task}.")
    task = get_task(model.card.task)
    whole = task.level == "recording"
    answers = _answer_recordings(model, segments) if whole else _answer_parts(model, segments)
    probabilities = np.stack(list(answers if progress is None else progress(answers, len(segments))))
    recordings = [segment.recording for segment in segments]
    if model.card.recording_share:
        logs = in_recording(np.log(probabilities), [r.id for r in recordings], model.card.recording_share)
        probabilities = np.exp(logs).astype(np.float32)
    return Predictions(
        task=task.name,
        ids=np.array([s.recording.id if whole else s.id for s in segments]),
        recordings=np.array([r.id for r in recordings]),
        patients=np.array([r.patient for r in recordings]),
        splits=np.array([split] * len(segments)),
        truth=np.array([task.classes.index(task.classify(s.labels) or "") for s in segments]),
        predicted=decide(np.log(probabilities), model.card.normal_offset),
        probabilities=probabilities,
        groups=group_columns(recordings),
    )


def _answer_recordings(model: OnnxModel, segments: Sequence[Segment]) -> Iterator[NDArray[np.float32]]:
    """Probabilities (classes,) of each recording, pooled as in an analysis; where that tells nothing, from silence itself."""
    for segment in segments:
        samples = read_recording(segment.recording, model.card.rate)
        sound = prepare(samples, model.card)
        windows = listen(model, samples, sound)
        heard = windows if len(windows) else run_windows(model, sound)
        pooled = pool_windows(heard.probabilities, model.card).astype(np.float32)
        yield shift_normal(pooled, -model.card.normal_offset)


def _answer_parts(model: OnnxModel, segments: Sequence[Segment]) -> Iterator[NDArray[np.float32]]:
    """Probabilities (classes,) of each segment; those of a segment longer than a window are averaged over its windows."""
    for _, group in groupby(segments, key=lambda segment: segment.recording.id):
        of_recording = around(list(group), seconds=model.card.around_seconds)
        samples = prepare(read_recording(of_recording[0].recording, model.card.rate), model.card)
        for segment in of_recording:
            mean = _hear(model, samples, segment).mean(axis=0, dtype=np.float64)
            yield (mean / mean.sum()).astype(np.float32)


def _hear(model: OnnxModel, samples: NDArray[np.float32], segment: Segment) -> NDArray[np.float32]:
    """Probabilities (windows, classes) of a part of a recording, whose frames are those that the model learned from.

    They lie on the grid of the whole recording; and at the ends of a window around a segment there is the sound beside it.
    """
    card, rate = model.card, model.card.rate
    frame, window = card.samples(card.frame_seconds), card.samples(card.window_seconds)
    start = math.ceil(segment.start * rate / frame - 1e-6) * frame
    if card.around_seconds is not None and samples.size >= window:
        return run_window(model, samples, min(start, (samples.size - window) // frame * frame)).probabilities
    start = min(start, (samples.size - 1) // frame * frame)
    return model(samples[start : max(round(segment.end * rate), start + 1)])[0]
