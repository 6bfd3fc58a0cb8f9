"""A model's answers, one row a segment: the only thing that scores are ever computed from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import AuscultError
from auscult.evaluation.grouping import Groups, join_groups, pick_groups
from auscult.evaluation.predictions_file import columns_from, fixed_columns, write_columns
from auscult.evaluation.rows import read_rows
from auscult.recordings.tasks import TASKS, get_task, merge_classes

SUM_TOLERANCE = 1e-3
"""How far from 1 the probabilities of a segment may add up to: room for float16 and for rounded files."""
_DTYPES = {"truth": np.int64, "predicted": np.int64, "probabilities": np.float32}


@dataclass(frozen=True, eq=False)
class Predictions:
    """Answers of one model to one task.

    Attributes
    ----------
    task
        The task's name; its classes give the indices below their meaning.
    ids
        Segment ids, (n,) str, none twice.
    recordings, patients, splits
        Where each segment comes from, (n,) str each; the split is the side it was scored on (``test``, ``intra``,
        ``validation`` …).
    truth, predicted
        Class indices, (n,) int. ``predicted`` is the decision that is scored; it need not be the most probable class (see
        `auscult.evaluation.decision`).
    probabilities
        (n, classes) float32, rows adding up to 1.
    groups
        For break-downs: by name of the grouping (``database``, ``device``, ``age`` …) the group of each segment, (n,) str, ""
        where it is not known.

    Raises
    ------
    AuscultError
        When lengths differ, a grouping is named like another column, an id stands twice, an index is no class, or probabilities
        are NaN, negative or do not add up to 1.
    """

    task: str
    ids: NDArray[np.str_]
    recordings: NDArray[np.str_]
    patients: NDArray[np.str_]
    splits: NDArray[np.str_]
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    groups: Groups = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in self._columns().items():
            object.__setattr__(self, name, np.asarray(column, dtype=_DTYPES.get(name, np.str_)))  # lists are welcome
        object.__setattr__(self, "groups", {name: np.asarray(c, dtype=np.str_) for name, c in self.groups.items()})
        for problem in self._problems():
            raise AuscultError(problem)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names of the task, the normal one first."""
        return get_task(self.task).classes

    def where(self, mask: ArrayLike) -> Self:
        """Pick rows by a boolean mask (n,) or a list of row numbers."""
        rows = np.asarray(mask)
        picked = {name: column[rows] for name, column in self._columns().items()}
        return replace(self, **picked, groups=pick_groups(self.groups, rows))

    def answered(self, probabilities: ArrayLike, predicted: ArrayLike | None = None) -> Self:
        """Give the same segments other answers: a floor, or a second decision rule.

        Parameters
        ----------
        probabilities
            (n, classes).
        predicted
            (n,) class indices; the most probable class if not given.
        """
        given = np.asarray(probabilities, dtype=np.float32)
        answers = given.argmax(axis=-1) if predicted is None else np.asarray(predicted, dtype=np.int64)
        return replace(self, probabilities=given, predicted=answers)

    def merge(self, task: str) -> Self:
        """Put the same answers to a coarser question, as the field re-scores four-class answers with two classes.

        The *answer* is mapped, not decided anew: probabilities of merged classes are summed, yet an answer "normal" stays
        "normal" even where the summed probability of abnormal is larger. The published two-class rows of Patch-Mix and SG-SCL
        are made this way, which is why their specificity equals that of the four-class rows (docs/protocol.md).

        Raises
        ------
        AuscultError
            When the classes of ``task`` are not unions of those answered with.
        """
        fine, coarse = get_task(self.task), get_task(task)
        mapping = merge_classes(fine, coarse)
        if mapping is None:
            possible = ", ".join([self.task, *coarser_tasks(self.task)])
            raise AuscultError(f"Answers to {self.task} cannot be scored as {task}; choose one of {possible}.")
        target = np.array([coarse.classes.index(mapping[name]) for name in fine.classes])  # (fine classes,)
        summed = self.probabilities @ np.eye(len(coarse.classes), dtype=np.float32)[target]  # (n, coarse classes)
        return replace(self, task=task, truth=target[self.truth], predicted=target[self.predicted], probabilities=summed)

    def save(self, path: Path | str) -> None:
        """Write a csv, whole or not at all.

        Its columns: task, id, recording, patient, split, one a grouping, truth, predicted, p_<class> ….

        Raises
        ------
        AuscultError
            When the file cannot be written.
        """
        write_columns(path, self.task, self._columns(), self.groups)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read what `save` wrote; a column that `save` does not know is a grouping.

        Raises
        ------
        AuscultError
            When the file is missing, is no csv, lacks a column, or holds what `Predictions` refuses; the sentence names the
            file and the line or segment.
        """
        rows = read_rows(path)
        try:
            return cls(**columns_from(rows))
        except AuscultError as error:
            raise AuscultError(f"{path}: {error}") from None

    def _columns(self) -> dict[str, NDArray[np.generic]]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("task", "groups")}

    def _problems(self) -> Iterator[str]:
        classes = len(self.classes)
        even = all(len(column) == len(self) for column in (*self._columns().values(), *self.groups.values()))
        if not even or self.probabilities.shape[1:] != (classes,):
            yield f"predictions need one entry a segment in every column, and for {self.task} {classes} probabilities each."
            return
        taken = [name for name in self.groups if name in fixed_columns(self.task)]
        if taken:
            yield f"a grouping cannot be called '{taken[0]}', which is another column; give it another name."
        names, counts = np.unique(self.ids, return_counts=True)
        if (counts > 1).any():
            yield f"segment {names[counts > 1][0]} stands twice; keep one answer a segment."
        for name, column in (("truth", self.truth), ("predicted", self.predicted)):
            if not np.isin(column, np.arange(classes)).all():
                yield f"{name} holds a number that is no class of {self.task}; use 0 … {classes - 1}."
        wrong = ~((self.probabilities >= 0).all(axis=1) & (np.abs(self.probabilities.sum(axis=1) - 1) <= SUM_TOLERANCE))
        if wrong.any():
            yield f"the probabilities of segment {self.ids[wrong][0]} must be numbers from 0 to 1 that add up to 1."


def concatenate(parts: Sequence[Predictions]) -> Predictions:
    """Answers to one task from several splits or files, one after the other; a grouping that a part lacks is "" there.

    Raises
    ------
    AuscultError
        When there are none, the tasks differ, or a segment stands in two of them.
    """
    tasks = {part.task for part in parts}
    if len(tasks) != 1:
        raise AuscultError(f"Only predictions of one task can be put together, not of {', '.join(sorted(tasks)) or 'none'}.")
    columns = [part._columns() for part in parts]
    joined = {name: np.concatenate([column[name] for column in columns]) for name in columns[0]}
    groups = join_groups([part.groups for part in parts], [len(part) for part in parts])
    return Predictions(tasks.pop(), **joined, groups=groups)


def coarser_tasks(task: str) -> list[str]:
    """Names of the tasks with fewer classes that answers to ``task`` can be merged into, in the order of `TASKS`."""
    fine = get_task(task)
    fewer = (coarse for coarse in TASKS.values() if len(coarse.classes) < len(fine.classes))
    return [coarse.name for coarse in fewer if merge_classes(fine, coarse) is not None]
