"""Whole recordings with their truth and a model's answer to each: what sureness is chosen on and measured on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.listen import listen, prepare
from auscult.analysis.model import OnnxModel
from auscult.analysis.timeline import pool_windows
from auscult.recordings.core import Dataset, Segment
from auscult.recordings.tasks import get_task
from auscult.signal.read import read_recording

_FOUR = ("normal", "crackle", "wheeze", "both")


@dataclass(frozen=True, eq=False)
class RecordingAnswers:
    """Answers to whole recordings.

    Attributes
    ----------
    probabilities
        Pooled over windows as in an analysis, (n, answer classes).
    truth
        Class indices, (n,).
    patients, recordings
        (n,) str.
    """

    probabilities: NDArray[np.float64]
    truth: NDArray[np.int64]
    patients: NDArray[np.str_]
    recordings: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.truth)

    def where(self, mask: NDArray[np.bool_]) -> "RecordingAnswers":
        """Pick rows by a boolean mask (n,) or a list of row numbers."""
        return RecordingAnswers(self.probabilities[mask], self.truth[mask], self.patients[mask], self.recordings[mask])


def answer_recordings(model: OnnxModel, dataset: Dataset, recordings: Iterable[str]) -> RecordingAnswers | None:
    """Answer recordings as an analysis does and put the truth beside each answer.

    Parameters
    ----------
    model
        An exported model.
    dataset
        With audio.
    recordings
        Ids; those without a truth (of poor quality, or silent) are left out.

    Returns
    -------
    RecordingAnswers or None
        None where the model's answers are no classes that a recording's labels come to, or no recording is left.
    """
    truths = recording_truths(dataset, recordings, model.card.answer_classes)
    rows = []
    for recording, truth in truths.items():
        samples = read_recording(dataset.recordings[recording], model.card.rate)
        windows = listen(model, samples, prepare(samples, model.card))
        if len(windows):
            pooled = pool_windows(windows.probabilities, model.card)  # as an analysis answers
            rows.append((pooled, truth, dataset.recordings[recording].patient, recording))
    if not rows:
        return None
    answers, found, patients, ids = zip(*rows, strict=True)
    return RecordingAnswers(np.array(answers), np.array(found), np.array(patients), np.array(ids))


def recording_truths(dataset: Dataset, recordings: Iterable[str], classes: Sequence[str]) -> dict[str, int]:
    """True class of each recording that has one: of a lung sound from all its segments, of a heart sound its label.

    A recording with a crackle in one place and a wheeze in another has both. SPRSound's own annotation of whole recordings says
    the same of every one of them.

    Parameters
    ----------
    dataset, recordings
        Ids.
    classes
        The four of icbhi-4, or normal and anything else.
    """
    heart = "heart-2" in dataset.tasks
    if tuple(classes) != _FOUR and len(classes) != 2:
        return {}
    task = get_task("heart-2" if heart else "icbhi-4")
    segments = dataset.segments_of(recordings, task)
    grouped = groupby(sorted(segments, key=_recording), key=_recording)
    found = {recording: _joined(task.classify(segment.labels) for segment in group) for recording, group in grouped}
    return {
        recording: _FOUR.index(label) if len(classes) == 4 else int(label != "normal") for recording, label in found.items()
    }


def _recording(segment: Segment) -> str:
    return segment.recording.id


def _joined(labels: Iterable[str | None]) -> str:
    """One label for all: ``both`` where there are crackles and wheezes."""
    heard = {label for label in labels if label not in (None, "normal")}
    if not heard:
        return "normal"
    return str(heard.pop()) if len(heard) == 1 else "both"
