"""Write the recordings of the parity test, and what Python's `auscult.analyze` answers.

``python make_cases.py FOLDER`` writes synthetic recordings and ``cases.json``, a list of objects with ``file``, ``model`` and
``answer``. Where the environment variable AUSCULT_REAL_DATA names the folder of the data sets, some of their recordings are
linked beside. With AUSCULT_PARITY_FEW there are three short cases only, for a quick test.
"""

import json
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from auscult.analysis.analyze import analyze
from auscult.analysis.model import list_bundled
from auscult.recordings.synthesis.faults import add_hum, add_speech
from auscult.recordings.synthesis.heart import synthesize_heart
from auscult.recordings.synthesis.lung import synthesize_lung

_REAL = (
    ("lung", "icbhi/ICBHI_final_database", 3),
    ("lung", "sprsound", 3),
    ("mn-lung", "sprsound", 4),
    ("heart", "physionet2016", 4),
)
_FEW = (("lung", "lung-8k.flac"), ("mn-lung", "lung-short.wav"), ("heart", "heart-short.wav"))


def _lungs(folder: Path) -> Iterator[str]:
    """Lung sounds of several rates, channels and formats, a long one, a short one, and two with faults."""
    sound = synthesize_lung(seconds=20, rate=4000, wheezes=3, fine_crackles=30, coarse_crackles=20, seed=1).samples
    yield _write(folder / "lung-4k.wav", sound, 4000)
    sound = synthesize_lung(seconds=20, rate=8000, wheezes=4, coarse_crackles=20, seed=2, heart=True).samples
    yield _write(folder / "lung-8k.flac", sound, 8000)
    sound = synthesize_lung(seconds=33, rate=44_100, fine_crackles=60, seed=3).samples
    yield _write(folder / "lung-44k-stereo.wav", np.stack([sound, 0.5 * np.roll(sound, 7)], axis=1), 44_100)
    sound = synthesize_lung(seconds=75, rate=48_000, wheezes=8, fine_crackles=20, seed=4, hum=True).samples
    yield _write(folder / "lung-48k-24bit.wav", sound, 48_000, "PCM_24")
    sound = synthesize_lung(seconds=1.3, rate=11_025, wheezes=1, seed=5).samples
    yield _write(folder / "lung-short.wav", sound, 11_025, "FLOAT")
    rng = np.random.default_rng(0)
    sound = synthesize_lung(seconds=16, rate=8000, wheezes=2, seed=6).samples
    sound = add_speech(add_hum(sound, 8000, decibel=6, rng=rng), 8000, decibel=3, rng=rng)
    sound[30_000:60_000] = 0
    yield _write(folder / "lung-faults.wav", np.clip(8 * sound, -1, 1), 8000)


def _hearts(folder: Path) -> Iterator[str]:
    """Heart sounds of several rates, a short one that is repeated, and noise."""
    sound = synthesize_heart(seconds=20, rate=4000, murmur="systolic", seed=1).samples
    yield _write(folder / "heart-4k.wav", sound, 4000)
    sound = synthesize_heart(seconds=24, rate=44_100, beats_per_minute=96, seed=2).samples
    yield _write(folder / "heart-44k-stereo.wav", np.stack([sound, sound], axis=1), 44_100)
    yield _write(folder / "heart-short.wav", synthesize_heart(seconds=3.4, rate=2000, seed=3).samples, 2000)
    noise = np.random.default_rng(1).normal(0, 0.05, 12 * 8000).astype(np.float32)
    yield _write(folder / "heart-noise.wav", noise, 8000)


def _real(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Model and file of some real recordings, linked into the folder."""
    for model, name, count in _REAL:
        recordings = sorted((root / name).rglob("*.wav")) if (root / name).is_dir() else []
        for recording in islice(recordings, 0, None, max(1, len(recordings) // count)):
            link = folder / f"real-{model}-{recording.name}"
            link.symlink_to(recording.resolve())
            yield model, link.name


def _further_models() -> list[str]:
    """Bundled lung models besides `lung`."""
    return [name for name in list_bundled() if name not in ("lung", "heart")]


def _write(path: Path, samples: NDArray[np.floating], rate: int, subtype: str = "PCM_16") -> str:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path.name


def main(folder: Path) -> None:
    """Write all cases to a folder."""
    lungs, hearts = list(_lungs(folder)), list(_hearts(folder))
    cases = [("lung", name) for name in lungs] + [("heart", name) for name in hearts]
    cases += [(model, name) for model in _further_models() for name in lungs[:3]]
    if "AUSCULT_PARITY_FEW" in os.environ:
        cases = list(_FEW)
    elif "AUSCULT_REAL_DATA" in os.environ:
        cases += _real(folder, Path(os.environ["AUSCULT_REAL_DATA"]))
    answers = [{"file": name, "model": model, "answer": analyze(folder / name, model).to_dict()} for model, name in cases]
    (folder / "cases.json").write_text(json.dumps(answers, allow_nan=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
