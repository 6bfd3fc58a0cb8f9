"""A run is exported once into its own folder, anew when its models have changed, and not at all when it is not finished."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile
import torch
from tests.blocking import BLOCK_TRAINING_LIBRARIES

from auscult.analysis.model import OnnxModel, load_model
from auscult.errors import AuscultError
from auscult.export.of_run import export_once, export_run
from auscult.features.settings import SpectrogramSettings
from auscult.models.trained import ModelFacts, TrainedModel


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)
    facts = ModelFacts(
        model="cnn6",
        options={"width": 2},
        task="icbhi-4",
        classes=("normal", "crackle", "wheeze", "both"),
        features=settings,
        deltas=False,
        recipe={"title": "A tiny network"},
    )
    return TrainedModel(facts).eval()


@pytest.fixture
def model(network):
    """The network, whose facts and weights a test may change."""
    facts, weights = network.facts, {name: value.clone() for name, value in network.state_dict().items()}
    yield network
    network.facts = facts
    network.load_state_dict(weights)


@pytest.fixture
def run(model, tmp_path):
    """What `auscult train` leaves of a finished run, as far as an export looks at it."""
    folder = tmp_path / "my-run"
    folder.mkdir()
    model.save(folder)
    (folder / "run.json").write_text(json.dumps({"data": "synthetic"}))
    (folder / "predictions.csv").touch()
    return folder


def test_a_run_is_exported_once(run):
    said = []
    onnx = export_once(run, say=said.append)
    assert onnx == run / "export" / "model.onnx"
    assert said == [f"Exporting the run {run} to {onnx}, which is done once."]
    assert sorted(path.name for path in onnx.parent.iterdir()) == ["model.json", "model.onnx"]
    card = OnnxModel(onnx).card
    assert (card.name, card.title, card.organ) == ("my-run", "A tiny network", "lung")
    assert card.thresholds == {}
    assert card.window_seconds == pytest.approx(2.0, abs=0.032)
    before = [path.stat() for path in onnx.parent.iterdir()]
    assert export_once(run, say=said.append) == onnx
    assert [path.stat() for path in onnx.parent.iterdir()] == before
    assert len(said) == 1


def test_a_run_with_other_models_is_exported_anew(run, model):
    samples = np.random.default_rng(0).normal(0, 0.02, 12_000).astype(np.float32)
    first = OnnxModel(export_once(run))(samples)[0]
    with torch.no_grad():
        model.classifier.head.weight.mul_(-2)
    model.save(run)
    assert np.abs(OnnxModel(export_once(run))(samples)[0] - first).max() > 1e-3
    model.facts = model.facts.model_copy(update={"normal_offset": 0.5})
    model.save(run)
    assert OnnxModel(export_once(run)).card.normal_offset == 0.5


@pytest.mark.parametrize("content", [None, b"{", b"{}"])
@pytest.mark.parametrize("name", ["model.onnx", "model.json"])
def test_a_kept_file_that_is_missing_or_broken_is_written_again(run, name, content):
    onnx = export_once(run)
    whole = onnx.read_bytes()
    if content is None:
        (onnx.parent / name).unlink()
    else:
        (onnx.parent / name).write_bytes(content)
    assert OnnxModel(export_once(run)).card.name == "my-run"
    assert onnx.read_bytes() == whole


def test_what_cannot_be_exported_leaves_nothing(run, model):
    model.facts = model.facts.model_copy(update={"normalize": "published"})
    model.save(run)
    with pytest.raises(AuscultError, match=r"^model\.onnx cannot be written: with features\.normalize=published"):
        export_once(run)
    assert not (run / "export").exists()


@pytest.mark.parametrize("missing", ["model.json", "model.safetensors", "predictions.csv"])
def test_a_run_that_is_not_finished_is_refused(run, missing):
    (run / missing).unlink()
    with pytest.raises(AuscultError) as refusal:
        export_once(run)
    assert str(refusal.value) == (
        f"{run} is no finished run of `auscult train` or `auscult crossval`, {missing} is missing: "
        "finish it with the command that began it, or name another folder."
    )
    assert not (run / "export").exists()


def test_a_cross_validation_without_all_of_its_folds_is_refused(run, model, tmp_path):
    (run / "run.json").write_text(json.dumps({"folds": ["one", "two"], "crossval": "subject"}))
    (run / "one").mkdir()
    model.save(run / "one")
    with pytest.raises(AuscultError, match=r"crossval`, two/model\.json is missing"):
        export_once(run)


def test_models_that_are_too_large_together_are_refused(run, model):
    (run / "run.json").write_text(json.dumps({"folds": ["one", "two"], "crossval": "subject"}))
    for fold in ("one", "two"):
        (run / fold).mkdir()
        model.save(run / fold)
        os.truncate(run / fold / "model.safetensors", 1_200_000_000)  # takes no room on the disk
    with pytest.raises(AuscultError, match=r"^The weights of 2 models are 2\.4 GB, .* take one fold, such as \S*one\.$"):
        export_once(run)
    assert not (run / "export").exists()


def test_a_run_that_has_been_exported_is_analysed_without_torch(run, tmp_path):
    export_once(run)
    soundfile.write(tmp_path / "noise.wav", np.random.default_rng(0).normal(0, 0.1, 20_000), 4000)
    code = f"{BLOCK_TRAINING_LIBRARIES}\nfrom auscult.cli.main import main\nmain()\n"
    command = [sys.executable, "-c", code, "analyze", str(tmp_path / "noise.wav"), "--model", str(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "model my-run" in done.stdout
    assert done.stderr == ""


def test_in_python_a_folder_is_refused_with_what_to_do(run):
    with pytest.raises(AuscultError, match=r"my-run is a folder: .* auscult\.export\.of_run\.export_once gives\.$"):
        load_model(run)
    assert load_model(export_once(run)).card.name == "my-run"


def test_a_window_is_no_longer_than_what_the_model_hears(tmp_path):
    """20 frames of 64 ms every 32 ms are 0.672 s."""
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)
    sizes = {"frames": 20, "width": 8, "layers": 1, "heads": 2}
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(model="ast", options=sizes, task="icbhi-4", classes=classes, features=settings, deltas=False)
    TrainedModel(facts).save(tmp_path)
    card = OnnxModel(export_once(tmp_path)).card
    assert card.window_seconds == pytest.approx(0.672)
    assert card.step_seconds == pytest.approx(0.16)  # a quarter of it, in whole frames


def test_a_window_is_as_long_as_those_that_were_learned_from(model, tmp_path):
    model.facts = model.facts.model_copy(update={"recipe": {"data": {"around_seconds": 1.0}}})
    model.save(tmp_path)
    card = OnnxModel(export_once(tmp_path)).card
    assert card.window_seconds == pytest.approx(1.0, abs=0.032)
    assert card.step_seconds == pytest.approx(0.25, abs=0.032)


def test_a_step_longer_than_a_window_is_one_sentence(run, tmp_path):
    with pytest.raises(AuscultError, match=r"^The step of 3 s is longer than the window of 2 s: make it shorter\.$"):
        export_run(run, tmp_path / "out.onnx", name="x", window_seconds=2.0, step_seconds=3.0)
    assert not list(tmp_path.glob("out*"))
