import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.model import OnnxModel
from auscult.analysis.result import Analysis
from auscult.errors import AuscultError
from auscult.recordings.synthesis import synthesize_heart
from tests.analysis.heart_standin import write_heart_standin
from tests.analysis.making import make_heart
from tests.blocking import BLOCK_TRAINING_LIBRARIES


@pytest.fixture(scope="module")
def model(heart_standin: Path) -> OnnxModel:
    return OnnxModel(heart_standin)


@pytest.fixture(scope="module")
def beating(model: OnnxModel, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """A heart at 72 beats a minute."""
    recording = synthesize_heart(seconds=12, beats_per_minute=72, seed=3)
    path = tmp_path_factory.mktemp("heart") / "apex.wav"
    soundfile.write(path, recording.samples, recording.rate)
    return analyze(path, model)


def write(path: Path, samples: np.ndarray, rate: int = 2000, subtype: str = "FLOAT") -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def test_the_heart_rate_is_told_where_it_is_plain(beating: Analysis) -> None:
    assert beating.beats_per_minute == pytest.approx(72, abs=3)


def test_no_heart_rate_is_told_of_noise(model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path / "noise.wav", make_heart(10)), model)
    assert analysis.beats_per_minute is None
    assert json.loads(analysis.to_json())["heart_rate"]["beats_per_minute"] is None


def test_the_answer_is_the_mean_over_the_windows(model: OnnxModel, tmp_path: Path) -> None:
    """One burst at 200 Hz makes the windows that hold it abnormal, and only them."""
    analysis = analyze(write(tmp_path / "burst.wav", make_heart(20, (1.0, 1.5, 200), (12.0, 20.0, 500))), model)
    abnormal = [window.probabilities["abnormal"] for window in analysis.windows]
    assert analysis.recording.probabilities is not None
    assert analysis.recording.probabilities["abnormal"] == pytest.approx(np.mean(abnormal), abs=1e-6)
    assert (analysis.windows[0].label, analysis.windows[-1].label) == ("abnormal", "normal")
    assert analysis.timeline is not None
    assert analysis.timeline.abnormal[:20].min() > 0.9
    assert analysis.timeline.abnormal[-20:].max() < 0.1


def test_a_heart_sound_has_reasons_and_no_events(beating: Analysis) -> None:
    assert (beating.organ, beating.events, beating.recording.abnormal_seconds, beating.attention) == ("heart", (), None, None)
    assert beating.occlusion is not None
    assert len(beating.occlusion.stretches) > 90
    assert len(beating.occlusion.bands) == 10


def test_the_json_has_rate_and_reasons(beating: Analysis) -> None:
    told = json.loads(beating.to_json())
    assert told["organ"] == "heart"
    assert told["heart_rate"] == {"beats_per_minute": pytest.approx(72, abs=3), "confidence": pytest.approx(0.9, abs=0.2)}
    assert list(told["occlusion"]) == ["stretches", "bands"]
    assert list(told["occlusion"]["stretches"][0]) == ["start", "end", "effect"]
    assert list(told["occlusion"]["bands"][0]) == ["low", "high", "effect"]


def test_a_short_recording_is_repeated_and_says_so(model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path / "short.wav", make_heart(3.2, (1.0, 1.2, 200))), model)
    assert "short: 3.2 s, repeated to fill a window of 5 s" in analysis.warnings
    assert analysis.seconds == pytest.approx(3.2)
    assert analysis.samples.size == 6400
    assert [(window.start, window.end) for window in analysis.windows] == [(0.0, pytest.approx(3.2))]
    assert analysis.occlusion is not None
    assert max(stretch.end for stretch in analysis.occlusion.stretches) == pytest.approx(3.2)


def test_loud_rumble_below_the_band_does_not_matter(model: OnnxModel, tmp_path: Path) -> None:
    samples = make_heart(10, (2.0, 4.0, 500))
    rumble = (0.5 * np.sin(2 * np.pi * 3 * np.arange(samples.size) / 2000)).astype(np.float32)
    answers = [
        analyze(write(tmp_path / f"{name}.wav", sound), model).recording.probabilities
        for name, sound in (("clean", samples), ("rumble", samples + rumble))
    ]
    assert answers[0] == pytest.approx(answers[1], abs=0.02)


def test_a_hum_outside_the_band_is_silence_to_the_model(model: OnnxModel, tmp_path: Path) -> None:
    hum = 0.1 * np.sin(2 * np.pi * 2 * np.arange(20_000) / 2000) * np.hanning(20_000)
    analysis = analyze(write(tmp_path / "hum.wav", hum), model)
    assert any(warning.startswith("silent between 25 and 800 Hz") for warning in analysis.warnings)
    assert (analysis.recording.label, analysis.occlusion, analysis.timeline) == (None, None, None)


@pytest.mark.parametrize("samples", [np.zeros(20_000), np.full(20_000, 0.3), np.zeros(1)])
def test_silence_gets_a_warning_and_no_answer(samples: np.ndarray, model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path / "silent.wav", samples), model)
    assert analysis.warnings[0].startswith("silent")
    assert (analysis.recording.label, analysis.occlusion, analysis.beats_per_minute) == (None, None, None)
    assert analysis.to_json()


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("samples", [1, 2, 40, 700])
def test_very_short_recordings_are_answered_or_warned_about(samples: int, repeated: bool, tmp_path: Path) -> None:
    model = write_heart_standin(tmp_path, preprocess={"band": [25, 800], "shortest_seconds": 5.0 if repeated else None})
    noise = np.random.default_rng(0).normal(0, 0.1, samples)
    analysis = analyze(write(tmp_path / "short.wav", noise), model)
    assert any(warning.startswith(("very short", "silent")) for warning in analysis.warnings)
    assert all(0 <= window.start < window.end <= analysis.seconds for window in analysis.windows)
    assert not (repeated and analysis.windows)  # three hundred copies of a click are no heart
    assert analysis.to_json()


def test_a_tone_above_the_band_is_called_faint(model: OnnxModel, tmp_path: Path) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 950 * np.arange(20_000) / 2000) + 1e-4 * np.random.default_rng(0).normal(size=20_000)
    assert any(w.startswith("faint between 25 and 800 Hz") for w in analyze(write(tmp_path / "tone.wav", tone), model).warnings)


def test_eight_bits_and_two_channels_are_read(model: OnnxModel, tmp_path: Path) -> None:
    samples = make_heart(8, (2.0, 4.0, 200))
    plain = analyze(write(tmp_path / "plain.wav", samples), model)
    coarse = analyze(write(tmp_path / "coarse.wav", np.stack([samples, samples], axis=1), subtype="PCM_U8"), model)
    assert coarse.recording.label == plain.recording.label == "abnormal"
    assert coarse.seconds == 8


def test_nan_is_refused(model: OnnxModel, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=r"nan\.wav"):
        analyze(write(tmp_path / "nan.wav", np.array([0.0, np.nan] * 4000)), model)


def test_a_slow_recorder_is_warned_about_where_the_band_suffers(model: OnnxModel, tmp_path: Path) -> None:
    warnings = {
        rate: analyze(write(tmp_path / f"{rate}.wav", make_heart(6, rate=rate), rate), model).warnings for rate in (1000, 1600)
    }
    narrow = {rate: [warning for warning in found if warning.startswith("narrow")] for rate, found in warnings.items()}
    assert narrow == {1000: ["narrow: recorded at 1000 Hz, the model listens up to 800 Hz"], 1600: []}


def test_it_needs_no_torch(heart_standin: Path, tmp_path: Path) -> None:
    wav = write(tmp_path / "heart.wav", make_heart(6, (2.0, 4.0, 200)))
    code = BLOCK_TRAINING_LIBRARIES + "import auscult; print(auscult.analyze(*sys.argv[1:], organ='heart').recording.label)"
    done = subprocess.run([sys.executable, "-c", code, wav, heart_standin], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "abnormal"
