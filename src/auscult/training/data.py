"""Segments as batches of pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

from auscult.augment.mask import RandomMask
from auscult.evaluation.pooling import pool
from auscult.features.front_end import FrontEnd
from auscult.features.pictures import SegmentPictures
from auscult.recordings.core import Segment
from auscult.recordings.tasks import Task
from auscult.training.balance import balanced_shares
from auscult.training.recipe import TrainingPart

Loader = DataLoader[tuple[Tensor, int]]  # of single pictures, which it hands out as a `Batch`


class Batch(NamedTuple):
    """Padded pictures (batch, channels, bands, frames), their frames (batch,) and their classes (batch,)."""

    pictures: Tensor
    lengths: Tensor
    truth: Tensor


@dataclass(frozen=True)
class Side:
    """One side of a training.

    Attributes
    ----------
    segments
        (n,)
    pictures
        (bands, frames) in dB of each.
    truth
        Class indices (n,).
    pooled
        Whether a recording is answered by the mean over its segments; otherwise each segment has an answer of its own.
    copies
        Pictures of randomly changed copies, to learn from.
    """

    segments: Sequence[Segment]
    pictures: SegmentPictures
    truth: NDArray[np.int64]
    pooled: bool = False
    copies: tuple[SegmentPictures, ...] = ()

    def __deepcopy__(self, _: object) -> "Side":
        return self  # nothing in it changes; a copy of the pictures would fill the memory

    def pool(self, log_probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-probabilities of segments (n, classes) → of what is answered (answers, classes)."""
        if not self.pooled:
            return log_probabilities
        _, pooled = pool(np.exp(log_probabilities), [segment.recording.id for segment in self.segments])
        return np.log(np.maximum(pooled, np.finfo(np.float64).tiny))

    @cached_property
    def answered(self) -> NDArray[np.int64]:
        """Index of the first segment of everything that is answered (answers,): its recording and truth are the answer's."""
        if not self.pooled:
            return np.arange(len(self.segments))
        first = {segment.recording.id: index for index, segment in reversed(list(enumerate(self.segments)))}
        return np.array(sorted(first.values()), dtype=np.int64)

    def weights(self, over: str | None) -> NDArray[np.float64]:
        """How much each answer counts in a choice (answers,): alike, or half-way balanced over groups (`balanced_shares`)."""
        if over is None:
            return np.ones(len(self.answered))
        return balanced_shares([self.segments[i] for i in self.answered], self.truth[self.answered], over=over, power=0.5)


def class_indices(segments: Sequence[Segment], task: Task) -> NDArray[np.int64]:
    """Class indices (n,) of segments that the task can be asked of."""
    return np.array([task.classes.index(task.classify(segment.labels) or "") for segment in segments], dtype=np.int64)


class PictureDataset(Dataset[tuple[Tensor, int]]):
    """Pictures with channels, one segment an item, changed at random where transforms are given.

    Parameters
    ----------
    side
        Segments, pictures, classes.
    front_end
        Picture in dB → channels.
    changes, mask
        Random changes of the picture in dB, and after the front end.
    seed
        Of the random changes.
    """

    def __init__(
        self,
        side: Side,
        front_end: FrontEnd,
        *,
        changes: Sequence[Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]] = (),
        mask: RandomMask | None = None,
        seed: int = 0,
    ) -> None:
        self.side, self.front_end, self.changes, self.mask = side, front_end, changes, mask
        self.rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.side.segments)

    def __getitem__(self, item: int) -> tuple[Tensor, int]:
        """(channels, bands, frames) and the class."""
        decibels = self._draw_copy()[item]
        for change in self.changes:
            decibels = change(decibels, self.rng)
        with torch.no_grad():
            picture = self.front_end(torch.from_numpy(np.ascontiguousarray(decibels))[None])[0]
        if self.mask is not None:
            picture = self.mask(picture, self.rng)
        return picture, int(self.side.truth[item])

    def _draw_copy(self) -> SegmentPictures:
        """The pictures of the originals or of one of the changed copies, all equally likely."""
        number = int(self.rng.integers(len(self.side.copies) + 1)) if self.side.copies else 0
        return self.side.copies[number - 1] if number else self.side.pictures


def collate(items: Sequence[tuple[Tensor, int]]) -> Batch:
    """Pictures of different lengths, padded with zeros behind."""
    lengths = torch.tensor([picture.shape[-1] for picture, _ in items])
    padded = pad_sequence([picture.permute(2, 0, 1) for picture, _ in items], batch_first=True)  # (batch, frames, ch, bands)
    return Batch(padded.permute(0, 2, 3, 1), lengths, torch.tensor([truth for _, truth in items]))


class SegmentData(lightning.LightningDataModule):
    """Loaders for training and for choosing the epoch.

    Parameters
    ----------
    train, validate
        Datasets to learn from and to choose on.
    test
        Scored after each epoch too, for the best test epoch (protocol both).
    settings
        Batch size and sampling.
    """

    def __init__(
        self, train: PictureDataset, validate: PictureDataset, settings: TrainingPart, *, test: PictureDataset | None = None
    ) -> None:
        super().__init__()
        self.train, self.validate, self.test, self.settings = train, validate, test, settings

    def train_dataloader(self) -> Loader:
        """Shuffled or drawn by class."""
        sampler = self._sampler()
        return DataLoader(
            self.train, self.settings.batch_size, shuffle=sampler is None, sampler=sampler, collate_fn=collate, num_workers=0
        )

    def val_dataloader(self) -> list[Loader]:
        """Validation side, and the test side where its best epoch is wanted; in order."""
        sides = [self.validate] if self.test is None else [self.validate, self.test]
        return [in_order(side, self.settings.batch_size) for side in sides]

    def _sampler(self) -> WeightedRandomSampler | None:
        side, settings = self.train.side, self.settings
        samples = settings.samples or len(side.segments)
        if settings.sampling == "all":
            if samples >= len(side.segments):
                return None
            return WeightedRandomSampler([1.0] * len(side.segments), samples, replacement=False)
        power = {"balanced": 1.0, "sqrt": 0.5}[settings.sampling]
        shares = balanced_shares(side.segments, side.truth, over=settings.balance_over, power=power)
        return WeightedRandomSampler(shares.tolist(), samples)


def in_order(dataset: PictureDataset, batch_size: int) -> Loader:
    """Every segment once, in order."""
    return DataLoader(dataset, batch_size, shuffle=False, collate_fn=collate, num_workers=0)
