"""Columns that say which group each segment belongs to: picked, joined and read together with the predictions they stand in."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.evaluation.rows import Row
from auscult.recordings.core import Recording
from auscult.recordings.groups import GROUPINGS, OF_AGE, groups_of

Groups = dict[str, NDArray[np.str_]]
"""By name of the grouping (``database``, ``device`` …) the group of each segment, (n,) str; "" where it is not known."""


def pick_groups(groups: Groups, rows: NDArray[np.generic]) -> Groups:
    """Keep some rows, given as a mask (n,) or as row numbers, of every grouping."""
    return {name: column[rows] for name, column in groups.items()}


def join_groups(parts: Sequence[Groups], lengths: Sequence[int]) -> Groups:
    """Put groupings of several parts one after the other.

    Parameters
    ----------
    parts
        Groupings of each part.
    lengths
        Segments of each part.

    Returns
    -------
    Groups
        Every grouping that any part has; "" for the segments of a part that lacks it.
    """
    names = dict.fromkeys(name for part in parts for name in part)  # each once, in the order of first appearance
    unknown = [np.full(length, "") for length in lengths]
    return {name: np.concatenate([p.get(name, u) for p, u in zip(parts, unknown, strict=True)]) for name in names}


def read_groups(rows: Sequence[Row], other: Collection[str]) -> Groups:
    """Read as groupings all columns of a csv but the ``other`` ones."""
    names = [name for name in rows[0] if name and name not in other]  # no name: cells beyond the header
    return {name: np.array([row[name] for row in rows]) for name in names}


def group_columns(recordings: Sequence[Recording], *, adult_years: float = OF_AGE) -> Groups:
    """The groups of some recordings, (n,) each; groupings of which nothing is known are left out.

    ``adult_years`` is where `groups_of` draws the line between age groups.
    """
    groups = [groups_of(recording, adult_years=adult_years) for recording in recordings]
    columns = {name: np.array([group[name] for group in groups]) for name in GROUPINGS}
    return {name: column for name, column in columns.items() if (column != "").any()}
