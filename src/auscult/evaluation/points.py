"""What is known of each point of an embedding, and by what a picture of it can be coloured."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.evaluation.grouping import Groups
from auscult.recordings.groups import GROUPINGS

USUAL = ("class", "patient", "device")
"""Panels of a picture where none are asked for."""
_OWN = ("class", "patient", "side")


@dataclass(frozen=True, eq=False)
class Points:
    """Segments or recordings, one a point.

    Attributes
    ----------
    unit
        ``segment`` or ``recording``: what a point is.
    class_names
        Of the task, the normal one first.
    ids, recordings, patients, sides, classes
        Of each point, (n,) str; side is train, validation or test, class the annotated one.
    groups
        By name of the grouping the group of each point, (n,) str, "" where it is not known.
    """

    unit: str
    class_names: tuple[str, ...]
    ids: NDArray[np.str_]
    recordings: NDArray[np.str_]
    patients: NDArray[np.str_]
    sides: NDArray[np.str_]
    classes: NDArray[np.str_]
    groups: Groups

    def __len__(self) -> int:
        return len(self.ids)

    def labels(self, by: str) -> NDArray[np.str_]:
        """The group of each point in a grouping that is known here, (n,) str, "" where it is not known."""
        own = dict(zip(_OWN, (self.classes, self.patients, self.sides), strict=True))
        return own[by] if by in own else self.groups[by]

    def names(self, by: str) -> list[str]:
        """Groups of a grouping that any point is in: classes as the task orders them, others in alphabetical order."""
        present = set(self.labels(by).tolist()) - {""}
        return [name for name in self.class_names if name in present] if by == "class" else sorted(present)

    @property
    def groupings(self) -> list[str]:
        """By what they can be coloured."""
        return [*_OWN, *self.groups]


def choose_groupings(points: Points, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Groupings to show, and a sentence on each usual one that is left out because it divides nothing.

    Parameters
    ----------
    points
        What is to be shown.
    wanted
        Taken as they are; where there are none, the `USUAL` ones.

    Raises
    ------
    AuscultError
        When a wanted one is unknown, or nothing is known of it here.
    """
    for by in wanted:
        if by not in points.groupings:
            why = "the data set does not tell it" if by in GROUPINGS else "there is no such grouping"
            raise AuscultError(f"--by {by} cannot be shown, {why}; choose one of {', '.join(points.groupings)}.")
    if wanted:
        return list(dict.fromkeys(wanted)), []
    shown = [by for by in USUAL if by in points.groupings and len(points.names(by)) > 1]
    return shown, [_why_left_out(points, by) for by in USUAL if by not in shown]


def _why_left_out(points: Points, by: str) -> str:
    if by not in points.groupings:
        return f"No panel for {by}: the data set does not tell it."
    return f"No panel for {by}: all {points.unit}s are of {points.names(by)[0]}."
