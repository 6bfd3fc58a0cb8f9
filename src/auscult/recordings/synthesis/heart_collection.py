"""A whole data set of synthetic heart sounds, laid out as the PhysioNet/CinC Challenge 2016."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from auscult.recordings.synthesis.files import encode_rows, encode_table
from auscult.recordings.synthesis.folder import filling
from auscult.recordings.synthesis.heart_subjects import Subject, draw_subject, record_subject
from auscult.recordings.synthesis.options import check_counts, check_range
from auscult.recordings.synthesis.recording import SyntheticRecording
from auscult.recordings.synthesis.write import encode_wav

SUBJECT_COLUMNS = ("record", "folder", "group", "diagnosis", "site", "age", "gender", "source")
SITES = ("Apexleft", "PSleft")  # as the official tables write them; one recording at each
_NOISY_SNR = 8.0  # dB; below it a recording is marked as of poor quality
_LIMITS = {"subjects": (6, 1000), "seconds": (5.0, 600.0)}


@dataclass(frozen=True)
class _Row:
    """What the tables say of one recording."""

    record: str
    subject: Subject
    site: str
    noisy: bool

    @property
    def folder(self) -> str:
        return f"training-{self.subject.database.letter}"

    @property
    def label(self) -> str:
        return "1" if self.subject.murmur else "-1"


def write_heart_collection(
    root: Path | str,
    *,
    subjects: int = 12,
    seconds: float = 12.0,
    seed: int = 0,
    report: Callable[[int, int], None] | None = None,
) -> int:
    """Write a data set of synthetic heart sounds that ``load_dataset("physionet2016", root)`` reads.

    Every second subject has a murmur, systolic or diastolic, and is abnormal. Each is recorded twice, at two places, with the
    same valves and about the same heart rate. The subjects belong to three databases that differ in the stethoscope's band and
    in the level and colour of the noise. Layout, as the official one [1]_ with the table of subjects beside it::

        training-a/a0001.wav …                                 2 kHz
        training-a/REFERENCE.csv                               record, 1 (abnormal) or -1 (normal)
        annotations/updated/training-a/REFERENCE_withSQI.csv   record, 1 or -1, 1 (good) or 0 (noisy: below 8 dB)
        subjects.csv                                           record, folder, group, diagnosis, site, age, gender, source

    Parameters
    ----------
    root
        Folder to make; it may exist if it is empty.
    subjects
        6 to 1000.
    seconds
        Duration of each recording, 5 to 600.
    seed
        The same seed and numbers give the same files.
    report
        Called after each recording with the number written and the number in all, for progress bars.

    Returns
    -------
    int
        Number of recordings.

    Raises
    ------
    AuscultError
        When a number is out of its range, the folder holds something already or cannot be written to; a failure leaves nothing.

    References
    ----------
    .. [1] C. Liu et al., "An open access database for the evaluation of heart sound algorithms", Physiological Measurement
       37:2181-2213, 2016.
    """
    check_range(_LIMITS, subjects=subjects, seconds=seconds)
    check_counts(seed=seed)
    total = subjects * len(SITES)
    with filling(Path(root)) as aside:
        rows = []
        for row, recording in _record_all(subjects, seconds, seed):
            folder = aside / row.folder
            folder.mkdir(exist_ok=True)
            (folder / f"{row.record}.wav").write_bytes(encode_wav(recording))
            rows.append(row)
            if report:
                report(len(rows), total)
        _write_tables(aside, rows)
    return total


def _record_all(subjects: int, seconds: float, seed: int) -> Iterator[tuple[_Row, SyntheticRecording]]:
    """Record every subject at every site."""
    numbers: Counter[str] = Counter()
    for number in range(subjects):
        rng = np.random.default_rng([seed, number])
        subject = draw_subject(number, rng)
        letter = subject.database.letter
        for site in SITES:
            numbers[letter] += 1
            snr = rng.uniform(*subject.database.snr)
            row = _Row(f"{letter}{numbers[letter]:04d}", subject, site, snr < _NOISY_SNR)
            yield row, record_subject(subject, seconds, snr, rng)


def _write_tables(root: Path, rows: list[_Row]) -> None:
    """Write the tables of each database and that of the subjects."""
    for folder in sorted({row.folder for row in rows}):
        quality = [(row.record, row.label, "0" if row.noisy else "1") for row in rows if row.folder == folder]
        (root / folder / "REFERENCE.csv").write_bytes(encode_rows([row[:2] for row in quality]))
        annotations = root / "annotations" / "updated" / folder
        annotations.mkdir(parents=True)
        (annotations / "REFERENCE_withSQI.csv").write_bytes(encode_rows(quality))
    lines = sorted(_subject_row(row) for row in rows)
    (root / "subjects.csv").write_bytes(encode_table(SUBJECT_COLUMNS, lines))


def _subject_row(row: _Row) -> tuple[str, ...]:
    subject = row.subject
    diagnosis = f"{subject.murmur.capitalize()} murmur" if subject.murmur else "Normal"
    return (row.record, row.folder, subject.group, diagnosis, row.site, str(subject.age), subject.gender, "synthetic")
