"""`auscult export`, run as a user runs it."""

import json
import shutil
import subprocess
import sys

import pytest
import yaml

from auscult.analysis.card import load_card
from auscult.cli.main import main
from auscult.recordings.synthesis.collection import write_collection

SMALL = ["features.bands=16", "features.hop_seconds=0.1", "features.window_seconds=0.1", "model.options.frames=16"]
SMALL += ["model.options.width=4", "training.batch_size=8", "training.samples=8", "training.epochs=1"]


def call(*words):
    """Run the command in this process → exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["auscult", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
    return stop.value.code or 0


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A training of icbhi-4 and its data."""
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "data", patients=12, seconds=8, seed=0)
    settings = [word for setting in SMALL for word in ("--set", setting)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(folder / "cache"))
        train = ["train", "cnn6-ce", "--data", "synthetic", "--root", folder / "data", "--out", folder / "run"]
        assert call(*train, *settings) == 0
    return folder


@pytest.mark.parametrize("options", [(), ("--int8",)])
def test_a_run_becomes_one_file_with_thresholds(workplace, tmp_path, capsys, options):
    out = tmp_path / "my.onnx"
    assert call("export", workplace / "run", out, "--root", workplace / "data", "--step", "0.4", *options) == 0
    printed = capsys.readouterr().out
    assert "ONNX Runtime differs from torch by at most" in printed
    assert ("8 bits, static, in 3 layers" in printed) == bool(options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my.json", "my.onnx"]
    card = load_card(tmp_path / "my.json")
    assert (card.name, card.step_seconds, card.int8) == ("my", pytest.approx(0.4), "static" if options else None)
    assert set(card.thresholds) == {"crackle", "wheeze"}
    recording = next((workplace / "data").rglob("*.wav"))
    assert call("analyze", recording, "--model", out, "--json", tmp_path / "answer.json") == 0
    assert json.loads((tmp_path / "answer.json").read_text())["model"]["name"] == "my"


def test_without_the_data_there_are_no_thresholds(workplace, tmp_path, capsys):
    assert call("export", workplace / "run", tmp_path / "my.onnx") == 0
    assert "Thresholds" not in capsys.readouterr().out
    assert load_card(tmp_path / "my.json").thresholds == {}


def refusals(folder):
    """Words → part of the sentence."""
    run = folder / "run"
    yield (run, folder / "x.txt"), "must end in .onnx"
    yield (run, folder / "missing" / "x.onnx"), "There is no folder"
    yield (folder / "missing", folder / "x.onnx"), "is no finished run of `auscult train`"
    yield (run, folder / "x.onnx", "--int8"), "name the folder of the run's data set with --root"
    yield (run, folder / "x.onnx", "--root", folder / "missing"), "missing"
    yield (run, folder / "x.onnx", "--window", "0.5", "--step", "0.9"), "make it shorter"


def test_what_cannot_be_done_is_one_sentence(workplace, capsys):
    capsys.readouterr()
    for words, part in refusals(workplace):
        assert call("export", *words) == 2, words
        lines = " ".join(capsys.readouterr().err.split())
        assert part in lines, lines
        assert not list(workplace.glob("*.onnx"))
        assert not list(workplace.glob(".auscult-export-*"))


def test_a_run_whose_answers_depend_on_the_batch_is_not_exported(workplace, tmp_path):
    shutil.copytree(workplace / "run", tmp_path / "run")
    card = json.loads((tmp_path / "run" / "model.json").read_text())
    (tmp_path / "run" / "model.json").write_text(json.dumps(card | {"normalize": "published"}))
    command = [sys.executable, "-m", "auscult.cli.main", "export", str(tmp_path / "run"), str(tmp_path / "my.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be written: with features.normalize=published" in " ".join(done.stderr.split())
    assert not (tmp_path / "my.onnx").exists()
    assert yaml.safe_load((tmp_path / "run" / "recipe.yaml").read_text())["model"]["name"] == "cnn6"
