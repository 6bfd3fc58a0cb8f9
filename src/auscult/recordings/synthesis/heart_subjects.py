"""The people of a synthetic data set of heart sounds, and how three databases record them."""

from dataclasses import dataclass, replace

import numpy as np

from auscult.recordings.synthesis.breathing import Colour
from auscult.recordings.synthesis.heart import synthesize_heart
from auscult.recordings.synthesis.heart_band import keep_band
from auscult.recordings.synthesis.heart_murmur import Murmur
from auscult.recordings.synthesis.heart_sounds import Valves
from auscult.recordings.synthesis.recording import SyntheticRecording

_RATE = 2000
_BAND_ORDER = 4


@dataclass(frozen=True)
class Database:
    """One of the data set's sources: the band in Hz that its stethoscope passes, its range of SNR in dB, its noise."""

    letter: str
    band: tuple[float, float]
    snr: tuple[float, float]
    colour: Colour


@dataclass(frozen=True)
class Subject:
    """One person; healthy where there is no murmur."""

    group: str
    database: Database
    murmur: Murmur | None
    valves: Valves
    beats_per_minute: float
    age: int
    gender: str


_DATABASES = (
    Database("a", (20.0, 500.0), (18.0, 28.0), Colour(150.0, 14.0, 14.0)),
    Database("b", (25.0, 300.0), (2.0, 14.0), Colour(100.0, 20.0, 20.0)),
    Database("c", (40.0, 800.0), (8.0, 20.0), Colour(300.0, 12.0, 12.0)),
)


def draw_subject(number: int, rng: np.random.Generator) -> Subject:
    """Draw one person. Pairs of a healthy and an ill one go to the databases in turn, so that each has as many of both."""
    pair, ill = divmod(number, 2)
    murmurs: tuple[Murmur, Murmur] = ("systolic", "diastolic")
    database = _DATABASES[pair % len(_DATABASES)]
    return Subject(
        group=f"{database.letter}:S{number + 1:04d}",
        database=database,
        murmur=murmurs[pair % 2] if ill else None,
        valves=Valves(rng.uniform(42, 58), rng.uniform(58, 75), rng.uniform(-6, 1)),
        beats_per_minute=rng.uniform(55, 100),
        age=int(rng.integers(4, 80)),
        gender=str(rng.choice(["F", "M"])),
    )


def record_subject(subject: Subject, seconds: float, snr: float, rng: np.random.Generator) -> SyntheticRecording:
    """Record a subject for some seconds, at an SNR in dB, through the stethoscope of the database."""
    recording = synthesize_heart(
        seconds=seconds,
        rate=_RATE,
        beats_per_minute=subject.beats_per_minute * rng.uniform(0.95, 1.05),
        murmur=subject.murmur,
        murmur_level=rng.uniform(-12, -4),
        snr=snr,
        breathing=bool(rng.random() < 0.5),
        valves=subject.valves,
        colour=subject.database.colour,
        seed=int(rng.integers(2**31)),
    )
    samples = keep_band(recording.samples, _RATE, subject.database.band, order=_BAND_ORDER)
    return replace(recording, samples=samples.astype(np.float32))
