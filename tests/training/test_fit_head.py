"""Models that are fitted in one go: the choice of settings, the run folder, and settings that mean nothing to them."""

import csv
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.evaluation.metrics import score
from auscult.evaluation.predictions import Predictions
from auscult.export.of_run import export_once
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.answer import answer_segments
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train

TINY = {"data.name": "synthetic", "data.split": None, "features.bands": 8, "features.deltas": False}
FITTED = {
    "svm": {"model.options": {"cost": [0.1, 10], "gamma": [0.1, 1]}},
    "random-forest": {"model.options": {"trees": 12, "depth": [1, 6], "leaf": [1, 3]}},
}
LEFT = {"run.json", "recipe.yaml", "environment.json", "choices.csv", "model.json", "model.safetensors", "predictions.csv"}


@pytest.fixture(scope="module", params=list(FITTED))
def run(request, root, tmp_path_factory):
    """A run with both protocols."""
    recipe = load_recipe(request.param, TINY | FITTED[request.param] | {"training.protocol": "both"})
    return train(recipe, load_dataset("synthetic", root), tmp_path_factory.mktemp("runs") / "run", seed=1, quiet=True)


def choices(run):
    with open(run.choices, newline="") as file:
        return list(csv.DictReader(file))


def test_a_run_folder_holds_all_that_is_promised(run):
    assert {path.name for path in run.path.iterdir()} == LEFT | {"published.csv"}
    predictions = Predictions.load(run.predictions)
    assert set(predictions.splits) == {"validation", "default"}
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, atol=1e-4)
    assert load_trained(run.path).facts.temperature != 1.0


def test_the_best_combination_is_kept_and_named(run):
    lines, facts = choices(run), load_trained(run.path).facts
    names = [name for name in lines[0] if name not in ("number", "score", "published_score")]
    assert [int(line["number"]) for line in lines] == [1, 2, 3, 4]
    assert len({tuple(line[name] for name in names) for line in lines}) == 4
    scores = [float(line["score"]) for line in lines]
    best = lines[scores.index(max(scores))]
    assert facts.epoch == int(best["number"])
    assert all(facts.options[name] == [pytest.approx(float(best[name]))] for name in names)
    recipe = load_recipe(facts.model, TINY | FITTED[facts.model])
    assert facts.recipe["model"]["options"] == recipe.model.options  # the recipe keeps all of them


def test_published_predictions_are_those_of_the_best_on_the_test_side(run):
    published = Predictions.load(run.published)
    found = score(published.truth, published.predicted, get_task("icbhi-4")).score
    assert found == pytest.approx(max(float(line["published_score"]) for line in choices(run)), abs=1e-6)


def test_the_saved_model_gives_the_saved_predictions(run, root):
    dataset = load_dataset("synthetic", root)
    by_id = {segment.id: segment for segment in dataset.segments}
    saved = Predictions.load(run.predictions)
    saved = saved.where(saved.splits == "default")
    again = answer_segments(load_trained(run.path), dataset, [by_id[i] for i in saved.ids], split="default")
    np.testing.assert_allclose(again.probabilities, saved.probabilities, atol=1e-5)
    np.testing.assert_array_equal(again.predicted, saved.predicted)


def test_it_is_exported(run):
    assert export_once(run.path).is_file()


def test_the_same_seed_fits_the_same(run, root, tmp_path):
    name = load_trained(run.path).facts.model
    recipe = load_recipe(name, TINY | FITTED[name] | {"training.protocol": "both"})
    again = train(recipe, load_dataset("synthetic", root), tmp_path / "again", seed=1, quiet=True)
    one, two = (load_file(folder / "model.safetensors") for folder in (run.path, again.path))
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_published_alone_chooses_on_the_test_side(root, tmp_path):
    recipe = load_recipe("random-forest", TINY | FITTED["random-forest"] | {"training.protocol": "published"})
    run = train(recipe, load_dataset("synthetic", root), tmp_path / "run", quiet=True)
    predictions = Predictions.load(run.predictions)
    assert set(predictions.splits) == {"default"}
    found = score(predictions.truth, predictions.predicted, get_task("icbhi-4")).score
    assert found == pytest.approx(max(float(line["score"]) for line in choices(run)), abs=1e-6)
    assert (load_trained(run.path).facts.temperature, load_trained(run.path).facts.normal_offset) == (1.0, 0.0)


def test_what_was_left_of_a_killed_fit_does_no_harm(root, tmp_path):
    recipe, dataset = load_recipe("svm", TINY | FITTED["svm"]), load_dataset("synthetic", root)
    whole = train(recipe, dataset, tmp_path / "run", quiet=True)
    expected = whole.predictions.read_bytes()
    whole.predictions.unlink()
    whole.best_weights.write_bytes(b"half of it")
    assert train(recipe, dataset, tmp_path / "run", quiet=True).predictions.read_bytes() == expected


def test_it_can_be_fitted_to_some_segments_drawn_at_random(root, tmp_path):
    settings = TINY | {"model.options": {"cost": [100], "gamma": [1]}, "training.samples": 9}
    run = train(load_recipe("svm", settings), load_dataset("synthetic", root), tmp_path / "run", quiet=True)
    assert 0 < len(load_file(run.path / "model.safetensors")["classifier.head.vectors"]) <= 9


def test_class_weights_raise_the_share_of_rare_classes(root, tmp_path):
    dataset, shares = load_dataset("synthetic", root), []
    for kind in ("none", "inverse"):
        options = {"trees": 30, "depth": [2], "leaf": [1], "class_weights": kind}
        run = train(load_recipe("random-forest", TINY | {"model.options": options}), dataset, tmp_path / kind, quiet=True)
        shares.append(Predictions.load(run.predictions).probabilities.mean(axis=0))
    assert np.ptp(shares[1]) < np.ptp(shares[0])


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"training.epochs": 5}, "training.epochs=1"),
        ({"training.learning_rate": 0.1}, "training.learning_rate=0.001"),
        ({"training.sampling": "balanced"}, "training.sampling=all"),
        ({"augment.mask": {}}, "augment.mask=null"),
        ({"objective.name": "hybrid"}, "objective.name=cross-entropy"),
        ({"objective.options": {"class_weights": "inverse"}}, "objective.options={}"),
        ({"probe": {}}, "probe=null"),
    ],
)
def test_what_means_nothing_is_one_sentence_and_nothing_is_written(change, wanted, root, tmp_path):
    with pytest.raises(AuscultError, match=r"^The model svm is fitted in one go, .*\.$") as raised:
        train(load_recipe("svm", TINY | FITTED["svm"] | change), load_dataset("synthetic", root), tmp_path / "run", quiet=True)
    assert str(raised.value).endswith(f": set {wanted}.")
    assert not (tmp_path / "run").exists()


def test_there_are_no_published_weights(root, tmp_path):
    recipe = load_recipe("svm", TINY | FITTED["svm"] | {"model.weights": "somewhere"})
    with pytest.raises(AuscultError, match=r"^There are no published weights that SupportVectors could start from"):
        train(recipe, load_dataset("synthetic", root), tmp_path / "run", quiet=True)


def test_models_are_built_without_scikit_learn():
    code = "import sys; from auscult.models.registry import list_models; list_models(); assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
