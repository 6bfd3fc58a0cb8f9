"""What every data set offers: recordings, segments, splits, and a check of what lies on disk."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.recordings.labels import Labels
from auscult.recordings.tasks import Task

Sex = Literal["female", "male"]


@dataclass(frozen=True)
class Recording:
    """One recording as its publishers describe it.

    Attributes
    ----------
    id
        Unique within the data set; the file name without its ending.
    patient
        Who was recorded. Always known: leaks are audited with it.
    path
        The audio file; None where the data set has pictures in place of audio.
    duration
        Seconds.
    labels
        What was said of the recording as a whole; empty where only segments were annotated.
    age, sex, location, device
        Years; chest location and device in the data set's own words; None where unknown.
    extra
        Whatever else the data set tells (diagnosis, body-mass index, mode of acquisition …).
    """

    id: str
    patient: str
    path: Path | None
    duration: float
    labels: Labels = field(default_factory=dict)
    age: float | None = None
    sex: Sex | None = None
    location: str | None = None
    device: str | None = None
    extra: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Segment:
    """A stretch of a recording with labels: ICBHI's breathing cycle, SPRSound's event, or a whole recording.

    Attributes
    ----------
    id
        Unique within the data set: the recording's id, a colon and the number of the segment.
    recording
        The recording it is a part of.
    start, end
        Seconds from the start of the recording.
    labels
        Present, absent or (missing key) not annotated.
    """

    id: str
    recording: Recording
    start: float
    end: float
    labels: Labels

    @classmethod
    def whole(cls, recording: Recording) -> Self:
        """A recording as one segment, with the labels of the whole."""
        return cls(f"{recording.id}:0", recording, 0.0, recording.duration, recording.labels)

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class Split:
    """A division of recordings into a side to learn from and a side to score.

    Attributes
    ----------
    name
        For instance ``official`` or ``intra``.
    train, test
        Recording ids. A recording may stand on neither side.
    """

    name: str
    train: frozenset[str]
    test: frozenset[str]


@dataclass(frozen=True)
class Finding:
    """One line of a data set check: what was counted, what was expected, and whether they agree."""

    what: str
    found: int | str
    expected: int | str | None
    ok: bool


class Dataset(ABC):
    """A data set in the layout its publishers offer for download.

    Subclasses live one to a module in ``auscult.recordings.datasets``; being there is all the registration needed.

    Parameters
    ----------
    root
        Folder with the unpacked download.

    Raises
    ------
    AuscultError
        When the folder does not hold the data set (the sentence says where to get it and which layout is expected), or when an
        annotation is broken (the sentence names file and line).
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    licence: ClassVar[str]
    source: ClassVar[str]
    """Where to get it."""
    layout: ClassVar[str]
    """The expected layout, in a few words, for error sentences."""
    unit: ClassVar[str]
    """What a segment is: 'breathing cycle', 'event' …"""
    tasks: ClassVar[tuple[str, ...]]
    """Tasks its labels answer; the first is the default."""
    has_audio: ClassVar[bool] = True
    """False where the data set has ready pictures (see `picture`) in place of audio."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        if not self.root.is_dir():
            raise AuscultError(f"There is no folder {self.root}: {self.where_to_get()}")

    @classmethod
    def where_to_get(cls) -> str:
        """One sentence for error messages: the source and the layout expected."""
        return f"get {cls.title} from {cls.source} and unpack it as {cls.layout}."

    @cached_property
    @abstractmethod
    def recordings(self) -> dict[str, Recording]:
        """Recordings by id, in the order of their ids."""

    @cached_property
    @abstractmethod
    def segments(self) -> tuple[Segment, ...]:
        """Every annotated segment, ordered by recording and time."""

    @cached_property
    @abstractmethod
    def splits(self) -> dict[str, Split]:
        """Splits by name; the first is the default."""

    @abstractmethod
    def check(self) -> list[Finding]:
        """Compare what lies on disk with the official totals."""

    def picture(self, segment: Segment) -> NDArray[np.float32]:
        """The ready log-mel picture of a segment in dB, (bands, frames); only where `has_audio` is False."""
        raise AuscultError(f"{self.name} has audio, not a ready picture of {segment.id}.")

    def segments_of(self, recordings: Iterable[str], task: Task) -> list[Segment]:
        """Segments of some recordings that a task can be asked of.

        Parameters
        ----------
        recordings
            Recording ids.
        task
            At level ``recording`` each recording is one segment with the recording's labels. Segments whose labels do not say
            are left out.
        """
        wanted = set(recordings)
        segments = tuple(map(Segment.whole, self.recordings.values())) if task.level == "recording" else self.segments
        return [s for s in segments if s.recording.id in wanted and task.classify(s.labels) is not None]

    def select(self, side: str) -> frozenset[str]:
        """Recording ids of a named side.

        Parameters
        ----------
        side
            ``all``; ``train`` or ``test`` (of the default split); or the name of a split, which means its test side.
        """
        if side == "all":
            return frozenset(self.recordings)
        if side in self.splits:
            return self.splits[side].test
        default = next(iter(self.splits.values()), None)
        if side in ("train", "test") and default is not None:
            return default.train if side == "train" else default.test
        raise AuscultError(f"{self.name} has no split '{side}'; choose one of {', '.join(self._sides())}.")

    def get_split(self, name: str | None = None) -> Split:
        """The split called ``name``, or the default one."""
        if not self.splits:
            raise AuscultError(
                f"{self.name} at {self.root} has no split: score all of it with --split all, or train with auscult crossval."
            )
        if name is None:
            return next(iter(self.splits.values()))
        if name not in self.splits:
            raise AuscultError(f"{self.name} has no split '{name}'; choose one of {', '.join(self.splits)}.")
        return self.splits[name]

    def _sides(self) -> list[str]:
        return [*self.splits, *(["train", "test"] if self.splits else []), "all"]


def list_datasets() -> list[str]:
    """Names of all data sets, in alphabetical order."""
    return sorted(_classes())


def dataset_class(name: str) -> type[Dataset]:
    """The class of the data set called ``name``."""
    classes = _classes()
    if name not in classes:
        raise AuscultError(f"There is no data set '{name}'; known data sets: {', '.join(sorted(classes))}.")
    return classes[name]


def load_dataset(name: str, root: Path | str) -> Dataset:
    """Read a data set.

    Parameters
    ----------
    name
        One of `list_datasets`.
    root
        Folder with the unpacked download.

    Examples
    --------
    >>> from auscult import load_dataset  # doctest: +SKIP
    >>> sprsound = load_dataset("sprsound", "/data/sprsound")  # doctest: +SKIP
    >>> len(sprsound.recordings), len(sprsound.segments)  # doctest: +SKIP
    (2328, 7660)
    """
    return dataset_class(name)(root)


def _classes() -> dict[str, type[Dataset]]:
    """Data set classes by name, found by looking into the folder."""
    from auscult.recordings import datasets

    found: dict[str, type[Dataset]] = {}
    for module in pkgutil.iter_modules(datasets.__path__):
        cls = importlib.import_module(f"{datasets.__name__}.{module.name}").Dataset
        found[cls.name] = cls
    return found
