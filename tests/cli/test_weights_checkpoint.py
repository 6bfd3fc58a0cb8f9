"""A checkpoint that transformers has saved: trained from, told apart, exported and analysed with, as a user does it."""

import json
import shutil
import sys
from types import SimpleNamespace

import pytest
import soundfile
import torch
from huggingface_hub import constants
from safetensors.torch import load_file
from transformers import ASTConfig, ASTForAudioClassification

from auscult.cli.main import main
from auscult.recordings.synthesis import synthesize_lung
from auscult.recordings.synthesis.collection import write_collection

SIZES = {"width": 16, "layers": 1, "heads": 2, "patch": 8, "frequency_stride": 6, "time_stride": 6, "frames": 48}
SMALL = [f"model.options.{name}={size}" for name, size in SIZES.items()]
SMALL += ["features.bands=32", "features.hop_seconds=0.05", "features.window_seconds=0.1", "training.batch_size=8"]
SMALL += ["training.samples=8", "training.epochs=1", "training.learning_rate=1e-12"]
SETTINGS = ["ast-small-ce", "--data", "synthetic", *[word for setting in SMALL for word in ("--set", setting)]]
NAME = "MIT/tiny-ast"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=12, seconds=8, seed=0)
    recording = synthesize_lung(seconds=10, wheezes=2, seed=1)
    soundfile.write(folder / "chest.wav", recording.samples, recording.rate)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    strides = {"patch_size": 8, "frequency_stride": 6, "time_stride": 6}
    torch.manual_seed(0)
    ASTForAudioClassification(ASTConfig(**sizes, **strides, max_length=64, num_mel_bins=32)).save_pretrained(folder / "tiny")
    return folder


@pytest.fixture
def auscult(workplace, monkeypatch, capsys):
    """Run the command in this process, without a network: words → exit code, stdout, stderr."""
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("AUSCULT_CACHE", str(workplace / "cache"))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(workplace / "hub"))

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["auscult", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(code=stop.value.code or 0, **capsys.readouterr()._asdict())

    return run


def put_on_hub(workplace):
    """Leave the checkpoint as huggingface_hub leaves one that it has downloaded."""
    model = workplace / "hub" / "models--MIT--tiny-ast"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0" * 40)
    shutil.copytree(workplace / "tiny", model / "snapshots" / ("0" * 40))


def test_from_a_checkpoint_to_an_answer(workplace, auscult):
    train = ["train", *SETTINGS, "--root", "synthetic", "--out", "run", "--weights"]
    done = auscult(*train, "tiny")
    assert done.code == 0, done.err
    # With next to no learning rate the transformer stays what it was.
    theirs = load_file(workplace / "tiny" / "model.safetensors")
    ours = load_file(workplace / "run" / "model.safetensors")
    projection = "embeddings.patch_embeddings.projection.weight"
    (name,) = (name for name in ours if name.endswith(projection))
    torch.testing.assert_close(ours[name], theirs[f"audio_spectrogram_transformer.{projection}"], atol=1e-8, rtol=0)
    record = (workplace / "run" / "run.json").read_text()
    assert json.loads(record)["recipe"]["model"]["weights"] == "tiny"
    assert str(workplace) not in record

    put_on_hub(workplace)
    before = (workplace / "run" / "predictions.csv").stat()
    assert auscult(*train, NAME).code == 0  # the same checkpoint by name is the same run
    assert (workplace / "run" / "predictions.csv").stat() == before
    assert "holds a run with another recipe" in auscult(*train, "none").err

    answer = auscult("analyze", "chest.wav", "--model", "run", "--json", "-")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["model"]["name"] == "run"
    assert (workplace / "run" / "export" / "model.onnx").is_file()


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ("MIT/other", "There is no folder MIT/other, and it cannot be fetched from the Hugging Face hub (ConnectError)"),
        ("chest.wav", "chest.wav is a file: give the folder of config.json and *.safetensors"),
        ("synthetic", "synthetic has no config.json"),
    ],
)
def test_what_is_no_checkpoint_is_one_sentence_and_leaves_nothing(workplace, auscult, weights, sentence):
    refused = auscult("train", *SETTINGS, "--root", "synthetic", "--out", "other", "--weights", weights)
    assert refused.code == 2
    assert sentence in refused.err
    assert len(refused.err.splitlines()) == 1
    assert not (workplace / "other").exists()
