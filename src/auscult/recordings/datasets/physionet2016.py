"""PhysioNet/CinC Challenge 2016: heart sounds of six databases, normal or abnormal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from auscult.errors import AuscultError
from auscult.recordings import core
from auscult.recordings._findings import counted, listed
from auscult.recordings._physionet_subjects import Subject, read_subjects
from auscult.recordings._physionet_tables import Quality, Reference, read_header_label, read_quality, read_reference
from auscult.recordings.core import Finding, Recording, Segment, Split
from auscult.recordings.header import audio_seconds
from auscult.recordings.labels import Label

_TOTALS = {"a": (117, 292), "b": (386, 104), "c": (7, 24), "d": (27, 28), "e": (1958, 183), "f": (80, 34)}
"""Normal and abnormal recordings by database."""


class Dataset(core.Dataset):
    """The public training part of the challenge; any of its six databases may be absent.

    ``Recording.extra`` has the ``database`` (a … f) and, where a table of subjects tells them, ``diagnosis`` and ``source``.
    The patient comes from ``subjects.csv`` or else from the appendix; where neither says who was recorded, every recording
    counts as another patient and ``extra["patient"]`` is ``unknown``. ``poor_quality`` is annotated where a
    ``REFERENCE_withSQI.csv`` or ``REFERENCE-SQI.csv`` says so. What ``REFERENCE.csv`` leaves out gets its label from its
    ``.hea`` file. The folder ``validation`` repeats recordings of the others and is never read.

    There is no split: the challenge's own test recordings are not public. Score all of it, or cross-validate by subject.
    """

    name = "physionet2016"
    title = "PhysioNet/CinC Challenge 2016 heart sounds"
    citation = (
        "C. Liu et al., An open access database for the evaluation of heart sound algorithms, "
        "Physiological Measurement 37 (2016) 2181–2213"
    )
    licence = "ODC-By-1.0"
    source = "https://physionet.org/content/challenge-2016/1.0.0/"
    layout = "ROOT/training-a … training-f, each with *.wav and REFERENCE.csv (optional: ROOT/annotations, ROOT/subjects.csv)"
    unit = "recording"
    tasks = ("heart-2",)

    def __init__(self, root: Path | str) -> None:
        super().__init__(root)
        self._audio = {path.stem: path for letter in _TOTALS for path in self._folder(letter).glob("[!.]*.wav")}
        if not self._audio:
            raise AuscultError(f"{self.root} holds no heart sound (training-*/*.wav): {self.where_to_get()}")

    @cached_property
    def recordings(self) -> dict[str, Recording]:
        """Recordings by id, in the order of their ids.

        Raises
        ------
        AuscultError
            Where a line of ``REFERENCE.csv`` has no recording, or a recording no label.
        """
        for record in self._without_audio[:1]:
            raise AuscultError(
                f"{self._references[record].where}: there is no {record}.wav beside it{_as_for(self._without_audio)}; "
                "download it again or take out the line."
            )
        for record in self._without_label[:1]:
            raise AuscultError(
                f"{self._audio[record]} has no line in the REFERENCE.csv beside it{_as_for(self._without_label)}; "
                "download that again or take out the recording."
            )
        return {record: self._describe(record, path) for record, path in sorted(self._audio.items())}

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Every recording as one segment."""
        return tuple(map(Segment.whole, self.recordings.values()))

    @cached_property
    def splits(self) -> dict[str, Split]:
        """None."""
        return {}

    def check(self) -> list[Finding]:
        """Counts against the official totals; files and tables that do not fit; what nobody says of the subjects."""
        contradicted = [
            r for r, quality in self._qualities.items() if self._labels.get(r, quality.abnormal) != quality.abnormal
        ]
        return [
            counted("recordings", len(self._audio), sum(map(sum, _TOTALS.values()))),
            *self._check_databases(),
            listed("databases that are missing", [f"training-{x}" for x in _TOTALS if not self._folder(x).is_dir()]),
            listed("lines of REFERENCE.csv without a recording", self._without_audio),
            listed("recordings without a label", self._without_label),
            listed("recordings labelled by their .hea alone", sorted(self._labels.keys() - self._references.keys())),
            listed("labels that the quality tables contradict", sorted(contradicted)),
            listed("recordings that cannot be read", list(self._unreadable())),
            self._by_database("recordings of unknown signal quality", [r for r in self._audio if r not in self._qualities]),
            *self._check_subjects(),
        ]

    def _check_databases(self) -> Iterator[Finding]:
        found = Counter((self._database(r), self._labels[r]) for r in self._audio if r in self._labels)
        for letter, (normal, abnormal) in _TOTALS.items():
            yield counted(f"training-{letter}: normal", found[letter, False], normal)
            yield counted(f"training-{letter}: abnormal", found[letter, True], abnormal)

    def _check_subjects(self) -> Iterator[Finding]:
        """What leaks can be seen: none where the subject is unknown, or where every recording counts as another one."""
        known = {record: self._subject(record).patient for record in self._audio}
        subjects = {letter: {p for r, p in known.items() if p and self._database(r) == letter} for letter in _TOTALS}
        sizes = Counter(map(self._database, self._audio))
        single = [letter for letter in _TOTALS if len(subjects[letter]) == sizes[letter] > 1]
        yield Finding("subjects that are known", sum(map(len, subjects.values())), None, True)
        yield self._by_database("recordings of unknown subjects", [r for r, patient in known.items() if not patient])
        yield Finding("databases with one recording a subject", ", ".join(single) or "none", None, True)
        if (self.root / "validation").is_dir():
            copies = len(list((self.root / "validation").glob("[!.]*.wav")))
            yield Finding("recordings in validation, which repeat others", f"{copies}, not read", None, True)

    def _by_database(self, what: str, records: list[str]) -> Finding:
        """How many recordings of each database lack something that nobody is to blame for."""
        counts = sorted(Counter(map(self._database, records)).items())
        return Finding(what, ", ".join(f"{letter} {count}" for letter, count in counts) or "none", None, True)

    def _unreadable(self) -> Iterator[str]:
        for record, path in sorted(self._audio.items()):
            try:
                audio_seconds(path)
            except AuscultError:
                yield record

    def _describe(self, record: str, path: Path) -> Recording:
        subject = self._subject(record)
        labels: dict[Label, bool] = {"abnormal": self._labels[record]}
        if record in self._qualities:
            labels["poor_quality"] = not self._qualities[record].good
        told = {
            "database": self._database(record),
            "diagnosis": subject.diagnosis,
            "source": subject.source,
            "patient": None if subject.patient else "unknown",
        }
        return Recording(
            id=record,
            patient=subject.patient or record,
            path=path,
            duration=audio_seconds(path),
            labels=labels,
            age=subject.age,
            sex=subject.sex,
            location=subject.site,
            extra={name: fact for name, fact in told.items() if fact},
        )

    def _folder(self, letter: str) -> Path:
        return self.root / f"training-{letter}"

    def _database(self, record: str) -> str:
        return self._audio[record].parent.name[-1]

    def _subject(self, record: str) -> Subject:
        return self._subjects.get(record, Subject())

    @cached_property
    def _references(self) -> dict[str, Reference]:
        tables = [read_reference(self._folder(letter) / "REFERENCE.csv") for letter in _TOTALS]
        return {record: line for table in tables for record, line in table.items()}

    @cached_property
    def _labels(self) -> dict[str, bool]:
        """Whether abnormal: as ``REFERENCE.csv`` says or else the recording's header."""
        headers = {r: read_header_label(p.with_suffix(".hea")) for r, p in self._audio.items() if r not in self._references}
        said = {record: label for record, label in headers.items() if label is not None}
        return said | {record: line.abnormal for record, line in self._references.items()}

    @cached_property
    def _qualities(self) -> dict[str, Quality]:
        """From the updated annotations; for recordings that they leave out from the table beside the recordings."""
        updated = self.root / "annotations" / "updated"
        paths = [self._folder(letter) / "REFERENCE-SQI.csv" for letter in _TOTALS]
        paths += [updated / f"training-{letter}" / "REFERENCE_withSQI.csv" for letter in _TOTALS]
        return {record: quality for path in paths for record, quality in read_quality(path).items()}

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        return read_subjects(self.root)

    @property
    def _without_audio(self) -> list[str]:
        return sorted(self._references.keys() - self._audio.keys())

    @property
    def _without_label(self) -> list[str]:
        return sorted(self._audio.keys() - self._labels.keys())


def _as_for(records: Sequence[str]) -> str:
    return f", as for {len(records) - 1} more" if len(records) > 1 else ""
