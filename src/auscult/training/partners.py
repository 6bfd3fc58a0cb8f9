"""Batches whose segments have partners: a positive and negatives, of the same label or of the same file."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import BatchSampler, Sampler

from auscult.errors import AuscultError
from auscult.objectives.partners import Alike, Partners


class Pick(NamedTuple):
    """A segment of a batch; of an anchor also the places in the batch of its positive and, behind it, of its negatives."""

    segment: int
    partners: tuple[int, ...] = ()


class PartnerBatches:
    """Draws anchors, and for each of them one positive and some negatives.

    A segment that is drawn several times stands in the batch once. Only where an anchor has fewer candidates than it is to have
    negatives, all of them are drawn once, then again, and so on: each time as another view.

    Parameters
    ----------
    wanted
        By which rules.
    truth, files
        Class and recording of each segment as numbers (n,).
    batch_size
        Anchors of a batch, unless the objective says how many; fewer where there are fewer.
    seed
        Of the draws.

    Attributes
    ----------
    anchors
        Segments that have both kinds of partners (anchors,).

    Raises
    ------
    AuscultError
        When there is no anchor.
    """

    def __init__(
        self, wanted: Partners, truth: NDArray[np.int64], files: NDArray[np.int64], *, batch_size: int, seed: int = 0
    ) -> None:
        self.wanted = wanted
        self.size = wanted.anchors or batch_size
        self.rng = np.random.default_rng((seed, 1))  # other numbers than the random changes of pictures have
        self.positives = _candidates(wanted.positives, truth, files, with_both=wanted.both in ("either", "positive"))
        self.negatives = _candidates(wanted.negatives, truth, files, with_both=wanted.both in ("either", "negative"))
        self.anchors = np.flatnonzero((self.positives.counts() > 0) & (self.negatives.counts() > 0))
        if np.bincount(files).max() == 1:
            raise AuscultError(
                "Every training recording has one segment only, so that none has a partner in its own file: "
                "choose an objective (objective.name) that needs no files."
            )
        if not len(self.anchors):
            raise AuscultError(
                "No training segment has a positive and a negative partner: --set objective.both=either lets segments of the "
                "same file and class be both."
            )

    def draw(self) -> list[Pick]:
        """A batch: anchors first, then those of their partners that are not anchors themselves."""
        anchors = self.rng.choice(self.anchors, min(self.size, len(self.anchors)), replace=False)
        places = {(int(anchor), 0): place for place, anchor in enumerate(anchors)}  # of a segment and the number of its view
        rows = [tuple(places.setdefault(view, len(places)) for view in self._partners(anchor)) for anchor in anchors]
        rest: list[tuple[int, ...]] = [()] * (len(places) - len(rows))
        return [Pick(segment, row) for (segment, _), row in zip(places, rows + rest, strict=True)]

    def _partners(self, anchor: int) -> list[tuple[int, int]]:
        """One positive and the negatives, each with how often it stands before it in the list."""
        positive = self.rng.choice(self.positives.of(anchor))
        candidates, count = self.negatives.of(anchor), self.wanted.count
        rounds = [self.rng.permutation(candidates) for _ in range(math.ceil(count / len(candidates)))]
        drawn = [int(positive), *np.concatenate(rounds)[:count].tolist()]
        return [(segment, drawn[:place].count(segment)) for place, segment in enumerate(drawn)]


class Alternation(Sampler[list[int] | list[Pick]]):
    """N plain batches, one with partners, and so on; the end of an epoch is one with partners, whether N are full or not.

    So an epoch has all of its plain batches, as it would have without partners, and one in N more.

    Parameters
    ----------
    plain
        The plain batches of an epoch.
    partnered
        Draws the others.
    """

    def __init__(self, plain: BatchSampler, partnered: PartnerBatches) -> None:
        self.plain, self.partnered = plain, partnered
        self.steps = partnered.wanted.classify_steps

    def __len__(self) -> int:
        return len(self.plain) + math.ceil(len(self.plain) / self.steps)

    def __iter__(self) -> Iterator[list[int] | list[Pick]]:
        for number, batch in enumerate(self.plain, start=1):
            yield batch
            if number % self.steps == 0 or number == len(self.plain):
                yield self.partnered.draw()


class _Candidates(NamedTuple):
    """Of each segment, the others that are alike in one thing and, unless that is None, differ in another (n,)."""

    alike: NDArray[np.int64]
    different: NDArray[np.int64] | None

    def of(self, anchor: int) -> NDArray[np.int64]:
        """Candidates of one segment, in order."""
        found = self.alike == self.alike[anchor]
        found[anchor] = False
        if self.different is not None:
            found &= self.different != self.different[anchor]
        return np.flatnonzero(found)

    def counts(self) -> NDArray[np.int64]:
        """How many each segment has (n,)."""
        alike = np.bincount(self.alike)[self.alike]
        if self.different is None:
            return alike - 1
        _, cell = np.unique(self.alike * (self.different.max() + 1) + self.different, return_inverse=True)
        return alike - np.bincount(cell)[cell]


def _candidates(alike: Alike, truth: NDArray[np.int64], files: NDArray[np.int64], *, with_both: bool) -> _Candidates:
    same, other = (truth, files) if alike == "label" else (files, truth)
    return _Candidates(same, None if with_both else other)
