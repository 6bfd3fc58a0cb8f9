"""How sure a model's answers to whole recordings are, chosen on patients it has not learned from, into its card."""

import json
from pathlib import Path

import numpy as np

from auscult.analysis.card import load_card
from auscult.analysis.model import OnnxModel
from auscult.analysis.timeline import shift_normal
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.sureness_facts import CardSureness
from auscult.evaluation.sureness_fit import LEAST_PATIENTS, Aim, fit_sureness
from auscult.export.heard import unheard_recordings
from auscult.export.onnx_file import write_card
from auscult.export.recording_answers import RecordingAnswers, answer_recordings
from auscult.recordings.core import Dataset
from auscult.recordings.tasks import get_task
from auscult.training.run import RunFolder


def add_sureness(onnx: Path, run: RunFolder, dataset: Dataset, *, aim: Aim | None = None) -> CardSureness | None:
    """Choose calibration, threshold and conformal limit of an exported run and write them into its card.

    Parameters
    ----------
    onnx
        The exported model, its card beside it.
    run, dataset
        The run and what it was trained on.
    aim
        See `auscult.evaluation.sureness_fit.Aim`.

    Returns
    -------
    CardSureness or None
        None, and the card as it was, for a run without validation patients or with fewer than ten, for ready pictures, and for
        classes that a whole recording does not have.
    """
    found = answers_of_run(onnx, run, dataset)
    if found is None:
        return None
    answers, chosen_on = found
    if len(np.unique(answers.patients)) < LEAST_PATIENTS:
        return None
    card = onnx.with_suffix(".json")
    bias = load_card(card).pooling == "top"
    facts = fit_sureness(answers.probabilities, answers.truth, answers.patients, chosen_on=chosen_on, bias=bias, aim=aim)
    write_card(card, json.loads(card.read_text(encoding="utf-8")) | {"sureness": facts.model_dump(mode="json")})
    return facts


def answers_of_run(onnx: Path, run: RunFolder, dataset: Dataset) -> tuple[RecordingAnswers, str] | None:
    """Answers to recordings of patients that the model has not learned from, and who they are."""
    predictions = Predictions.load(run.predictions)
    if "folds" in run.identity and get_task(predictions.task).level == "recording":
        offset = load_card(onnx.with_suffix(".json")).normal_offset
        return answers_of_folds(predictions, offset), "all recordings, each answered by the fold that has not heard its patient"
    unheard = unheard_recordings(run)
    if not unheard or not dataset.has_audio:
        return None
    answers = answer_recordings(OnnxModel(onnx), dataset, unheard)
    return None if answers is None else (answers, f"validation patients of {dataset.name}")


def answers_of_folds(predictions: Predictions, normal_offset: float) -> RecordingAnswers:
    """The answers of a cross-validation, with the offset of the model that all folds are exported to."""
    shifted = shift_normal(predictions.probabilities, normal_offset).astype(np.float64)
    return RecordingAnswers(shifted, predictions.truth, predictions.patients, predictions.recordings)
