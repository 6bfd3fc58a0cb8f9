"""The model that ships with the package."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from auscult.analysis.analyze import analyze
from auscult.analysis.model import BUNDLED, load_model
from auscult.analysis.windows import run_windows
from auscult.recordings.synthesis import synthesize_heart, synthesize_lung
from tests.blocking import BLOCK_TRAINING_LIBRARIES


def test_it_is_small_and_says_what_it_is() -> None:
    card = load_model("lung").card
    assert (BUNDLED / "lung.onnx").stat().st_size <= 2_000_000
    assert card.classes == ("normal", "crackle", "wheeze", "both")
    assert card.name == "lung"
    for fact in ("architecture", "recipe", "training_data", "split", "protocol", "scores", "licence"):
        assert getattr(card, fact), fact


def test_the_heart_model_is_small_and_says_what_it_is() -> None:
    card = load_model("heart").card
    assert (BUNDLED / "heart.onnx").stat().st_size <= 2_000_000
    assert card.classes == ("normal", "abnormal")
    assert card.organ == "heart"
    assert card.pooling == "mean"
    assert card.preprocess.band == (25.0, 400.0)
    for fact in ("architecture", "recipe", "training_data", "split", "protocol", "scores", "licence"):
        assert getattr(card, fact), fact


@pytest.mark.parametrize("seconds", [5.0, 9.7, 47.3])
def test_chunks_do_not_change_what_the_heart_model_says(seconds: float) -> None:
    model = load_model("heart")
    samples = np.random.default_rng(0).normal(0, 0.02, round(seconds * model.card.rate)).astype(np.float32)
    probabilities, _ = model(samples)
    windows = run_windows(model, samples, chunk_seconds=10)
    np.testing.assert_allclose(windows.probabilities[: len(probabilities)], probabilities, atol=1e-4)


def test_a_heart_sound_is_answered_with_rate_and_reasons(tmp_path: Path) -> None:
    sound = synthesize_heart(seconds=12, beats_per_minute=84, seed=1)
    soundfile.write(tmp_path / "heart.wav", sound.samples, sound.rate)
    answer = analyze(tmp_path / "heart.wav", organ="heart")
    assert answer.beats_per_minute == pytest.approx(84, rel=0.03)
    assert answer.recording.probabilities is not None
    assert sum(answer.recording.probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert answer.occlusion is not None
    assert answer.occlusion.stretches[-1].end <= 12.0 + 1e-6
    loud = analyze(_written(tmp_path / "loud.wav", 0.5 * sound.samples, sound.rate), organ="heart")
    assert loud.recording.probabilities is not None
    for name, probability in answer.recording.probabilities.items():  # the level does not decide
        assert loud.recording.probabilities[name] == pytest.approx(probability, abs=0.01)


def test_a_systolic_murmur_raises_the_probability_of_abnormal(tmp_path: Path) -> None:
    model = load_model("heart")
    abnormal = []
    for murmur, level in ((None, 0.0), ("systolic", -10.0), ("systolic", 0.0)):
        sound = synthesize_heart(seconds=8, murmur=murmur, murmur_level=level, seed=0)
        answer = analyze(_written(tmp_path / "heart.wav", sound.samples, sound.rate), model).recording.probabilities
        assert answer is not None
        abnormal.append(answer["abnormal"])
    assert abnormal[0] + 0.1 < abnormal[1] < abnormal[2]


def _written(path: Path, samples: NDArray[np.float32], rate: int) -> Path:
    soundfile.write(path, samples, rate)
    return path


@pytest.mark.parametrize("seconds", [0.4, 9.7, 47.3])
def test_chunks_do_not_change_its_answer(seconds: float) -> None:
    model = load_model("lung")
    samples = np.random.default_rng(0).normal(0, 0.02, round(seconds * model.card.rate)).astype(np.float32)
    probabilities, attention = model(samples)
    windows = run_windows(model, samples, chunk_seconds=10)
    np.testing.assert_allclose(windows.probabilities[: len(probabilities)], probabilities, atol=1e-4)
    np.testing.assert_allclose(windows.attention[: len(probabilities)], attention, atol=1e-4)
    np.testing.assert_allclose(attention.sum(axis=(1, 2)), 1, atol=1e-3)


def test_it_tells_breathing_from_wheezing(tmp_path: Path) -> None:
    probabilities = {}
    for wheezes in (0, 5):
        recording = synthesize_lung(seconds=15, wheezes=wheezes, wheeze_snr=12, seed=0)
        soundfile.write(tmp_path / "lung.wav", recording.samples, recording.rate)
        answer = analyze(tmp_path / "lung.wav").recording.probabilities
        assert answer is not None
        probabilities[wheezes] = answer["wheeze"] + answer["both"]
    assert probabilities[5] > probabilities[0]


def test_it_is_a_hundred_times_faster_than_real_time(tmp_path: Path) -> None:
    recording = synthesize_lung(seconds=120, wheezes=5, seed=0)
    soundfile.write(tmp_path / "lung.wav", recording.samples, recording.rate)
    model = load_model("lung")
    begun = time.process_time()
    analyze(tmp_path / "lung.wav", model)
    assert time.process_time() - begun < 1.2


def test_it_needs_no_torch(tmp_path: Path) -> None:
    recording = synthesize_lung(seconds=5, seed=0)
    soundfile.write(tmp_path / "lung.wav", recording.samples, recording.rate)
    code = (
        BLOCK_TRAINING_LIBRARIES + "import auscult; print(auscult.analyze(sys.argv[1]).recording.label)\n"
        "assert 'matplotlib' not in sys.modules and 'scipy.signal' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "lung.wav"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("normal", "crackle", "wheeze", "both")
