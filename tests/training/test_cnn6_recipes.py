"""The recipes of S4, tiny: each trains; batches without a pair are skipped and counted."""

import csv

import numpy as np
import pytest
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.training.recipe_file import list_recipes, load_recipe
from auscult.training.train import train
from tests.recordings.layouts import write_sprsound

RECIPES = [name for name in list_recipes() if load_recipe(name).paper.startswith("S4")]
WITHOUT_METADATA = ["cnn6-ce", "cnn6-hybrid", "cnn6-scl", "cnn6-simclr"]
TINY = {
    "data.task": None,
    "data.split": None,
    "features.bands": 16,
    "model.options": {"width": 2, "frames": 16},
    "training.epochs": 1,
}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=8, seconds=8, seed=0)
    return load_dataset("synthetic", folder)


@pytest.fixture(scope="module")
def children(tmp_path_factory):
    """Ten of half a year to nine and a half, girls and boys, in the layout of SPRSound."""
    return load_dataset("sprsound", write_sprsound(tmp_path_factory.mktemp("sprsound"), patients=10))


def tiny(name, dataset, **changes):
    probe = {"probe.epochs": 2} if load_recipe(name).probe else {}
    return load_recipe(name, TINY | probe | {"data.name": dataset.name} | changes)


def logged(run, log):
    """Every number of a log, by name."""
    with open(run.path / log / "version_0" / "metrics.csv") as file:
        lines = list(csv.DictReader(file))
    return {name: [float(line[name]) for line in lines if line[name]] for name in lines[0]}


def check(run, recipe):
    """Finished, with finite weights, losses and probabilities, and a stage for the probe where there is one."""
    assert (run.path / "log-encoder").is_dir() == (recipe.probe is not None)
    for log in run.path.glob("log*"):
        numbers = logged(run, log.name)
        assert len(numbers["loss"]) == len(numbers["skipped"]) > 0
        assert np.isfinite([number for column in numbers.values() for number in column]).all()
    assert all(values.isfinite().all() for values in load_file(run.path / "model.safetensors").values())
    predictions = Predictions.load(run.predictions)
    assert len(predictions) > 0
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, atol=1e-4)
    return load_trained(run.path).facts


@pytest.mark.parametrize("name", WITHOUT_METADATA)
def test_recipes_without_metadata_train_on_synthetic_sounds(name, synthetic, tmp_path):
    recipe = tiny(name, synthetic)
    facts = check(train(recipe, synthetic, tmp_path / "run", quiet=True), recipe)
    assert (facts.model, facts.task) == ("cnn6", "icbhi-4")


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains_on_children_whose_sex_and_age_are_known(name, children, tmp_path):
    recipe = tiny(name, children, **{"data.adult_years": 6})
    run = train(recipe, children, tmp_path / "run", quiet=True)
    facts = check(run, recipe)
    assert facts.adult_years == 6
    assert set(Predictions.load(run.predictions).groups["age"]) == {"under 6 y", "from 6 y"}


def test_an_age_that_divides_nobody_is_one_sentence(children, tmp_path):
    recipe = tiny("cnn6-scl-sex-age", children, **{"objective.options.label": "age"})  # they are not 18 yet
    with pytest.raises(AuscultError, match=r"All training segments that tell 'age' have the same; .*data\.adult_years"):
        train(recipe, children, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["cnn10", "cnn14"])
def test_larger_networks_take_its_place(name, synthetic, tmp_path):
    changes = {"model.name": name, "features.bands": 32, "model.options": {"width": 1, "frames": 32}, "augment.crop": None}
    recipe = tiny("cnn6-hybrid", synthetic, **changes)
    assert check(train(recipe, synthetic, tmp_path / "run", quiet=True), recipe).model == name


def test_the_published_normalisation_trains_and_is_kept(synthetic, tmp_path):
    changes = {"features.normalize": "published", "augment.mask.fill": "lowest"}
    recipe = tiny("cnn6-scl", synthetic, **changes)
    assert check(train(recipe, synthetic, tmp_path / "run", quiet=True), recipe).normalize == "published"


def test_batches_without_a_pair_are_skipped_and_counted(synthetic, tmp_path):
    """One view, three segments a batch: some batches hold three classes."""
    changes = {"training.batch_size": 3, "objective.options": {"label": "class", "views": 1}, "training.epochs": 2}
    recipe = tiny("cnn6-scl", synthetic, **changes)
    run = train(recipe, synthetic, tmp_path / "run", quiet=True)
    check(run, recipe)
    numbers = logged(run, "log-encoder")
    batches = numbers["step"][0] + 1
    assert len(numbers["skipped"]) == 2  # counted anew in each epoch
    assert all(0 < skipped < batches for skipped in numbers["skipped"])


@pytest.mark.parametrize("denominator", ["all", "negatives"])
def test_a_training_that_compares_nothing_is_one_sentence(denominator, synthetic, tmp_path):
    options = {"label": "class", "views": 1, "denominator": denominator}
    recipe = tiny("cnn6-scl", synthetic, **{"training.batch_size": 1, "training.epochs": 50, "objective.options": options})
    for _ in range(2):  # and again when it is taken up again
        with pytest.raises(AuscultError, match=r"^Not one batch .* could compare or mix: raise training\.batch_size, .*\.$"):
            train(recipe, synthetic, tmp_path / "run", quiet=True)
        assert not (tmp_path / "run" / "predictions.csv").exists()
        assert not list((tmp_path / "run").glob("last*.ckpt"))


def test_a_pair_alone_has_nothing_to_be_compared_with(synthetic, tmp_path):
    recipe = tiny("cnn6-simclr", synthetic, **{"training.batch_size": 1})
    with pytest.raises(AuscultError, match=r"^Not one batch held two segments .*\.$"):
        train(recipe, synthetic, tmp_path / "run", quiet=True)


@pytest.mark.parametrize("name", ["cnn6-scl", "cnn6-simclr", "cnn6-mscl"])
def test_a_contrast_alone_teaches_no_classifier(name, synthetic, tmp_path):
    recipe = load_recipe(name, {"probe": None, "data.name": "synthetic", "data.split": None})
    with pytest.raises(AuscultError, match=r"does not teach the classifier; add a stage that does: --set probe=\{\}\.$"):
        train(recipe, synthetic, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_says_so(synthetic, tmp_path):
    recipe = tiny("cnn6-ce", synthetic, **{"training.learning_rate": 1e30, "training.clip": None, "training.warmup": 0.0})
    with pytest.raises(AuscultError, match=r"has diverged, .* lower training\.learning_rate\.$"):
        train(recipe, synthetic, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run" / "predictions.csv").exists()


def test_cross_entropy_skips_nothing(synthetic, tmp_path):
    recipe = tiny("cnn6-ce", synthetic, **{"training.batch_size": 1})
    run = train(recipe, synthetic, tmp_path / "run", quiet=True)
    assert logged(run, "log")["skipped"] == [0.0]
