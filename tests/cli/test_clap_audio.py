"""`clap-audio` from a checkpoint that transformers has saved: trained, exported and analysed with, as a user does it."""

import json
import sys
from types import SimpleNamespace

import pytest
import soundfile
import torch
from safetensors.torch import load_file

from auscult.cli.main import main
from auscult.recordings.synthesis import synthesize_lung
from auscult.recordings.synthesis.collection import write_collection
from tests.models.tiny_clap import OPTIONS, write_clap

SMALL = [f"model.options.{name}={size}" for name, size in (OPTIONS | {"heard": 80, "frames": 100}).items()]
SMALL += ["features.rate=4000", "features.window_seconds=0.064", "features.hop_seconds=0.05", "features.high=2000"]
SMALL += ["features.bands=32", "training.samples=8", "training.epochs=1", "training.learning_rate=1e-12"]
SETTINGS = ["clap-audio", "--data", "synthetic", *[word for setting in SMALL for word in ("--set", setting)]]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=12, seconds=8, seed=0)
    recording = synthesize_lung(seconds=10, wheezes=2, seed=1)
    soundfile.write(folder / "chest.wav", recording.samples, recording.rate)
    write_clap(folder / "tiny")
    return folder


@pytest.fixture
def auscult(workplace, monkeypatch, capsys):
    """Run the command in this process: words → exit code, stdout, stderr."""
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("AUSCULT_CACHE", str(workplace / "cache"))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["auscult", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(code=stop.value.code or 0, **capsys.readouterr()._asdict())

    return run


def test_from_a_checkpoint_to_an_answer(workplace, auscult):
    done = auscult("train", *SETTINGS, "--root", "synthetic", "--out", "run", "--weights", "tiny")
    assert done.code == 0, done.err
    # With next to no learning rate the network stays what it was.
    theirs, ours = load_file(workplace / "tiny" / "model.safetensors"), load_file(workplace / "run" / "model.safetensors")
    name = "audio_projection.linear2.weight"
    torch.testing.assert_close(ours[f"classifier.encoder.network.{name}"], theirs[name], atol=1e-8, rtol=0)
    facts = json.loads((workplace / "run" / "model.json").read_text())
    assert (facts["features"]["scale"], facts["normalize"], facts["recipe"]["model"]["weights"]) == ("clap", "none", "tiny")

    answer = auscult("analyze", "chest.wav", "--model", "run", "--json", "-")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert found["model"]["name"] == "run"
    assert (workplace / "run" / "export" / "model.onnx").is_file()


def test_weights_of_another_shape_leave_nothing(workplace, auscult):
    other = [*SETTINGS, "--set", "model.options.width=16", "--set", "features.deltas=true"]
    refused = auscult("train", *other, "--root", "synthetic", "--out", "other", "--weights", "tiny")
    assert refused.code == 2
    assert (
        "are of another shape; to start from them add --set model.options.width=8 --set features.deltas=false." in refused.err
    )
    assert len(refused.err.splitlines()) == 1
    assert not (workplace / "other").exists()
