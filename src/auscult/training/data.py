"""Segments as batches of pictures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, WeightedRandomSampler

from auscult.augment.mask import RandomMask
from auscult.evaluation.pooling import pool
from auscult.features.front_end import FrontEnd
from auscult.features.pictures import SegmentPictures
from auscult.objectives.batch import Batch
from auscult.recordings.core import Segment
from auscult.recordings.tasks import Task
from auscult.training.balance import balanced_shares
from auscult.training.partners import Alternation, PartnerBatches, Pick
from auscult.training.places import Places, Spans
from auscult.training.recipe import TrainingPart
from auscult.training.team import ALONE, Share, Team


class Item(NamedTuple):
    """Views of one segment, (bands, frames) in dB each, which segment of its side it is, and the places of its partners."""

    views: tuple[Tensor, ...]
    number: int
    partners: tuple[int, ...] = ()


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
    tokens
        What is told of each (n, tokens), see `auscult.training.texts.read_texts`; None where nobody reads it.
    abnormal
        When, in the recordings that are learned from, something abnormal was annotated (`auscult.training.places`).
    """

    segments: Sequence[Segment]
    pictures: SegmentPictures
    truth: NDArray[np.int64]
    pooled: bool = False
    copies: tuple[SegmentPictures, ...] = ()
    tokens: Tensor | None = None
    abnormal: Spans = field(default_factory=dict)

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


class PictureDataset(Dataset[Item]):
    """Segments as pictures, changed at random where transforms are given, and handed out in batches.

    Parameters
    ----------
    side
        Segments, pictures, classes.
    front_end
        Picture in dB → channels.
    changes, mask
        Random changes of the picture in dB, and after the front end.
    views
        How many pictures of each segment, changed independently of each other.
    labels
        By name, what else a batch holds of its segments (n,).
    places
        In which frames something abnormal is heard; None where nobody asks. Changes must leave every frame in its place then.
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
        views: int = 1,
        labels: Mapping[str, NDArray[np.int64]] | None = None,
        places: Places | None = None,
        seed: int = 0,
    ) -> None:
        self.side, self.front_end, self.changes, self.mask = side, front_end, changes, mask
        self.views, self.labels, self.places = views, labels or {}, places
        self.rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return len(self.side.segments)

    def __getitem__(self, item: int | Pick) -> Item:
        """The views of a segment."""
        number, partners = item if isinstance(item, Pick) else (item, ())
        return Item(tuple(self._view(number) for _ in range(self.views)), number, partners)

    def collate(self, items: Sequence[Item]) -> Batch:
        """Pictures of different lengths, normalised, masked and padded with zeros behind; first all first views."""
        decibels = [item.views[view] for view in range(self.views) for item in items]
        with torch.no_grad():
            each = self.front_end.of_many(decibels)  # (channels, bands, frames) each
        if self.mask is not None:
            each = [self.mask(picture, self.rng) for picture in each]
        lengths = torch.tensor([picture.shape[-1] for picture in each])
        # (views, frames, channels, bands)
        padded = pad_sequence([picture.permute(2, 0, 1) for picture in each], batch_first=True)
        numbers = np.tile([item.number for item in items], self.views)
        labels = {name: torch.from_numpy(column[numbers]) for name, column in self.labels.items()}
        truth = torch.from_numpy(self.side.truth[numbers])
        partners = [item.partners for item in items if item.partners]
        repeated = sum(len(row) - len({items[place].number for place in row}) for row in partners)
        pictures, chosen = padded.permute(0, 2, 3, 1), torch.tensor(partners) if partners else None
        tokens = None if self.side.tokens is None else self.side.tokens[torch.from_numpy(numbers)]
        return Batch(pictures, lengths, truth, labels, chosen, repeated, tokens, self._places(numbers, lengths))

    def _places(self, numbers: NDArray[np.int64], lengths: Tensor) -> Tensor | None:
        """In which frames of each picture something abnormal is heard (views, frames), 0 behind the sound."""
        if self.places is None:
            return None
        each = [torch.from_numpy(self.places(*of)) for of in zip(numbers.tolist(), lengths.tolist(), strict=True)]
        return pad_sequence(each, batch_first=True)

    def _view(self, item: int) -> Tensor:
        decibels = self._draw_copy()[item]
        for change in self.changes:
            decibels = change(decibels, self.rng)
        return torch.from_numpy(np.array(decibels, order="C"))  # a copy: what is stored can only be read

    def _draw_copy(self) -> SegmentPictures:
        """The pictures of the originals or of one of the changed copies, all equally likely."""
        number = int(self.rng.integers(len(self.side.copies) + 1)) if self.side.copies else 0
        return self.side.copies[number - 1] if number else self.side.pictures


class SegmentData(lightning.LightningDataModule):
    """Loaders for training and for choosing the epoch.

    Parameters
    ----------
    learn
        Dataset to learn from.
    choosing
        Datasets that are scored after each epoch, in order.
    settings
        Batch size and sampling.
    partners
        Draws the batches with partners that stand between the others; None: there are none.
    team
        The processes that share the plain batches of an epoch; each has batches with partners of its own.
    """

    def __init__(
        self,
        learn: PictureDataset,
        choosing: Sequence[PictureDataset],
        settings: TrainingPart,
        partners: PartnerBatches | None = None,
        team: Team = ALONE,
    ) -> None:
        super().__init__()
        self.learn, self.choosing, self.settings, self.partners = learn, choosing, settings, partners
        self.sampler = self._sampler() if team.size == 1 else Share(self._sampler(), team)
        random = (learn, partners, self.sampler)
        self.generators = [part.rng for part in random if isinstance(part, PictureDataset | PartnerBatches | Share)]

    def train_dataloader(self) -> DataLoader[Item]:
        """Shuffled or drawn by class; where there are partners, batches with them in between."""
        plain = BatchSampler(self.sampler, self.settings.batch_size, drop_last=False)
        batches: Iterable[list[Any]] = plain if self.partners is None else Alternation(plain, self.partners)
        return DataLoader(self.learn, batch_sampler=batches, collate_fn=self.learn.collate)

    def val_dataloader(self) -> list[DataLoader[Item]]:
        """The datasets that are scored, each in order."""
        return [in_order(dataset, self.settings.batch_size) for dataset in self.choosing]

    def _sampler(self) -> RandomSampler | WeightedRandomSampler:
        side, settings = self.learn.side, self.settings
        samples = settings.samples or len(side.segments)
        if settings.sampling == "all":
            if samples >= len(side.segments):
                return RandomSampler(self.learn)
            return WeightedRandomSampler([1.0] * len(side.segments), samples, replacement=False)
        power = {"balanced": 1.0, "sqrt": 0.5}[settings.sampling]
        shares = balanced_shares(side.segments, side.truth, over=settings.balance_over, power=power)
        return WeightedRandomSampler(shares.tolist(), samples)


def in_order(dataset: PictureDataset, batch_size: int) -> DataLoader[Item]:
    """Every segment once, in order, in batches (`Batch`)."""
    return DataLoader(dataset, batch_size, shuffle=False, collate_fn=dataset.collate)
