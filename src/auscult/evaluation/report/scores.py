"""The numbers of the bars: scores of each run with what they might as well have been."""

import math
from typing import NamedTuple

from auscult.evaluation.breakdown import Breakdown
from auscult.evaluation.metrics import SCORE_TITLES
from auscult.evaluation.over_folds import spread_over_folds
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import Summary, summarize
from auscult.recordings.groups import GROUPINGS
from auscult.recordings.tasks import get_task

MEAN, POOLED = "mean", "pooled"
"""The bars beside those of the groups: the mean of their scores, and the score of all answers taken together."""
_BINARY_TITLES = {"accuracy": "accuracy", "recall": "recall", "precision": "precision", "f1": "F1", "macc": "MAcc"}
_AUROC = {"auroc": "AUROC"}


class Bar(NamedTuple):
    """A score and the ends of its error bar, 0 to 1, and the standard deviation over folds; NaN where there is none."""

    value: float
    low: float = math.nan
    high: float = math.nan
    deviation: float = math.nan


def measures(task_name: str) -> dict[str, str]:
    """The scores shown of a task, name → title: the paper's four, MAcc and AUROC of two classes, else Sp, Se, AS, HS, Score."""
    task = get_task(task_name)
    if len(task.classes) == 2:
        return _BINARY_TITLES | _AUROC
    named = {"specificity": "Sp", "sensitivity": "Se", "average_score": "AS", "harmonic_score": "HS"}
    return named | {"score": SCORE_TITLES[task.scoring]} | _AUROC


def score_bars(predictions: Predictions) -> dict[str, Bar]:
    """The scores of a run, by name as in `measures`.

    Parameters
    ----------
    predictions
        Answers to the test side. Where they have the grouping ``fold``, each score is the mean over folds and its error bar one
        standard deviation to either side; else the error bar is the patient-bootstrap interval. AUROC has no interval.
    """
    if "fold" in predictions.groups:
        spread = spread_over_folds(predictions)
        bars = {name: Bar(s.mean, s.mean - s.deviation, s.mean + s.deviation, s.deviation) for name, s in spread.items()}
    else:
        bars = _bars_of(summarize(predictions))
    return {name: bars[name] for name in measures(predictions.task)}


def _bars_of(summary: Summary) -> dict[str, Bar]:
    bars = {name: Bar(getattr(summary.scores, name), *summary.intervals[name]) for name in summary.intervals}
    if summary.binary is not None and summary.binary_intervals is not None:
        bars |= {name: Bar(getattr(summary.binary, name), *ends) for name, ends in summary.binary_intervals.items()}
    return bars | {"auroc": Bar(summary.auroc)}


def choose_grouping(answers: list[Predictions]) -> str | None:
    """The first of database, device, location … of which any run knows at least two groups; None where there is none."""
    for name in GROUPINGS:
        if any(len(set(predictions.groups.get(name, ())) - {""}) > 1 for predictions in answers):
            return name
    return None


def group_bars(breakdown: Breakdown, pooled: Summary) -> dict[str, Bar]:
    """The score of each group with its patient-bootstrap interval, then their mean and the score of all answers together."""
    bars = {name: Bar(group.scores.score, *group.intervals["score"]) for name, group in breakdown.groups.items()}
    mean = Bar(breakdown.mean, *breakdown.mean_interval)
    return bars | {MEAN: mean, POOLED: Bar(pooled.scores.score, *pooled.intervals["score"])}
