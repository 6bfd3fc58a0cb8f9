"""The answers of a run as they were before the temperature, where they are means over the pieces of a recording.

Of a single softmax the temperature can be taken back (`auscult.evaluation.calibration.untemper`); of a mean over several it
cannot, so that the model has to answer again.
"""

from pathlib import Path

import numpy as np

from auscult.evaluation.predictions import Predictions, concatenate
from auscult.evaluation.run_calibration import UNTEMPERED
from auscult.models.trained import load_trained
from auscult.recordings.core import Dataset
from auscult.recordings.tasks import get_task
from auscult.training.answer import answer_segments


def write_untempered(run: Path, dataset: Dataset) -> Path:
    """Answer the recordings of a run again at temperature 1 and write `UNTEMPERED` into its folder.

    Parameters
    ----------
    run
        A finished training or cross-validation of whole recordings.
    dataset
        What it was made on.

    Raises
    ------
    AuscultError
        When its predictions or a model cannot be read.
    """
    answers = Predictions.load(run / "predictions.csv")
    folds = answers.groups.get("fold", np.full(len(answers), ""))
    parts = [_answer(run / fold, answers.where(folds == fold), dataset) for fold in dict.fromkeys(folds.tolist())]
    concatenate(parts).save(run / UNTEMPERED)
    return run / UNTEMPERED


def _answer(folder: Path, answers: Predictions, dataset: Dataset) -> Predictions:
    """Answers of one model, without groupings."""
    model = load_trained(folder)
    model.facts = model.facts.model_copy(update={"temperature": 1.0})
    segments = dataset.segments_of(answers.recordings.tolist(), get_task(answers.task))
    return answer_segments(model, dataset, segments, split="untempered")
