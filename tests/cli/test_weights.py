"""`--weights` of `auscult train` and `auscult crossval`, run as a user runs them."""

import json
import sys
from hashlib import sha256
from importlib.resources import files
from types import SimpleNamespace

import pytest
import torch
import yaml
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
HUB_NAME = "MIT/ast-finetuned-audioset-10-10-0.4593"
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
    for gone in ("mine.pth", "elsewhere/mine.pth", str(workplace / "mine.pth")):  # a finished run does not need it any more
        assert auscult(*train, "--weights", gone).returncode == 0
    for other in ("gone.pth", "elsewhere/gone.pth", "none", "synthetic", "mine.pth --seed 1"):
        refused = auscult(*train, "--weights", *other.split())
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


def test_paths_are_made_absolute_and_names_are_left(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "w.pth").touch()
    (tmp_path / "checkpoint").mkdir()
    rest = {"data": None, "task": None, "epochs": None, "protocol": None}
    for given, meant in (
        ("w.pth", str(tmp_path / "w.pth")),
        ("checkpoint/../w.pth", str(tmp_path / "w.pth")),
        ("~/w.pth", str(tmp_path / "w.pth")),
        ("checkpoint", str(tmp_path / "checkpoint")),
        ("gone.pth", "gone.pth"),
        (HUB_NAME, HUB_NAME),
        ("none", None),
    ):
        assert parse_settings(None, weights=given, **rest) == {"model.weights": meant}
        assert parse_settings([f"model.weights={given}"], weights=None, **rest) == {"model.weights": meant}
    assert parse_settings(["model.weights=null"], weights=None, **rest) == {"model.weights": None}
    assert parse_settings(["model.weights=w.pth"], weights="none", **rest) == {"model.weights": None}
    assert parse_settings(None, weights=None, **rest) == {}


def test_none_starts_from_random_weights_whatever_the_recipe_names(workplace, auscult):
    recipe = yaml.safe_load((files("auscult") / "recipes" / "cnn6-ce.yaml").read_text())
    recipe["model"]["weights"] = "no-such-file.pth"
    (workplace / "mine.yaml").write_text(yaml.safe_dump(recipe))
    train = ["train", "mine.yaml", *SETTINGS[1:], "--root", "synthetic", "--out", "random"]
    assert "no-such-file.pth does not exist" in auscult(*train).err
    assert auscult(*train, "--weights", "none").returncode == 0
    assert "weights" not in identity(workplace / "random")
    assert identity(workplace / "random")["recipe"]["model"]["weights"] is None


@pytest.mark.parametrize("command", ["train", "crossval"])
def test_help_says_what_they_can_be(auscult, command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")  # the examples are whole in a narrow terminal too
    said = " ".join(auscult(command, "--help").out.replace("│", " ").split())
    assert "for cnn6, cnn10 and cnn14 one of PANNs, such as Cnn6_mAP=0.343.pth of zenodo.org/record/3987831" in said
    assert "a name on the Hugging Face hub (for ast, such as MIT/ast-finetuned-audioset-10-10-0.4593; for" in said
    assert (
        "clap-audio and bts laion/clap-htsat-unfused, for resnet18 microsoft/resnet-18), or the folder of a finished run"
        in said
    )
