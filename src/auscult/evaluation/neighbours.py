"""How strongly an embedding is sorted: how often the nearest point of somebody else is of the same group."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 512
"""Points whose distances to all others are in memory at once."""


@dataclass(frozen=True)
class Likeness:
    """How often the nearest point that belongs to another owner is of the same group.

    Attributes
    ----------
    by
        The grouping.
    owner
        Whose points a neighbour must not be taken from: ``patient``, or ``recording`` where groups are patients.
    groups
        Number of groups.
    counted
        Points that count: their own group and that of their neighbour are known, and another owner has points of their group.
    alike
        Share of them whose neighbour is of their group; NaN where none counts.
    chance
        The same share expected of a neighbour that is drawn at random from the points of other owners.
    """

    by: str
    owner: str
    groups: int
    counted: int
    alike: float
    chance: float

    @property
    def above_chance(self) -> float:
        """0 as by chance, 1 where every neighbour is alike: (alike - chance) / (1 - chance); NaN with one group."""
        return (self.alike - self.chance) / (1 - self.chance) if self.chance < 1 else math.nan


def nearest_of_others(vectors: NDArray[np.float32], owners: NDArray[np.str_]) -> NDArray[np.int64]:
    """Index of the nearest point (Euclidean) that belongs to another owner, (n,); -1 where all belong to one.

    Parameters
    ----------
    vectors
        (n, size)
    owners
        Who each point belongs to, (n,).
    """
    _, owner = np.unique(owners, return_inverse=True)
    if owner.max(initial=0) == 0:
        return np.full(len(vectors), -1, dtype=np.int64)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)  # small numbers lose no digits below
    lengths = np.square(centred).sum(axis=1)
    found = []
    for start in range(0, len(vectors), _CHUNK):
        rows = slice(start, start + _CHUNK)
        distances = lengths - 2 * centred[rows] @ centred.T  # (chunk, n), squared, less what is the same in a row
        distances[owner[rows, None] == owner] = np.inf
        found.append(distances.argmin(axis=1))
    return np.concatenate(found)


def measure_likeness(
    labels: NDArray[np.str_], owners: NDArray[np.str_], nearest: NDArray[np.int64], *, by: str, owner: str
) -> Likeness:
    """Compare each point with its neighbour.

    Parameters
    ----------
    labels
        Group of each point, (n,) str; "" where it is not known.
    owners
        Who each point belongs to, (n,).
    nearest
        Of `nearest_of_others` with the same owners, (n,).
    by, owner
        What groups and owners are called.
    """
    known = labels != ""
    names = np.unique(labels[known])
    shares = _shares_elsewhere(labels, owners, names)
    counted = known & (nearest >= 0) & known[nearest] & (shares > 0)
    same = (labels == labels[nearest])[counted]
    alike, chance = (float(same.mean()), float(shares[counted].mean())) if counted.any() else (math.nan, math.nan)
    return Likeness(by, owner, len(names), int(counted.sum()), alike, chance)


def _shares_elsewhere(labels: NDArray[np.str_], owners: NDArray[np.str_], names: NDArray[np.str_]) -> NDArray[np.float64]:
    """Of other owners' points whose group is known, the share of the point's own group, (n,); 0 where there are none."""
    _, owner = np.unique(owners, return_inverse=True)
    one_hot = labels[:, None] == names  # (n, groups)
    counts = np.zeros((int(owner.max(initial=0)) + 1, len(names)))
    np.add.at(counts, owner, one_hot)
    elsewhere = (counts.sum(axis=0) - counts)[owner]  # (n, groups)
    return (elsewhere * one_hot).sum(axis=1) / np.maximum(elsewhere.sum(axis=1), 1)
