"""A whole data set of synthetic recordings: patients with their own chest, each recorded several times."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from auscult.errors import AuscultError
from auscult.recordings.synthesis.breathing import Colour
from auscult.recordings.synthesis.files import encode_table, write_together
from auscult.recordings.synthesis.folder import filling
from auscult.recordings.synthesis.lung import synthesize_lung
from auscult.recordings.synthesis.recording import SyntheticRecording
from auscult.recordings.synthesis.write import encode_events, encode_wav

RECORDING_COLUMNS = ("recording", "patient", "side", "seconds", "sha256")
BREATH_COLUMNS = ("recording", "start", "end")
KINDS = ("normal", "crackle", "wheeze", "both")
_MOST_PATIENTS = 1000
_TEST_SHARE = 0.25


def write_collection(
    root: Path | str,
    *,
    patients: int = 8,
    seconds: float = 15.0,
    seed: int = 0,
    report: Callable[[int, int], None] | None = None,
) -> int:
    """Write a data set of synthetic lung sounds that ``load_dataset("synthetic", root)`` reads.

    Each patient has a breathing rate and a colour of breathing noise of their own and is recorded four times: breathing
    normally, with crackles, with wheezes, with both. The last quarter of the patients is the test side. Layout::

        recordings.csv            recording, patient, side, seconds, sha256 of the wav
        breaths.csv               recording, start, end of each breath cycle
        audio/<recording>.wav
        audio/<recording>.csv     start, end, label, start_hz, end_hz of each event

    Parameters
    ----------
    root
        Folder to make; it may exist if it is empty.
    patients
        2 to 1000.
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
        When a number is out of its range, the folder holds something already or cannot be written to. Files are gathered aside
        and moved into place when all are there, recordings.csv last, so that a failure leaves nothing.
    """
    _check(patients, seconds, seed)
    with filling(Path(root)) as aside:
        _fill(aside, patients, seconds, seed, report)
    return patients * len(KINDS)


def _check(patients: int, seconds: float, seed: int) -> None:
    if not 2 <= patients <= _MOST_PATIENTS:
        raise AuscultError(f"patients is {patients}; choose 2 (one to train on, one to test) to {_MOST_PATIENTS}.")
    if not 5 <= seconds <= 600:
        raise AuscultError(f"seconds is {seconds:g}; choose 5 to 600.")
    if seed < 0:
        raise AuscultError(f"seed is {seed}; choose 0 or more.")


def _fill(root: Path, patients: int, seconds: float, seed: int, report: Callable[[int, int], None] | None) -> None:
    """Write every recording, then the two tables that list them."""
    (root / "audio").mkdir()
    recordings: list[tuple[str, ...]] = []
    breaths: list[tuple[str, ...]] = []
    first_test = patients - max(1, round(patients * _TEST_SHARE))
    for number in range(patients):
        patient = f"P{number + 1:04d}"
        rng = np.random.default_rng([seed, number])
        for kind, recording in zip(KINDS, _record_patient(seconds, rng), strict=True):
            name = f"{patient}_{kind}"
            wav = encode_wav(recording)
            write_together(
                {root / "audio" / f"{name}.wav": wav, root / "audio" / f"{name}.csv": encode_events(recording.events)}
            )
            side = "train" if number < first_test else "test"
            recordings.append((name, patient, side, f"{recording.duration:.5f}", hashlib.sha256(wav).hexdigest()))
            breaths += [(name, f"{breath.start:.5f}", f"{breath.end:.5f}") for breath in recording.breaths]
            if report:
                report(len(recordings), patients * len(KINDS))
    tables = {
        "recordings.csv": encode_table(RECORDING_COLUMNS, recordings),
        "breaths.csv": encode_table(BREATH_COLUMNS, breaths),
    }
    write_together({root / name: content for name, content in tables.items()})


def _record_patient(seconds: float, rng: np.random.Generator) -> list[SyntheticRecording]:
    """Record one patient once for each of `KINDS`."""
    colour = Colour(rng.uniform(150, 300), rng.uniform(12.7, 15.2), rng.uniform(13.4, 20.3))
    breaths_per_minute = rng.uniform(12, 24)
    heart, hum, coarse = rng.random(3) < (0.5, 0.25, 0.5)
    breaths = seconds * breaths_per_minute / 60
    recordings = []
    for kind in KINDS:
        crackles = round(breaths * rng.uniform(2.5, 4)) if kind in ("crackle", "both") else 0
        recordings.append(
            synthesize_lung(
                seconds=seconds,
                wheezes=max(1, round(breaths * rng.uniform(0.4, 0.8))) if kind in ("wheeze", "both") else 0,
                fine_crackles=0 if coarse else crackles,
                coarse_crackles=crackles if coarse else 0,
                breaths_per_minute=breaths_per_minute,
                heart=bool(heart),
                hum=bool(hum),
                colour=colour,
                seed=int(rng.integers(2**31)),
            )
        )
    return recordings
