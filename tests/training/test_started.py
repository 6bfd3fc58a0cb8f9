"""Going on from a finished run: its encoder, its validation patients, and nothing it learned from on the test side."""

import shutil

import pytest
import torch
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.models.registry import create_model
from auscult.models.start import start_from
from auscult.recordings.core import Split, load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.recordings.tasks import get_task
from auscult.training.identity import digest_weights
from auscult.training.recipe_file import load_recipe
from auscult.training.sides import divide_segments
from auscult.training.train import train

TINY = {
    "data.name": "synthetic",
    "data.task": "icbhi-4",
    "data.units": ["annotated"],
    "features.bands": 8,
    "model.options": {"width": 0.05, "locate": True},
    "training.epochs": 1,
    "training.samples": 16,
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=12, seconds=6, seed=0)
    return load_dataset("synthetic", folder)


@pytest.fixture(scope="module")
def first(data, tmp_path_factory):
    """A run to go on from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(tmp_path_factory.mktemp("cache")))
        return train(load_recipe("mn-lung", TINY), data, tmp_path_factory.mktemp("runs") / "first", quiet=True, seed=3).path


def divide(recipe, data, split=None, seed=0):
    return divide_segments(recipe, data, get_task(recipe.data.task), split or data.get_split(), seed=seed)


def test_the_encoder_is_the_runs_and_the_classifier_is_new(first):
    model = create_model("mn", classes=("normal", "abnormal"), channels=1, bands=8, width=0.05, locate=True)
    start_from(model.encoder, str(first))
    saved = load_file(first / "model.safetensors")
    for name, value in model.encoder.state_dict().items():
        torch.testing.assert_close(value, saved[f"classifier.encoder.{name}"], rtol=0, atol=0)


def test_a_run_of_another_shape_is_refused_and_says_how_it_was_made(first):
    model = create_model("mn", classes=("a", "b"), channels=1, bands=8, width=0.1)
    with pytest.raises(
        AuscultError, match=r"first has a model of another shape \(mn; width=0\.05, locate=True; 8 bands\): set .*\.$"
    ):
        start_from(model.encoder, str(first))


def test_the_same_patients_choose_whatever_the_seed_and_the_task(first, data):
    answers = Predictions.load(first / "predictions.csv")
    chosen = set(answers.patients[answers.splits == "validation"].tolist())
    going_on = load_recipe("mn-lung", TINY | {"model.weights": str(first), "data.task": "icbhi-2"})
    division = divide(going_on, data, seed=7)
    assert {segment.recording.patient for segment in division.validate} == chosen
    assert not chosen & {segment.recording.patient for segment in division.learn}


def test_a_test_side_that_the_run_learned_from_is_refused(first, data):
    split = data.get_split()
    swapped = Split("swapped", train=split.test, test=split.train)
    with pytest.raises(AuscultError, match=r"has learned from .*, which is on the test side here"):
        divide(load_recipe("mn-lung", TINY | {"model.weights": str(first)}), data, swapped)


def test_a_run_on_other_data_chooses_no_patients(first, data, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(first, elsewhere)
    record = elsewhere / "run.json"
    record.write_text(record.read_text().replace('"data": "synthetic"', '"data": "icbhi"'))
    fresh, going_on = (load_recipe("mn-lung", TINY | {"model.weights": source}) for source in (None, str(elsewhere)))
    assert divide(going_on, data, seed=7).validate == divide(fresh, data, seed=7).validate


def test_a_run_is_known_by_its_model_not_by_its_place(first, tmp_path):
    copy = tmp_path / "moved"
    shutil.copytree(first, copy)
    assert digest_weights(str(first)) == digest_weights(str(copy))
    (copy / "model.safetensors").write_bytes(b"other")
    assert digest_weights(str(first)) != digest_weights(str(copy))


def test_training_goes_on_from_it(first, data, tmp_path, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))
    recipe = load_recipe("mn-lung", TINY | {"model.weights": str(first), "data.task": "icbhi-2"})
    run = train(recipe, data, tmp_path / "second", quiet=True)
    assert Predictions.load(run.predictions).task == "icbhi-2"
    assert str(tmp_path) not in (run.path / "recipe.yaml").read_text()


def test_what_of_its_own_test_side_it_never_answered_is_unheard_too(first, data, tmp_path):
    """Such as recordings without any event, which a run on events has no answers to."""
    silent = tmp_path / "silent"
    shutil.copytree(first, silent)
    answers = Predictions.load(first / "predictions.csv")
    left_out = answers.recordings[answers.splits != "validation"][0]
    answers.where(answers.recordings != left_out).save(silent / "predictions.csv")
    division = divide(load_recipe("mn-lung", TINY | {"model.weights": str(silent)}), data)
    assert left_out in {segment.recording.id for segment in division.test}
