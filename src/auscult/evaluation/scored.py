"""Which rows of predictions are scored, and as what: merged into a coarser task, pooled where the field scores patients."""

from auscult.evaluation.circor import pool_patients
from auscult.evaluation.predictions import Predictions
from auscult.recordings.tasks import get_task


def as_scored(predictions: Predictions, task: str | None = None) -> Predictions:
    """Turn answers into the rows that are scored.

    Parameters
    ----------
    predictions
        Answers and truth.
    task
        Merge classes into those of this task (see `Predictions.merge`); as the task answered if not given.

    Returns
    -------
    Predictions
        For CirCor tasks one row a patient (`auscult.evaluation.circor.pool_patients`), as the challenge scores them.

    Raises
    ------
    AuscultError
        When the answers cannot be merged into ``task``.
    """
    merged = predictions if task is None else predictions.merge(task)
    return pool_patients(merged) if get_task(merged.task).scoring == "circor" else merged


def each_split(predictions: Predictions) -> list[Predictions]:
    """Take the splits apart, in the order they appear."""
    return [predictions.where(predictions.splits == split) for split in dict.fromkeys(predictions.splits.tolist())]
