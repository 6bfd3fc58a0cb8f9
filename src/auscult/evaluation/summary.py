"""Predictions in, one table of numbers out: every figure this project reports is computed here."""

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter

from auscult.evaluation.binary import BinaryScores, binary_scores
from auscult.evaluation.bootstrap import Interval, binary_bootstrap, patient_bootstrap
from auscult.evaluation.calibration import brier_score, expected_calibration_error
from auscult.evaluation.circor import referral_cost
from auscult.evaluation.metrics import Scores, auroc, confusion_matrix, score
from auscult.evaluation.number import Number
from auscult.evaluation.physionet import OfficialScores, official_of
from auscult.evaluation.predictions import Predictions, coarser_tasks
from auscult.evaluation.scored import as_scored, each_split
from auscult.recordings.tasks import get_task


class Summary(BaseModel):
    """The numbers of one model on one split, scored as one task. In json a number without meaning (NaN) is null.

    Attributes
    ----------
    format
        Version of this layout.
    task
        The task scored.
    answered
        The task the model answered; differs from ``task`` where its answers were merged into fewer classes.
    split
        The side scored; several are joined by ``+``.
    segments, recordings, patients
        How many of each. A segment is whatever has one answer: for CirCor tasks, whose recordings are pooled, a patient.
    class_counts
        True segments of each class, the normal one first.
    scores
        Sp, Se, AS, HS and Score, 0 to 1.
    intervals
        Patient-bootstrap interval of each score.
    level, draws, seed
        Of the intervals: the share of draws inside, their number, the seed.
    confusion
        Rows the truth, columns the answer, classes in the order of ``class_counts``.
    ece, brier
        Calibration of the most probable class, and Brier score.
    auroc
        Normal against everything else, ranked by the probability of normal.
    binary, binary_intervals
        For two-class tasks accuracy, recall, precision and so on with their patient-bootstrap intervals; positive = the class
        that is not normal, the second one of ``class_counts``.
    official, official_segments, unsure
        For heart-2, where signal quality is known: the official score of PhysioNet/CinC 2016, over how many recordings, and the
        bounds of the probability of abnormal between which the answer was "unsure" (None: nowhere).
    cost
        For circor-outcome: mean cost per patient, US dollars.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null", extra="forbid")

    format: Literal[1] = 1
    task: str
    answered: str
    split: str
    segments: int
    recordings: int
    patients: int
    class_counts: dict[str, int]
    scores: Scores
    intervals: dict[str, Interval]
    level: float
    draws: int
    seed: int
    confusion: list[list[int]]
    ece: Number
    brier: Number
    auroc: Number
    binary: BinaryScores | None = None
    binary_intervals: dict[str, Interval] | None = None
    official: OfficialScores | None = None
    official_segments: int = 0
    unsure: tuple[float, float] | None = None
    cost: float | None = None

    def to_json(self) -> str:
        """Write it as indented json."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; null where a number is expected is NaN again."""
        return cls.model_validate_json(text)


def summarize(
    predictions: Predictions,
    *,
    task: str | None = None,
    unsure: tuple[float, float] | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> Summary:
    """Compute every number of a table row, all splits in ``predictions`` taken together.

    Parameters
    ----------
    predictions, task
        As in `auscult.evaluation.scored.as_scored`.
    unsure
        Bounds of the probability of abnormal between which a recording is answered "unsure" in the official score of heart-2
        (`auscult.evaluation.physionet.unsure_between`); without them no answer is unsure. Other scores know no such answer.
    draws, seed, level
        Of the patient bootstrap.

    Raises
    ------
    AuscultError
        When the answers cannot be merged into ``task``, or the bounds are not in order.
    """
    scored = as_scored(predictions, task)
    goal = get_task(scored.task)
    confusion = confusion_matrix(scored.truth, scored.predicted, len(goal.classes))
    two, heart = len(goal.classes) == 2, goal.scoring == "macc"
    official, known = (official_of(scored, unsure=unsure) if heart else None) or (None, 0)
    return Summary(
        task=goal.name,
        answered=predictions.task,
        split="+".join(dict.fromkeys(predictions.splits.tolist())),
        segments=len(scored),
        recordings=np.unique(predictions.recordings).size,
        patients=np.unique(scored.patients).size,
        class_counts=dict(zip(goal.classes, confusion.sum(axis=1).tolist(), strict=True)),
        scores=score(scored.truth, scored.predicted, goal),
        intervals=patient_bootstrap(*_answers(scored), goal, draws=draws, seed=seed, level=level),
        level=level,
        draws=draws,
        seed=seed,
        confusion=confusion.tolist(),
        ece=expected_calibration_error(scored.probabilities, scored.truth),
        brier=brier_score(scored.probabilities, scored.truth),
        auroc=auroc(scored.truth > 0, -scored.probabilities[:, 0]),
        binary=binary_scores(scored.truth, scored.predicted) if two else None,
        binary_intervals=binary_bootstrap(*_answers(scored), draws=draws, seed=seed, level=level) if two else None,
        official=official,
        official_segments=known,
        unsure=unsure if heart else None,
        cost=referral_cost(scored.truth > 0, scored.predicted > 0) if goal.name == "circor-outcome" else None,
    )


def summarize_each(
    predictions: Predictions,
    *,
    tasks: Sequence[str] | None = None,
    unsure: tuple[float, float] | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> list[Summary]:
    """One summary for every split and every task the answers can be scored as.

    Parameters
    ----------
    predictions
        Answers and truth, of one or several splits.
    tasks
        Tasks to score as; the task answered and all coarser ones if not given.
    unsure, draws, seed, level
        As in `summarize`.

    Returns
    -------
    list[Summary]
        Splits in the order they appear, tasks within each.
    """
    wanted = [predictions.task, *coarser_tasks(predictions.task)] if tasks is None else list(tasks)
    return [
        summarize(part, task=task, unsure=unsure, draws=draws, seed=seed, level=level)
        for part in each_split(predictions)
        for task in wanted
    ]


def summaries_to_json(summaries: Sequence[Summary]) -> str:
    """Write several summaries as one indented json list."""
    return TypeAdapter(list[Summary]).dump_json(list(summaries), indent=2).decode()


def _answers(scored: Predictions) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]:
    return scored.truth, scored.predicted, scored.patients
