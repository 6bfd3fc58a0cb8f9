"""`auscult analyze --model RUN`: from a training to an answer, run as a user runs them."""

import json
import shutil
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

import auscult as face
from auscult.cli.main import main
from auscult.evaluation.predictions import Predictions
from auscult.export.of_run import export_once
from auscult.recordings.synthesis import synthesize_lung
from auscult.recordings.synthesis.collection import write_collection

SMALL = ["features.bands=16", "features.hop_seconds=0.1", "features.window_seconds=0.1", "model.options.frames=16"]
SMALL += ["model.options.width=4", "training.batch_size=8", "training.samples=8", "training.epochs=1"]
SETTINGS = ["cnn6-ce", "--data", "synthetic", *[word for setting in SMALL for word in ("--set", setting)]]


def call(*words):
    """Run the command in this process → exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["auscult", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
    return stop.value.code or 0


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A training, a cross-validation, and a recording."""
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=12, seconds=8, seed=0)
    recording = synthesize_lung(seconds=10, wheezes=2, seed=1)
    soundfile.write(folder / "chest.wav", recording.samples, recording.rate)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(folder / "cache"))
        root = ["--root", folder / "synthetic"]
        assert call("train", *SETTINGS, *root, "--out", folder / "run") == 0
        assert call("crossval", *SETTINGS, *root, "--out", folder / "folds", "--folds", "2") == 0
    return folder


@pytest.fixture
def auscult(workplace, monkeypatch, capsys):
    """Run the command beside the runs: words → exit code, stdout, stderr."""
    monkeypatch.chdir(workplace)
    capsys.readouterr()

    def run(*words):
        return SimpleNamespace(code=call(*words), **capsys.readouterr()._asdict())

    return run


def test_a_run_is_exported_the_first_time_and_then_analysed_as_any_model(workplace, auscult):
    first = auscult("analyze", "chest.wav", "--model", "run", "--json", "-")
    assert first.code == 0
    assert first.err == "Exporting the run run to run/export/model.onnx, which is done once.\n"
    told = json.loads(first.out)
    assert told["model"]["name"] == "run"
    assert told["model"]["classes"] == ["normal", "crackle", "wheeze", "both"]
    assert sum(told["recording"]["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert [window["end"] - window["start"] for window in told["windows"]] == pytest.approx([2.0] * 17)
    for window in told["windows"]:  # without thresholds in the card the most probable class is the answer
        assert window["label"] == max(window["probabilities"], key=window["probabilities"].get)
    again = auscult("analyze", "chest.wav", "--model", "run", "--plot", "chest.png")
    assert (again.code, again.err) == (0, "")
    assert "as a lung sound · model run" in again.out
    assert (workplace / "chest.png").read_bytes().startswith(b"\x89PNG")
    assert not list(workplace.rglob("*.partial"))


def test_the_run_stays_a_run(workplace, auscult):
    export_once(workplace / "run")
    facts = (workplace / "run" / "model.json").read_text()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(workplace / "cache"))
        assert auscult("train", *SETTINGS, "--root", "synthetic", "--out", "run").code == 0
    assert (workplace / "run" / "model.json").read_text() == facts
    assert auscult("evaluate", "run").code == 0


def test_a_cross_validation_answers_with_the_mean_of_its_folds(workplace, auscult):
    assert auscult("analyze", "chest.wav", "--model", "folds", "--json", "folds.json").code == 0
    card = json.loads((workplace / "folds" / "export" / "model.json").read_text())
    assert card["split"].startswith("mean of the models of 2 folds by subject")
    predictions = Predictions.load(workplace / "folds" / "predictions.csv")
    right = (predictions.predicted == predictions.truth)[predictions.truth == 0]
    assert card["scores"]["all answers"]["specificity"] == pytest.approx(right.mean())
    folds = sorted((workplace / "folds").glob("subject-*"))
    offset = card["normal_offset"]
    assert offset == pytest.approx(np.mean([json.loads((fold / "model.json").read_text())["normal_offset"] for fold in folds]))


def test_the_organ_is_that_of_the_run(auscult):
    refused = auscult("analyze", "chest.wav", "--model", "run", "--organ", "heart")
    assert refused.code == 2
    assert "error: The model run is made for lung sounds, not for heart sounds" in refused.err


def test_a_bundled_model_goes_before_a_folder_of_its_name(workplace, auscult):
    (workplace / "lung").mkdir()
    assert "model lung" in auscult("analyze", "chest.wav", "--model", "lung").out
    (workplace / "lung").rmdir()


@pytest.mark.parametrize("missing", ["model.json", "predictions.csv"])
def test_a_folder_that_is_no_finished_run_is_one_sentence(workplace, auscult, missing):
    if missing == "model.json":
        (workplace / "other").mkdir()
    else:
        shutil.copytree(workplace / "run", workplace / "other", ignore=shutil.ignore_patterns("export", missing))
    before = sorted((workplace / "other").iterdir())
    refused = auscult("analyze", "chest.wav", "--model", "other")
    assert (refused.code, refused.out) == (2, "")
    assert f"error: other is no finished run of `auscult train` or `auscult crossval`, {missing} is missing" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert sorted((workplace / "other").iterdir()) == before
    shutil.rmtree(workplace / "other")


def test_what_depends_on_the_batch_is_refused_with_the_sentence_of_the_export(workplace, auscult):
    shutil.copytree(workplace / "run", workplace / "published", ignore=shutil.ignore_patterns("export"))
    facts = workplace / "published" / "model.json"
    facts.write_text(json.dumps(json.loads(facts.read_text()) | {"normalize": "published"}))
    refused = auscult("analyze", "chest.wav", "--model", "published")
    assert refused.code == 2
    assert "with features.normalize=published an answer depends on which sounds are answered together" in refused.err
    assert not (workplace / "published" / "export").exists()


def test_in_python_too(workplace):
    answer = face.analyze(workplace / "chest.wav", model=export_once(str(workplace / "run")))
    assert answer.model.name == "run"
    assert len(answer.windows) == 17
