"""Per label, the probability from which a blindly cut window is said to have it; chosen on validation patients."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.answer import answer_segments
from auscult.analysis.model import OnnxModel
from auscult.analysis.timeline import label_probabilities, shift_normal
from auscult.export.heard import unheard_recordings
from auscult.export.onnx_file import write_card
from auscult.recordings.core import Dataset
from auscult.recordings.labels import CONTINUOUS, CRACKLES, any_present
from auscult.recordings.tasks import get_task
from auscult.recordings.windows import cut_windows
from auscult.training.run import RunFolder

_LABELS = {"crackle": CRACKLES, "wheeze": CONTINUOUS}
_GRID = np.arange(0.3, 0.905, 0.01)
_PLATEAU = 0.01


def choose_thresholds(model: OnnxModel, dataset: Dataset, recordings: Iterable[str]) -> dict[str, float]:
    """The threshold of each label with the best F1 on blindly cut windows.

    The decision offset of a model is chosen on annotated segments, half of which may be abnormal; along a whole recording most
    windows are normal, and the same decision would cry wolf.

    Parameters
    ----------
    model
        An exported model that answers in the classes of icbhi-4.
    dataset, recordings
        Recordings of validation patients, whom the model has not learned from.

    Returns
    -------
    For ``crackle`` and ``wheeze``, a probability with the card's offset applied: the middle of all thresholds within 0.01 of
    the best F1.
    """
    task = get_task(model.card.task)
    segments = dataset.segments_of(recordings, task)
    windows = cut_windows(segments, seconds=model.card.window_seconds, step=1.0)
    windows = [window for window in windows if task.classify(window.labels) is not None]
    answers = answer_segments(model, dataset, windows, split="validation")
    shown = label_probabilities(shift_normal(answers.probabilities, model.card.normal_offset), model.card)
    thresholds = {}
    for label, names in _LABELS.items():
        truth = np.array([bool(any_present(window.labels, names)) for window in windows])
        thresholds[label] = best_threshold(shown[label], truth)
    return thresholds


def add_thresholds(onnx: Path, run: RunFolder, dataset: Dataset) -> dict[str, float]:
    """Choose the thresholds of an exported run on its validation patients and write them into the card.

    None, and so an empty dict, for models that do not tell crackles from wheezes, and for runs without validation patients
    that the model has not heard (protocol published, refit, a cross-validation) or of ready pictures.
    """
    model, unheard = OnnxModel(onnx), unheard_recordings(run)
    if set(model.card.labels) != set(_LABELS) or not unheard or not dataset.has_audio:
        return {}
    thresholds = choose_thresholds(model, dataset, unheard)
    card = onnx.with_suffix(".json")
    write_card(card, json.loads(card.read_text(encoding="utf-8")) | {"thresholds": thresholds})
    return thresholds


def best_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Middle of the thresholds whose F1 is within 0.01 of the best; probabilities and truth (n,)."""
    scores = np.array([_f1(probabilities >= threshold, truth) for threshold in _GRID])
    return round(float(_GRID[scores >= scores.max() - _PLATEAU].mean()), 2)


def _f1(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return 2 * float((found & truth).sum()) / max(1.0, float(found.sum() + truth.sum()))
