"""Scores group by group: by database, device, chest location, sex, age, signal quality or patient.

A pooled figure can hide that a model knows where a recording comes from and not what is to be heard in it, so every break-down
also gives the mean over the groups, the best, the worst, and the gap between the two.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from auscult.errors import AuscultError
from auscult.evaluation.bootstrap import Interval, bootstrap_counts
from auscult.evaluation.metrics import scores_from_confusion
from auscult.evaluation.number import Number
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.scored import as_scored, each_split
from auscult.evaluation.summary import Summary, summarize
from auscult.recordings.tasks import Task, get_task

_ALWAYS = ("patient", "recording")
"""What predictions can be broken down by even where nothing else is known."""


class Breakdown(BaseModel):
    """Scores of each group of one grouping. In json a number without meaning (NaN) is null.

    Attributes
    ----------
    format
        Version of this layout.
    by
        The grouping.
    task, split
        The task scored, and the side; several sides are joined by ``+``.
    groups
        The numbers of each group, in alphabetical order.
    unknown
        Segments whose group is not known; they stand in none.
    left_out
        Groups without normal or without abnormal segments: they have no Score and do not count below.
    mean, mean_interval
        Mean of the groups' Scores, each group counting the same, and its patient-bootstrap interval (`mean_bootstrap`).
    worst, best
        Groups with the lowest and the highest Score; None where no group has one.
    gap
        Score of the best minus Score of the worst.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null", extra="forbid")

    format: Literal[1] = 1
    by: str
    task: str
    split: str
    groups: dict[str, Summary]
    unknown: int
    left_out: tuple[str, ...]
    mean: Number
    mean_interval: Interval
    worst: str | None
    best: str | None
    gap: Number

    def to_json(self) -> str:
        """Write it as indented json."""
        return self.model_dump_json(indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; null where a number is expected is NaN again."""
        return cls.model_validate_json(text)


class Evaluation(BaseModel):
    """All numbers of one command: summaries of splits and tasks, and break-downs of splits."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null", extra="forbid")

    summaries: tuple[Summary, ...]
    breakdowns: tuple[Breakdown, ...]

    def to_json(self) -> str:
        """Write it as indented json."""
        return self.model_dump_json(indent=2)


def groupings(predictions: Predictions) -> list[str]:
    """What predictions can be broken down by: groupings of which any segment's group is known, and patient and recording."""
    return [*(name for name, column in predictions.groups.items() if (column != "").any()), *_ALWAYS]


def break_down(
    predictions: Predictions, by: str, *, task: str | None = None, draws: int = 1000, seed: int = 0, level: float = 0.95
) -> Breakdown:
    """Score every group of a grouping, all splits in ``predictions`` taken together.

    Parameters
    ----------
    predictions, task
        As in `auscult.evaluation.summary.summarize`.
    by
        One of `groupings`.
    draws, seed, level
        Of the patient bootstraps.

    Raises
    ------
    AuscultError
        When the grouping is unknown, or the answers cannot be merged into ``task``.
    """
    group_of = _column(predictions, by)
    parts = {name: predictions.where(group_of == name) for name in np.unique(group_of).tolist() if name}
    groups = {name: summarize(p, task=task, draws=draws, seed=seed, level=level) for name, p in parts.items()}
    both = {name: g.scores.score for name, g in groups.items() if not math.isnan(g.scores.average_score)}
    worst, best = (min(both, key=both.__getitem__), max(both, key=both.__getitem__)) if both else (None, None)
    rows = {name: as_scored(parts[name], task) for name in both}
    return Breakdown(
        by=by,
        task=predictions.task if task is None else task,
        split="+".join(dict.fromkeys(predictions.splits.tolist())),
        groups=groups,
        unknown=int((group_of == "").sum()),
        left_out=tuple(name for name in groups if name not in both),
        mean=float(np.mean(list(both.values()))) if both else math.nan,
        mean_interval=mean_bootstrap(rows, draws=draws, seed=seed, level=level),
        worst=worst,
        best=best,
        gap=both[best] - both[worst] if best is not None and worst is not None else math.nan,
    )


def break_down_each(
    predictions: Predictions, by: Sequence[str], *, draws: int = 1000, seed: int = 0, level: float = 0.95
) -> list[Breakdown]:
    """One break-down, as the task answered, for every split and every grouping in ``by``, splits in the order they appear."""
    return [
        break_down(part, grouping, draws=draws, seed=seed, level=level) for part in each_split(predictions) for grouping in by
    ]


def mean_bootstrap(groups: Mapping[str, Predictions], *, draws: int = 1000, seed: int = 0, level: float = 0.95) -> Interval:
    """Interval of the mean over groups of the Score, when whole patients are drawn with replacement from all groups together.

    Draws in which a group lacks normal or abnormal segments are left out, since the mean of fewer groups is another measure. So
    it is NaN where groups are as small as patients, or there are none.
    """
    if not groups:
        return Interval(math.nan, math.nan)
    task = get_task(next(iter(groups.values())).task)
    counts = _confusions(list(groups.values()), len(task.classes))
    found = bootstrap_counts(counts, lambda drawn: _mean_score(drawn, task), ["mean"], draws=draws, seed=seed, level=level)
    return found["mean"]


def _column(predictions: Predictions, by: str) -> NDArray[np.str_]:
    """The group of each segment, (n,)."""
    if by == "patient":
        return predictions.patients
    if by == "recording":
        return predictions.recordings
    known = groupings(predictions)
    if by not in known:
        raise AuscultError(
            f"These predictions cannot be broken down by '{by}', which is not known of any; choose one of {', '.join(known)}."
        )
    return predictions.groups[by]


def _confusions(parts: Sequence[Predictions], classes: int) -> NDArray[np.float64]:
    """One confusion matrix for each patient and part, (patients, parts, classes, classes)."""
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    people, patient = np.unique(np.concatenate([part.patients for part in parts]), return_inverse=True)
    truth, predicted = (np.concatenate([getattr(part, name) for part in parts]) for name in ("truth", "predicted"))
    counts = np.zeros((len(people), len(parts), classes, classes))
    np.add.at(counts, (patient, group, truth, predicted), 1)
    return counts


def _mean_score(confusions: NDArray[np.float64], task: Task) -> NDArray[np.float64]:
    """(draws, groups, classes, classes) → (draws, 1); NaN where a group lacks a side."""
    scores = scores_from_confusion(confusions, task)  # (draws, groups, 5): Sp, Se, AS, HS, Score
    complete = ~np.isnan(scores[..., 2]).any(axis=-1)
    return np.where(complete, scores[..., 4].mean(axis=-1), np.nan)[:, None]
