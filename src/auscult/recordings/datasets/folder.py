"""Any folder of recordings with a csv of labels: your own data."""

from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from auscult.errors import AuscultError
from auscult.recordings import core
from auscult.recordings._findings import listed
from auscult.recordings._label_table import Facts, Line, read_label_table
from auscult.recordings._times import trim_times
from auscult.recordings.core import Finding, Recording, Segment, Split
from auscult.recordings.header import audio_seconds
from auscult.recordings.labels import Labels
from auscult.recordings.tasks import TASKS

_TABLE = "labels.csv"
_AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".au", ".caf")


class Dataset(core.Dataset):
    """Recordings in a folder, and ``labels.csv`` with a line for each recording or segment.

    Columns of ``labels.csv`` (only ``file`` and one that labels are needed):

    - ``file``: the recording, relative to the folder.
    - ``start``, ``end``: a segment in seconds. Without them the line speaks of the whole recording; where no line of a
      recording has times, the recording is its own one segment.
    - ``label``: a class name (normal, crackle, fine_crackle, coarse_crackle, wheeze, rhonchus, stridor, both, poor_quality; of
      heart sounds normal or abnormal); or columns named like the labels in `auscult.recordings.labels`, with 1, 0, or nothing
      where it was not annotated.
    - ``patient``: **give it if a patient was recorded more than once.** Without it every recording counts as another patient,
      and neither the audit nor the choice of validation patients can see a leak.
    - ``split``: train or test. The split is named ``given``.
    - ``age`` (years), ``sex``, ``location``, ``device``. Any other column is kept in `Recording.extra`.
    """

    name = "folder"
    title = "a folder of your own recordings"
    citation = "as you choose"
    licence = "as you choose"
    source = "your own recordings"
    layout = f"ROOT/{_TABLE} (columns file, label and more) and the audio files that it names"
    unit = "segment"
    tasks = tuple(TASKS)

    def __init__(self, root: Path | str) -> None:
        super().__init__(root)
        self._table = self.root / _TABLE
        if not self._table.is_file():
            raise AuscultError(
                f"There is no {self._table}: write one with a line for each recording, with columns file and label."
            )
        self._lines: dict[str, list[Line]] = {}  # by recording
        for line in read_label_table(self._table):
            self._lines.setdefault(Path(line.file).with_suffix("").as_posix(), []).append(line)
        self.tasks = self._answered_tasks()  # type: ignore[misc]  # here they depend on the csv, elsewhere on the data set

    @cached_property
    def recordings(self) -> dict[str, Recording]:
        """Recordings by id (the name of the file without its ending), in the order of their ids."""
        return {recording: self._describe(recording, self._lines[recording]) for recording in sorted(self._lines)}

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Every segment, ordered by recording and time."""
        return tuple(chain.from_iterable(self._segments(recording) for recording in self.recordings.values()))

    @cached_property
    def splits(self) -> dict[str, Split]:
        """``given``, where the csv has sides."""
        sides = {recording: _merge_facts(lines).split for recording, lines in self._lines.items()}
        train, test = (frozenset(i for i, side in sides.items() if side == wanted) for wanted in ("train", "test"))
        return {"given": Split("given", train, test)} if train or test else {}

    def check(self) -> list[Finding]:
        """What was found (there are no official totals), and audio files that no line names."""
        patients = {recording.patient for recording in self.recordings.values()}
        counts = {"recordings": len(self.recordings), "patients": len(patients), "segments": len(self.segments)}
        counts |= {
            f"{side}: recordings": len(getattr(split, side)) for split in self.splits.values() for side in ("train", "test")
        }
        named = {recording.path for recording in self.recordings.values()}
        audio = (path for path in self.root.rglob("[!.]*") if path.suffix.lower() in _AUDIO_SUFFIXES)
        forgotten = sorted(str(path.relative_to(self.root)) for path in audio if path not in named)
        return [
            *(Finding(what, found, None, True) for what, found in counts.items()),
            listed(f"recordings that {_TABLE} does not name", forgotten),
        ]

    def _describe(self, recording: str, lines: list[Line]) -> Recording:
        path = self.root / lines[0].file
        for line in lines:
            if self.root / line.file != path:
                raise AuscultError(
                    f"{line.where}: {line.file} and {lines[0].file} differ in their ending only; rename one of them."
                )
        if not path.is_file():
            raise AuscultError(f"{lines[0].where}: there is no file {path}; correct the name (it is relative to the folder).")
        facts = _merge_facts(lines)
        told = {column: value for line in lines for column, value in line.extra.items()}
        return Recording(
            id=recording,
            patient=facts.patient or recording,
            path=path,
            duration=audio_seconds(path),
            labels=_whole(lines),
            age=facts.age,
            sex=facts.sex,
            location=facts.location,
            device=facts.device,
            extra=told if facts.patient else {**told, "patient": "unknown"},
        )

    def _segments(self, recording: Recording) -> list[Segment]:
        """The stretches with times, or the recording as a whole where there is none."""
        lines = self._lines[recording.id]
        stretches = [
            (*trim_times(*line.times, recording.duration, where=line.where), line.labels) for line in lines if line.times
        ]
        stretches.sort(key=lambda stretch: stretch[:2])
        return [
            Segment(f"{recording.id}:{number}", recording, start, end, labels)
            for number, (start, end, labels) in enumerate(stretches or [(0.0, recording.duration, recording.labels)])
        ]

    def _answered_tasks(self) -> tuple[str, ...]:
        answers = {
            "recording": [_whole(lines) for lines in self._lines.values()],
            "segment": [line.labels for lines in self._lines.values() for line in lines],
        }
        classes = {task: {task.classify(labels) for labels in answers[task.level]} - {None} for task in TASKS.values()}
        answered = [task for task, found in classes.items() if found]
        if not answered:
            raise AuscultError(
                f"{self._table} answers no task: a line needs a label, or both crackle and wheeze, or abnormal (1 or 0)."
            )
        # 'normal' is said of every organ: which one was listened to is known from what else was heard
        organs = {task.organ for task in answered if classes[task] - {task.normal, "poor_quality"}}
        return tuple(task.name for task in answered if task.organ in organs or not organs)


def _merge_facts(lines: list[Line]) -> Facts:
    """What all lines of one recording say of it together.

    Raises
    ------
    AuscultError
        Where two lines contradict each other.
    """
    known: dict[str, Any] = dict.fromkeys(Facts._fields)
    for line in lines:
        for column, value in line.facts._asdict().items():
            if value is not None and known[column] not in (None, value):
                raise AuscultError(
                    f"{line.where}: {column} is '{value}', but an earlier line of {line.file} says '{known[column]}'."
                )
            known[column] = known[column] if value is None else value
    return Facts(**known)


def _whole(lines: list[Line]) -> Labels:
    """What was said of the recording as a whole.

    Raises
    ------
    AuscultError
        Where two lines without times speak of the same recording.
    """
    whole = [line for line in lines if line.times is None]
    if len(whole) > 1:
        raise AuscultError(
            f"{whole[1].where}: a second line without times for {whole[1].file}; keep one, or give start and end."
        )
    return whole[0].labels if whole else {}
