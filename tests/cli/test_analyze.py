import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.analysis import model as model_module
from auscult.cli.main import main
from auscult.recordings.synthesis import synthesize_heart, synthesize_lung
from tests.analysis.heart_standin import write_heart_standin
from tests.analysis.standin import write_standin

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_standin(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def lung(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with two wheezes."""
    path = tmp_path_factory.mktemp("lung") / "wheezes [red].wav"
    recording = synthesize_lung(seconds=15, wheezes=2, seed=1)
    soundfile.write(path, recording.samples, recording.rate)
    return path


@pytest.fixture
def run(model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `auscult analyze` with the stand-in model: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["auscult", "analyze", *map(str, arguments), "--model", str(model)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return call


def test_one_recording_is_summed_up(lung: Path, run: Run) -> None:
    code, out, err = run(lung)
    assert (code, err) == (0, "")
    assert "wheezes [red].wav · 15.0 s" in out  # not taken for markup
    assert "█" in out
    assert out.count(" wheeze ") >= 3  # the answer, two events
    assert "An aid, not a diagnosis" in out


def test_json_and_picture_are_written(lung: Path, run: Run, tmp_path: Path) -> None:
    code, _, _ = run(lung, "--json", tmp_path / "a.json", "--plot", tmp_path / "a.png")
    assert code == 0
    assert len(json.loads((tmp_path / "a.json").read_text())["events"]) == 2
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.png"]


def test_json_to_stdout_is_all_there_is(lung: Path, run: Run) -> None:
    code, out, err = run(lung, "--json", "-")
    assert (code, err) == (0, "")
    assert json.loads(out)["recording"]["label"] == "wheeze"


def test_one_bad_file_does_not_stop_the_others(lung: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("not audio")
    out_file = tmp_path / "all.json"
    code, out, err = run(lung, tmp_path / "notes.wav", lung, tmp_path / "gone.wav", "--json", out_file)
    assert code == 2
    assert out.count("wheeze ") == 2
    assert err.count("error:") == 2
    assert "notes.wav is not audio" in err
    assert "no file" in err
    assert [one["recording"]["label"] for one in json.loads(out_file.read_text())] == ["wheeze", "wheeze"]


def test_several_pictures_go_into_a_folder_under_names_of_their_own(lung: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / lung.name
    other.parent.mkdir()
    other.write_bytes(lung.read_bytes())
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    assert run(lung, other, "--plot", pictures)[0] == 0
    assert sorted(path.name for path in pictures.iterdir()) == ["wheezes [red]-2.png", "wheezes [red].png"]
    code, _, err = run(lung, other, "--plot", tmp_path / "one.png")
    assert code == 2
    assert "must be a folder" in err


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of the name and the organ of those that answer where none is named, and the rules beside them."""
    folder = tmp_path_factory.mktemp("bundled")
    for name in ("gate.json", "breathing.json", "quality-lung.json", "quality-heart.json"):
        shutil.copy(model_module.BUNDLED / name, folder)
    write_standin(folder, name="mn-lung")
    write_heart_standin(folder, name="heart")
    return folder


@pytest.fixture(scope="module")
def heart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A heart at 72 beats a minute."""
    path = tmp_path_factory.mktemp("heart") / "apex.wav"
    recording = synthesize_heart(seconds=12, beats_per_minute=72, seed=3)
    soundfile.write(path, recording.samples, recording.rate)
    return path


@pytest.fixture
def run_bundled(bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `auscult` with stand-ins in place of the bundled models."""
    monkeypatch.setattr(model_module, "BUNDLED", bundle)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["auscult", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return call


def test_a_heart_sound_is_summed_up(heart: Path, run_bundled: Run, tmp_path: Path) -> None:
    code, out, err = run_bundled(
        "analyze", heart, "--organ", "heart", "--json", tmp_path / "a.json", "--plot", tmp_path / "a.png"
    )
    assert (code, err) == (0, "")
    assert "apex.wav · 12.0 s · as a heart sound · model heart" in out
    assert "heart rate 72 a minute, confidence" in out
    assert "speaks most for it: " in out
    assert "crackles" not in out
    told = json.loads((tmp_path / "a.json").read_text())
    assert told["organ"] == "heart"
    reason = max(told["occlusion"]["bands"], key=lambda band: abs(band["effect"]))
    assert f"{reason['low']:.0f}–{reason['high']:.0f} Hz ({reason['effect']:+.1f})" in out
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_what_was_not_asked_for_is_said(lung: Path, run_bundled: Run) -> None:
    assert "as a lung sound (for a heart sound: --organ heart) · model mn-lung" in run_bundled("analyze", lung)[1]
    assert "as lung sounds (for heart sounds: --organ heart) · model mn-lung" in run_bundled("analyze", lung, lung)[1]
    for asked in (("--organ", "lung"), ("--model", "mn-lung")):
        out = run_bundled("analyze", lung, *asked)[1]
        assert "as a lung sound · model mn-lung" in out
        assert "--organ" not in out


def test_several_heart_sounds_are_a_table_with_rates(heart: Path, run_bundled: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(8000), 2000)
    code, out, _ = run_bundled("analyze", heart, tmp_path / "silent.wav", "--organ", "heart")
    assert code == 0
    apex, silent = (next(line for line in out.splitlines() if name in line).split() for name in ("apex.wav", "silent.wav"))
    assert "beats/min" in out
    assert "72" in apex
    assert "–" in silent


def test_organ_and_model_must_agree(heart: Path, run_bundled: Run) -> None:
    code, out, err = run_bundled("analyze", heart, "--organ", "heart", "--model", "mn-lung")
    assert (code, out) == (2, "")
    assert "error: The model mn-lung is made for lung sounds, not for heart sounds: leave out the model or the organ." in err
    assert run_bundled("analyze", heart, "--organ", "heart", "--model", "heart")[0] == 0
    code, _, err = run_bundled("analyze", heart, "--organ", "liver")
    assert code == 2
    assert "'liver' is not one of 'lung', 'heart'" in err


def test_models_say_their_organ(run_bundled: Run) -> None:
    lines = [line.split() for line in run_bundled("models")[1].splitlines()]
    assert ["heart", "heart"] in [words[:2] for words in lines]
    assert ["mn-lung", "lung"] in [words[:2] for words in lines]


def make_bad(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.wav"
    if kind == "text":
        path.write_text("these are my notes")
    elif kind == "empty":
        path.touch()
    elif kind == "no samples":
        soundfile.write(path, np.zeros(0), 8000)
    elif kind == "nan":
        soundfile.write(path, np.array([0.1, np.nan] * 8000), 8000, subtype="FLOAT")
    elif kind == "cut off":
        path = path.with_suffix(".flac")
        soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 80_000), 8000)
        path.write_bytes(path.read_bytes()[:50_000])
    elif kind == "folder":
        path.mkdir()
    elif kind == "very long":
        path = path.with_suffix(".flac")
        soundfile.write(path, np.zeros(100 * 3700 * 3, dtype=np.int16), 100)
    return path


@pytest.mark.parametrize("kind", ["missing", "text", "empty", "no samples", "nan", "cut off", "folder", "very long"])
def test_what_is_no_recording_is_refused_in_one_sentence(kind: str, run: Run, tmp_path: Path) -> None:
    path = make_bad(kind, tmp_path)
    before = sorted(tmp_path.iterdir())
    code, out, err = run(path, "--json", tmp_path / "out.json", "--plot", tmp_path / "out.png")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert path.name in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("samples", [1, 40_000])
def test_silence_and_a_single_sample_get_a_warning(samples: int, run: Run, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(samples), 8000)
    code, out, _ = run(tmp_path / "silent.wav", "--json", tmp_path / "out.json")
    assert code == 0
    assert "! silent" in out
    assert "Cannot be told — silent: nothing was recorded; check that the stethoscope is on" in out
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["recording"] == {"label": None, "probabilities": None, "abnormal_seconds": 0.0, "kinds": {}}
    assert told["attention"] is None


def test_targets_that_cannot_be_written_are_refused_before_the_work(lung: Path, run: Run, tmp_path: Path) -> None:
    for option in ("--json", "--plot"):
        code, out, err = run(lung, option, tmp_path / "nowhere" / "out.png")
        assert (code, out) == (2, "")
        assert "There is no folder" in err
    code, out, err = run(lung, "--json", tmp_path)
    assert (code, out) == (2, "")
    assert "is a folder: name the file" in err


def test_a_recording_is_never_overwritten(lung: Path, run: Run) -> None:
    before = lung.read_bytes()
    code, _, err = run(lung, "--json", lung)
    assert code == 2
    assert "is a recording to analyse" in err
    assert lung.read_bytes() == before


def test_a_full_disk_leaves_the_earlier_file_and_one_sentence(lung: Path, model: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("earlier")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))  # writing more fails, as on a full disk

    command = [sys.executable, "-m", "auscult.cli.main", "analyze", lung, "--model", model, "--json", target]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=small_files)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "could not be written" in done.stderr
    assert done.stderr.count("\n") == 1
    assert target.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_an_unknown_model_is_named(lung: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["auscult", "analyze", str(lung), "--model", "kidney"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "There is no model 'kidney'; bundled models:" in capsys.readouterr().err
