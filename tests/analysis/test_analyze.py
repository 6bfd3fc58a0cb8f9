import json
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

import auscult
from auscult.analysis.analyze import analyze
from auscult.analysis.model import OnnxModel
from auscult.analysis.result import Analysis
from auscult.analysis.result_json import join_json, save_json
from auscult.errors import AuscultError
from auscult.recordings.synthesis import synthesize_lung


@pytest.fixture(scope="module")
def model(standin: Path) -> OnnxModel:
    return OnnxModel(standin)


@pytest.fixture(scope="module")
def wheezes(model: OnnxModel, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """A recording with one wheeze at 4.1-4.9 s and one at 12.9-13.8 s."""
    return analyze(write_lung(tmp_path_factory.mktemp("lung") / "wheezes.wav", wheezes=2, seed=1), model)


def write_lung(path: Path, **events: int) -> Path:
    recording = synthesize_lung(seconds=15, **events)
    soundfile.write(path, recording.samples, recording.rate)
    return path


def write(path: Path, samples: np.ndarray, rate: int = 8000) -> Path:
    soundfile.write(path, samples, rate, subtype="FLOAT")
    return path


def test_wheezes_are_found_when_and_where_they_are(wheezes: Analysis) -> None:
    assert [event.label for event in wheezes.events] == ["wheeze", "wheeze"]
    first, second = wheezes.events
    assert (first.start, first.end) == (pytest.approx(4.1, abs=0.5), pytest.approx(4.9, abs=0.5))
    assert (second.start, second.end) == (pytest.approx(12.9, abs=0.8), pytest.approx(13.8, abs=0.5))
    assert wheezes.recording.label == "wheeze"
    assert wheezes.recording.abnormal_seconds == pytest.approx(sum(e.end - e.start for e in wheezes.events))


def test_crackles_are_found(model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write_lung(tmp_path / "crackles.wav", fine_crackles=10, seed=1), model)
    assert {event.label for event in analysis.events} == {"crackle"}
    assert analysis.recording.label == "crackle"


def test_breathing_alone_is_normal(model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write_lung(tmp_path / "normal.wav", seed=1), model)
    assert analysis.recording.label == "normal"
    assert (analysis.events, analysis.recording.abnormal_seconds) == ((), 0.0)


def test_attention_shines_on_what_is_abnormal(wheezes: Analysis) -> None:
    assert wheezes.attention is not None
    by_time = wheezes.attention.values.sum(axis=0)
    frame = wheezes.attention.frame_seconds
    assert wheezes.attention.values.shape == (8, math.ceil(15 / frame))
    assert by_time[round(4.1 / frame) : round(4.9 / frame)].mean() > 5 * by_time[round(8.5 / frame) : round(10 / frame)].mean()


def test_gain_rate_and_channels_do_not_matter(wheezes: Analysis, model: OnnxModel, tmp_path: Path) -> None:
    recording = synthesize_lung(seconds=15, wheezes=2, seed=1)
    stereo = np.repeat(recording.samples[:, None], 2, axis=1) * 0.1
    other = analyze(write(tmp_path / "stereo.wav", stereo, recording.rate), model)
    assert other.recording.probabilities == pytest.approx(wheezes.recording.probabilities, abs=0.01)


@pytest.mark.parametrize("offset", [0.0, 0.1])
def test_silence_gets_a_warning_and_no_answer(offset: float, model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path / "silent.wav", np.full(40_000, offset)), model)
    assert "silent" in analysis.warnings[0]
    assert (analysis.recording.label, analysis.recording.probabilities) == (None, None)
    assert (analysis.windows, analysis.events, analysis.attention, analysis.timeline) == ((), (), None, None)


def test_silent_stretches_get_no_answer(model: OnnxModel, tmp_path: Path) -> None:
    samples = synthesize_lung(seconds=15, seed=1).samples.copy()
    samples[5 * 8000 : 10 * 8000] = 0
    analysis = analyze(write(tmp_path / "gap.wav", samples), model)
    starts = [window.start for window in analysis.windows]
    assert not [start for start in starts if 4.01 < start < 8.99]
    assert {4.0, 9.0} <= set(starts)  # half of each is sound
    assert any("silent" in warning for warning in analysis.warnings)


@pytest.mark.parametrize("samples", [1, 2, 40, 800])
def test_very_short_recordings_are_answered_or_warned_about(samples: int, model: OnnxModel, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, samples)
    analysis = analyze(write(tmp_path / "short.wav", noise), model)
    assert any(warning.startswith(("very short", "silent")) for warning in analysis.warnings)
    assert analysis.to_json()


def test_a_slow_recorder_is_warned_about(model: OnnxModel, tmp_path: Path) -> None:
    analysis = analyze(write(tmp_path / "slow.wav", np.random.default_rng(0).normal(0, 0.1, 8000), rate=2000), model)
    assert any(warning.startswith("narrow: recorded at 2000 Hz") for warning in analysis.warnings)


def test_the_offset_of_the_card_moves_the_answer(standin: Path, tmp_path: Path) -> None:
    from tests.analysis.standin import write_standin

    wav = write_lung(tmp_path / "wheezes.wav", wheezes=2, seed=1)
    shy = analyze(wav, write_standin(tmp_path, normal_offset=20.0))
    assert shy.recording.label == "normal"
    assert shy.events == ()


def test_nan_is_refused(model: OnnxModel, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=r"nan\.wav"):
        analyze(write(tmp_path / "nan.wav", np.array([0.0, np.nan] * 4000)), model)


def test_the_json_holds_what_the_documentation_says(wheezes: Analysis) -> None:
    told = json.loads(wheezes.to_json())
    assert list(told) == [
        "auscult", "format", "file", "model", "organ", "seconds", "warnings", "quality", "told", "recording", "sureness",
        "windows", "events", "breathing", "attention", "heart_rate", "occlusion", "disclaimer",
    ]  # fmt: skip
    assert told["auscult"] == {"version": auscult.__version__}
    assert told["format"] == 1
    assert told["seconds"] == 15.0
    assert (told["organ"], told["heart_rate"], told["occlusion"]) == ("lung", None, None)
    assert list(told["model"]) == ["name", "title", "task", "classes", "sha256", "answers"]
    assert list(told["recording"]) == ["label", "probabilities", "abnormal_seconds", "kinds"]
    assert list(told["recording"]["probabilities"]) == ["normal", "crackle", "wheeze", "both"]
    assert list(told["windows"][0]) == ["start", "end", "label", "probabilities"]
    assert list(told["events"][0]) == ["start", "end", "label", "probability", "focus", "kind"]
    assert list(told["events"][0]["focus"]) == ["start", "end", "low", "high"]
    assert told["events"][0]["start"] == pytest.approx(wheezes.events[0].start, abs=1e-5)


def test_the_map_in_the_json_is_the_map_in_steps_of_the_peak(wheezes: Analysis) -> None:
    attention = json.loads(wheezes.to_json())["attention"]
    assert wheezes.attention is not None
    back = np.array(attention["values"]) * attention["peak"] / 255
    np.testing.assert_allclose(back, wheezes.attention.values, atol=attention["peak"] / 500)
    assert attention["frame_seconds"] == 0.032
    assert len(attention["band_hz"]) == len(attention["values"])


def test_several_texts_make_a_list(wheezes: Analysis, tmp_path: Path) -> None:
    text = wheezes.to_json()
    assert json.loads(join_json([text], as_list=False))["seconds"] == 15.0
    assert [one["seconds"] for one in json.loads(join_json([text, text], as_list=True))] == [15.0, 15.0]
    assert json.loads(join_json([], as_list=True)) == []
    save_json([text], tmp_path / "one.json", as_list=True)
    assert len(json.loads((tmp_path / "one.json").read_text())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["one.json"]


def test_a_file_that_cannot_be_written_leaves_nothing(wheezes: Analysis, tmp_path: Path) -> None:
    target = tmp_path / "taken.json"
    target.mkdir()
    with pytest.raises(AuscultError, match=r"taken\.json could not be written"):
        save_json([wheezes.to_json()], target, as_list=False)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.json"]
