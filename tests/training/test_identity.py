"""Which pretrained weights make a run another run: their content decides, and where they are gone their name."""

import shutil
from hashlib import sha256

import pytest
from huggingface_hub import constants
from transformers import ASTConfig, ASTModel

from auscult.training.identity import digest_weights, recipe_identity
from auscult.training.recipe_file import load_recipe
from auscult.training.run import RunFolder

NAME = "MIT/tiny"


@pytest.fixture
def checkpoint(tmp_path):
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    ASTModel(ASTConfig(**sizes, max_length=64, num_mel_bins=32)).save_pretrained(tmp_path / "mine")
    return tmp_path / "mine"


@pytest.fixture
def cached(checkpoint, tmp_path, monkeypatch):
    """The same checkpoint, under a name of the hub."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    model = tmp_path / "cache" / "models--MIT--tiny"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0" * 40)
    return shutil.copytree(checkpoint, model / "snapshots" / ("0" * 40))


def identity(source, run):
    return recipe_identity(load_recipe("cnn6-ce", {"model.weights": source}), run)


def claim(run, source, *, finished=False):
    run.claim(identity(source, run), "")
    if finished:
        run.predictions.touch()


def test_a_checkpoint_is_its_configuration_and_its_weights(checkpoint):
    def content():
        return (checkpoint / "config.json").read_bytes() + (checkpoint / "model.safetensors").read_bytes()

    first = digest_weights(str(checkpoint))
    assert first == sha256(content()).hexdigest()
    (checkpoint / "README.md").write_text("anything else does not count")
    assert digest_weights(str(checkpoint)) == first
    (checkpoint / "config.json").write_text((checkpoint / "config.json").read_text() + " ")
    assert digest_weights(str(checkpoint)) == sha256(content()).hexdigest() != first
    (checkpoint / "a.safetensors").write_bytes(b"another")
    files = [checkpoint / name for name in ("config.json", "a.safetensors", "model.safetensors")]
    assert digest_weights(str(checkpoint)) == sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def test_a_name_on_the_hub_and_a_copied_folder_are_the_same_run(checkpoint, cached, tmp_path):
    by_name, by_folder = RunFolder(tmp_path / "by-name"), RunFolder(tmp_path / "by-folder")
    claim(by_name, NAME)
    claim(by_folder, str(checkpoint))
    assert by_name.identity["recipe"]["model"]["weights"] == NAME
    assert by_folder.identity["recipe"]["model"]["weights"] == "mine"
    assert by_name.identity["weights"] == by_folder.identity["weights"]
    for run in (by_name, by_folder):
        for source in (NAME, str(checkpoint), str(cached)):
            assert identity(source, run) == run.identity
    shutil.copy(checkpoint / "model.safetensors", checkpoint / "more.safetensors")
    for run in (by_name, by_folder):
        assert identity(str(checkpoint), run) != run.identity


def test_a_finished_run_does_not_need_its_checkpoint(checkpoint, cached, tmp_path):
    by_name, by_folder = RunFolder(tmp_path / "by-name"), RunFolder(tmp_path / "by-folder")
    claim(by_name, NAME, finished=True)
    claim(by_folder, str(checkpoint), finished=True)
    shutil.rmtree(checkpoint)
    shutil.rmtree(tmp_path / "cache")
    assert identity(NAME, by_name) == by_name.identity
    assert identity(str(checkpoint), by_folder) == by_folder.identity
    for other in ("other/tiny", "tiny", str(checkpoint), None):
        assert identity(other, by_name) != by_name.identity
    for other in (NAME, None):
        assert identity(other, by_folder) != by_folder.identity


def test_a_run_from_random_weights_is_not_one_from_a_checkpoint(checkpoint, tmp_path):
    run = RunFolder(tmp_path / "random")
    claim(run, None, finished=True)
    assert identity(None, run) == run.identity
    for source in (str(checkpoint), "gone", NAME):
        assert identity(source, run) != run.identity


def test_of_a_path_the_last_part_is_kept_and_a_name_whole():
    for source, kept in (("/home/me/mine.pth", "mine.pth"), ("/home/me/checkpoint", "checkpoint"), (NAME, NAME), (None, None)):
        assert load_recipe("cnn6-ce", {"model.weights": source}).without_paths().model.weights == kept
