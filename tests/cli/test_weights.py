"""`--weights` of `auscult train` and `auscult crossval`, run as a user runs them."""

import json
import sys
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from auscult.cli.main import main
from auscult.cli.recipe_options import parse_settings
from auscult.export.onnx_file import export_onnx
from auscult.models.registry import create_model
from auscult.models.trained import load_trained
from auscult.recordings.synthesis.collection import write_collection
from tests.models.published import as_published

SMALL = ["features.bands=16", "features.hop_seconds=0.1", "features.window_seconds=0.1", "model.options.frames=16"]
SMALL += ["training.batch_size=8", "training.samples=8", "training.epochs=1", "training.learning_rate=1e-12"]
SETTINGS = ["cnn6-ce", "--data", "synthetic", *[word for setting in SMALL for word in ("--set", setting)]]
KEPT = ("run.json", "recipe.yaml", "model.json")


def publish(name, file, seed):
    torch.manual_seed(seed)
    encoder = create_model(name, classes=("a", "b"), channels=1, bands=64, reading="panns").encoder
    torch.save({"model": as_published(encoder.state_dict())}, file)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=12, seconds=8, seed=0)
    publish("cnn6", folder / "Cnn6.pth", 1)
    publish("cnn10", folder / "Cnn10.pth", 1)
    (folder / "text.pth").write_text("hello")
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
        return SimpleNamespace(returncode=stop.value.code or 0, **capsys.readouterr()._asdict())

    return run


def identity(folder):
    return json.loads((folder / "run.json").read_text())


def test_a_run_starts_from_them_and_knows_which_they_were(workplace, auscult, monkeypatch):
    train = ["train", *SETTINGS, "--root", str(workplace / "synthetic"), "--out", str(workplace / "run")]
    done = auscult(*train, "--weights", "Cnn6.pth")
    assert done.returncode == 0, done.err
    # With next to no learning rate the convolutions stay what they were.
    theirs = torch.load(workplace / "Cnn6.pth", weights_only=True)["model"]
    ours = load_file(workplace / "run" / "model.safetensors")
    for block in range(4):
        convolution = ours[f"classifier.encoder.blocks.{block}.convolve.0.weight"]
        torch.testing.assert_close(convolution, theirs[f"conv_block{block + 1}.conv1.weight"], atol=1e-8, rtol=0)
    before = (workplace / "run" / "predictions.csv").stat()
    assert identity(workplace / "run")["weights"] == sha256((workplace / "Cnn6.pth").read_bytes()).hexdigest()
    assert identity(workplace / "run")["recipe"]["model"]["weights"] == "Cnn6.pth"

    monkeypatch.chdir(workplace / "synthetic")  # the same command from elsewhere is the same run
    assert auscult(*train, "--set", "model.weights=../Cnn6.pth").returncode == 0
    assert (workplace / "run" / "predictions.csv").stat() == before
    publish("cnn6", workplace / "Cnn6.pth", 2)  # another file under the same name is not
    refused = auscult(*train, "--weights", "../Cnn6.pth")
    assert refused.returncode == 2
    assert "holds a run with another recipe" in refused.err
    assert auscult(*train).returncode == 2  # nor is none at all


def test_a_run_keeps_their_name_and_content_but_not_where_they_lay(workplace, auscult):
    folder = workplace / "elsewhere"
    folder.mkdir()
    publish("cnn6", workplace / "mine.pth", 5)
    train = ["train", *SETTINGS, "--root", "synthetic", "--out", "run3"]
    assert auscult(*train, "--weights", "mine.pth").returncode == 0
    run = workplace / "run3"
    for file in KEPT:
        assert "mine.pth" in (run / file).read_text()
        assert str(workplace) not in (run / file).read_text()
    before = [(run / file).stat() for file in (*KEPT, "predictions.csv")]

    (workplace / "mine.pth").rename(folder / "mine.pth")
    assert auscult(*train, "--weights", "elsewhere/mine.pth").returncode == 0  # the same file at another path
    (folder / "mine.pth").rename(folder / "yours.pth")
    assert auscult(*train, "--weights", "elsewhere/yours.pth").returncode == 0  # and of another name
    assert auscult(*train, "--weights", "mine.pth").returncode == 0  # a finished run does not need it any more
    for other in (["--weights", "gone.pth"], ["--weights", "synthetic"], ["--weights", "mine.pth", "--seed", "1"]):
        refused = auscult(*train, *other)
        assert refused.returncode == 2
        assert "holds a run with another recipe" in refused.err
    assert [(run / file).stat() for file in (*KEPT, "predictions.csv")] == before

    trained = load_trained(run)
    assert trained.facts.recipe["model"]["weights"] == "mine.pth"
    export_onnx(trained, workplace / "model.onnx", card={"name": "x", "title": "x", "organ": "lung", "licence": "Apache-2.0"})
    (card,) = workplace.glob("model*.json")
    assert str(workplace) not in card.read_text()

    (run / "predictions.csv").unlink()  # an unfinished one does
    assert "mine.pth does not exist" in auscult(*train, "--weights", "mine.pth").err


def test_a_cross_validation_knows_them_too(workplace, auscult):
    publish("cnn6", workplace / "first.pth", 3)
    crossval = ["crossval", *SETTINGS, "--root", "synthetic", "--out", "cv", "--folds", "2", "--weights", "first.pth"]
    done = auscult(*crossval)
    assert done.returncode == 0, done.err
    assert len({identity(folder)["weights"] for folder in (workplace / "cv", *(workplace / "cv").glob("subject-*"))}) == 1
    for file in (workplace / "cv").rglob("*.json"):
        assert file.name == "environment.json" or str(workplace) not in file.read_text()
    (workplace / "first.pth").unlink()  # finished, it does not need them any more
    assert auscult(*crossval).returncode == 0
    publish("cnn6", workplace / "first.pth", 4)
    assert "holds a run with another recipe" in auscult(*crossval).err


@pytest.mark.parametrize("command", ["train", "crossval"])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--weights", "nothing.pth"], "nothing.pth does not exist; give the path of a .pth or .safetensors file."),
        (["--weights", "synthetic"], "synthetic is a folder; give the path"),
        (["--weights", "text.pth"], "text.pth cannot be read"),
        (["--weights", "Cnn10.pth"], "add --set model.name=cnn10."),
        (["--weights", "Cnn10.pth", "--set", "model.name=cnn10", "--set", "features.deltas=true"], "features.deltas=false."),
        (["--set", "model.weights=Cnn10.pth", "--set", "model.options.depth=3"], "Model 'cnn6' has no option 'depth'"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(workplace, auscult, command, words, sentence):
    done = auscult(command, *SETTINGS, "--root", "synthetic", "--out", "run2", *words)
    assert done.returncode == 2, done.err
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (workplace / "run2").exists()


def test_paths_are_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    rest = {"data": None, "task": None, "epochs": None, "protocol": None}
    for given in ({"settings": ["model.weights=a/../w.pth"], "weights": None}, {"settings": None, "weights": Path("w.pth")}):
        assert parse_settings(**given, **rest) == {"model.weights": str(tmp_path / "w.pth")}
    assert parse_settings(["model.weights=null"], weights=None, **rest) == {"model.weights": None}
    assert parse_settings(["model.weights=~/w.pth"], weights=None, **rest) == {"model.weights": str(Path.home() / "w.pth")}
    assert parse_settings(None, weights=None, **rest) == {}


@pytest.mark.parametrize("command", ["train", "crossval"])
def test_help_says_which_file_it_is(auscult, command):
    said = " ".join(auscult(command, "--help").out.replace("│", " ").split())
    assert "Published weights of PANNs (.pth or .safetensors) that cnn6, cnn10 or cnn14 starts from" in said
