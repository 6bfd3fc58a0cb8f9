"""What two sides of a split have in common that they should not, and how they differ."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from auscult.recordings._fingerprints import picture_fingerprints, sample_fingerprint
from auscult.recordings.core import Dataset, Recording, Split
from auscult.recordings.tasks import Task, get_task

_WHOLE = "all"
_UNKNOWN = "unknown"  # what `Recording.extra` says of a patient whom nobody knows

Progress = Callable[[Sequence[Recording]], Iterable[Recording]]
"""Goes through recordings and shows how far it is; the default shows nothing."""


@dataclass(frozen=True)
class Sides:
    """A count on either side."""

    name: str
    train: int
    test: int


@dataclass(frozen=True)
class Identical:
    """Recordings with the very same samples, by id, and the side and the patient of each."""

    recordings: tuple[str, ...]
    sides: tuple[str, ...]
    patients: tuple[str, ...]

    @property
    def across(self) -> bool:
        """Whether they stand on both sides."""
        return len(set(self.sides)) > 1

    @property
    def of_several_patients(self) -> bool:
        """Whether they are said to be of different patients: then even folds by patient may share them."""
        return len(set(self.patients)) > 1


@dataclass(frozen=True)
class Audit:
    """What was found about a split.

    Attributes
    ----------
    split
        The split's name; ``all`` where the data set is looked at as a whole, which stands in the place of the train side.
    task
        The task whose classes were counted.
    totals
        Recordings, patients and segments (those that the task can be asked of) on either side.
    shared_patients
        Patients who stand on both sides, by name, with their recordings.
    unknown_patients
        Recordings of which nobody says who was recorded, by database (or under the data set's name): leaks between them cannot
        be seen.
    one_recording_a_patient
        Databases in which every recording is said to be of another patient, by name: tables that do not know who was recorded
        twice look like that too.
    devices
        Recordings by device, in the order of the alphabet; ``unknown`` where the data set does not say.
    databases
        Recordings by the database they came from; empty where the data set is of one piece.
    classes
        Segments (or recordings, where the task asks for them) by class.
    identical
        Recordings with identical audio; those across sides first.
    """

    split: str
    task: str
    totals: tuple[Sides, ...]
    shared_patients: tuple[Sides, ...]
    unknown_patients: tuple[Sides, ...]
    one_recording_a_patient: tuple[str, ...]
    devices: tuple[Sides, ...]
    databases: tuple[Sides, ...]
    classes: tuple[Sides, ...]
    identical: tuple[Identical, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the data set was looked at as a whole: then nothing stands on the test side."""
        return self.split == _WHOLE


def audit_split(dataset: Dataset, split: str | None = None, *, task: Task | None = None, progress: Progress = iter) -> Audit:
    """Look for leaks and differences between the sides of a split.

    Parameters
    ----------
    dataset
        All audio on either side is read once, to find recordings that are the same.
    split
        The default is the data set's first. ``all`` looks at the data set as a whole, for what could leak into any division of
        it; the default of a data set without splits.
    task
        Whose classes are counted; the default is the data set's first.
    progress
        Wraps the recordings while their audio is read.
    """
    chosen = _choose_split(dataset, split)
    task = task or get_task(dataset.tasks[0])
    train, test = ([dataset.recordings[i] for i in sorted(side)] for side in (chosen.train, chosen.test))
    patients = _count((r.patient for r in train), (r.patient for r in test))
    left, right = (
        Counter(task.classify(s.labels) for s in dataset.segments_of(side, task)) for side in (chosen.train, chosen.test)
    )
    return Audit(
        split=chosen.name,
        task=task.name,
        totals=(
            Sides("recordings", len(train), len(test)),
            Sides("patients", sum(p.train > 0 for p in patients), sum(p.test > 0 for p in patients)),
            Sides(f"{task.level}s of {task.name}", left.total(), right.total()),
        ),
        shared_patients=tuple(patient for patient in patients if patient.train and patient.test),
        unknown_patients=_count(_databases_of_unknown(train, dataset.name), _databases_of_unknown(test, dataset.name)),
        one_recording_a_patient=_one_recording_a_patient([*train, *test]),
        devices=_count((r.device or "unknown" for r in train), (r.device or "unknown" for r in test)),
        databases=_count(_databases(train), _databases(test)),
        classes=tuple(Sides(name, left[name], right[name]) for name in task.classes),
        identical=_find_identical(dataset, chosen, progress),
    )


def _choose_split(dataset: Dataset, name: str | None) -> Split:
    if name == _WHOLE or (name is None and not dataset.splits):
        return Split(_WHOLE, frozenset(dataset.recordings), frozenset())
    return dataset.get_split(name)


def _databases(recordings: Iterable[Recording]) -> Iterator[str]:
    """The database of every recording that came from one."""
    return (str(r.extra["database"]) for r in recordings if "database" in r.extra)


def _databases_of_unknown(recordings: Iterable[Recording], name: str) -> Iterator[str]:
    """The database, or else the data set's name, of every recording whose patient nobody knows."""
    return (str(r.extra.get("database", name)) for r in recordings if r.extra.get("patient") == _UNKNOWN)


def _one_recording_a_patient(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Databases of more than one recording where no two are of one patient."""
    patients = defaultdict(list)
    for recording in recordings:
        if "database" in recording.extra and recording.extra.get("patient") != _UNKNOWN:
            patients[str(recording.extra["database"])].append(recording.patient)
    return tuple(name for name, of in sorted(patients.items()) if len(of) == len(set(of)) > 1)


def _count(train: Iterable[str], test: Iterable[str]) -> tuple[Sides, ...]:
    """How often each name occurs on either side, in the order of the alphabet."""
    left, right = Counter(train), Counter(test)
    return tuple(Sides(name, left[name], right[name]) for name in sorted(left.keys() | right.keys()))


def _find_identical(dataset: Dataset, split: Split, progress: Progress) -> tuple[Identical, ...]:
    fingerprint = sample_fingerprint if dataset.has_audio else picture_fingerprints(dataset)
    alike: dict[bytes, list[str]] = defaultdict(list)
    for recording in progress([r for i, r in dataset.recordings.items() if i in split.train | split.test]):
        alike[fingerprint(recording)].append(recording.id)
    groups = (ids for ids in alike.values() if len(ids) > 1)
    found = [
        Identical(
            recordings=tuple(ids),
            sides=tuple(_side(i, split) for i in ids),
            patients=tuple(dataset.recordings[i].patient for i in ids),
        )
        for ids in groups
    ]
    return tuple(sorted(found, key=lambda group: (not group.across, group.recordings)))


def _side(recording: str, split: Split) -> str:
    if split.name == _WHOLE:
        return _WHOLE
    return "train" if recording in split.train else "test"
