"""The recipes of S3, tiny: each trains from random weights, and its answers are scored with four classes and with two."""

import csv

import numpy as np
import pytest
import torch

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import summarize_each
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.training.recipe_file import list_recipes, load_recipe
from auscult.training.train import train
from tests.recordings.layouts import write_icbhi_pictures

RECIPES = [name for name in list_recipes() if name.startswith("ast-")]
TINY = {
    "data.name": "synthetic",
    "data.split": None,
    "features.bands": 32,
    "model.options": {"frames": 20, "width": 8, "layers": 1, "heads": 2},
    "model.weights": None,
    "training.epochs": 1,
}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=8, seconds=8, seed=0)
    return load_dataset("synthetic", folder)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains_and_is_scored_in_both_ways(name, synthetic, tmp_path):
    run = train(load_recipe(name, TINY), synthetic, tmp_path / "run", quiet=True)
    predictions = Predictions.load(run.predictions)
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, atol=1e-4)
    four, two = (
        next(summary.scores for summary in summarize_each(predictions, tasks=[task]) if summary.split != "validation")
        for task in ("icbhi-4", "icbhi-2")
    )
    assert two.specificity == four.specificity
    assert two.sensitivity >= four.sensitivity


def test_the_published_recipes_say_what_s3_has():
    """S3's released code: methods.md has the figures."""
    for name in [name for name in RECIPES if "small" not in name]:
        recipe = load_recipe(name)
        assert recipe.model.weights == "MIT/ast-finetuned-audioset-10-10-0.4593"
        assert (recipe.features.rate, recipe.features.bands, recipe.features.scale) == (16000, 128, "kaldi")
        assert (recipe.training.optimizer, recipe.training.learning_rate, recipe.training.weight_decay) == ("adam", 5e-5, 1e-6)
        assert (recipe.training.batch_size, recipe.training.epochs, recipe.training.step_average) == (8, 50, 0.5)
        assert (recipe.signal.level, recipe.signal.fade) == ("recorded", True)


def test_audiosets_figures_go_with_the_weights(synthetic, tmp_path):
    run = train(load_recipe("ast-ce", TINY), synthetic, tmp_path / "run", quiet=True)
    standardize = load_trained(run.path).front_end.standardize
    torch.testing.assert_close(standardize.mean, torch.full((32, 1), -4.2677393))
    torch.testing.assert_close(standardize.deviation, torch.full((32, 1), 2 * 4.5689974))


@pytest.mark.parametrize("name", ["ast-small-patchmix", "ast-small-patchmix-cl"])
def test_a_last_batch_of_one_is_skipped(name, synthetic, tmp_path):
    """Nine segments in batches of four."""
    run = train(
        load_recipe(name, TINY | {"training.batch_size": 4, "training.samples": 9}), synthetic, tmp_path / "run", quiet=True
    )
    with open(run.path / "log" / "version_0" / "metrics.csv") as file:
        assert [float(line["skipped"]) for line in csv.DictReader(file) if line["skipped"]] == [1.0]


@pytest.mark.parametrize("name", ["ast-small-patchmix", "ast-small-patchmix-cl"])
def test_batches_of_one_are_told_before_anything_is_written(name, synthetic, tmp_path):
    recipe = load_recipe(name, TINY | {"training.batch_size": 1})
    with pytest.raises(
        AuscultError, match=r"^The objective .* needs at least 2 segments at a time: raise training\.batch_size\.$"
    ):
        train(recipe, synthetic, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("size", ["ast", "ast-small"])
def test_the_recipes_of_a_size_differ_by_name_and_objective_alone(size):
    names = ["ce", "patchmix", "tpatch", "patchmix-cl"]
    rest = [load_recipe(f"{size}-{name}").model_dump(exclude={"name", "title", "objective"}) for name in names]
    assert all(each == rest[0] for each in rest)


def test_an_encoder_without_patches_is_told_before_anything_is_written(synthetic, tmp_path):
    recipe = load_recipe("ast-small-patchmix", TINY | {"model.name": "cnn6", "model.options": {}})
    with pytest.raises(AuscultError, match=r"^Patches cannot be mixed in Cnn6, .*\.$"):
        train(recipe, synthetic, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("average", [{"training.average": 0.9, "training.step_average": None}, {"training.step_average": 0.5}])
def test_both_ways_of_averaging(average, synthetic, tmp_path):
    train(load_recipe("ast-patchmix-cl", TINY | average), synthetic, tmp_path / "run", quiet=True)
    assert all(value.isfinite().all() for value in load_trained(tmp_path / "run").state_dict().values())


def test_ready_pictures_cannot_be_heard_and_nothing_is_written(tmp_path):
    pictures = load_dataset("icbhi-pictures", write_icbhi_pictures(tmp_path / "pictures"))
    recipe = load_recipe("ast-ce", TINY | {"data.name": "icbhi-pictures"})
    settings = r"--set signal={} --set features\.scale=mel --set features\.normalize=training\.$"
    with pytest.raises(AuscultError, match=rf"^icbhi-pictures has ready log-mel pictures, no audio: add {settings}"):
        train(recipe, pictures, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()
