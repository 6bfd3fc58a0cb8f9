"""The recipes on `mn`: what their pictures share with those of the AudioSet weights, and that each trains from a file."""

import numpy as np
import pytest
from safetensors.torch import save_file

from auscult.analysis.card import load_card
from auscult.evaluation.predictions import Predictions
from auscult.export.of_run import export_once
from auscult.features.kaldi import kaldi_edges
from auscult.models.registry import create_model
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.training.recipe_file import list_recipes, load_recipe
from auscult.training.train import train
from tests.models.test_mn import as_published

RECIPES = [name for name in list_recipes() if load_recipe(name).model.name == "mn"]
FROM_AUDIO = ["mn-lung", "mn-sprsound"]


@pytest.mark.parametrize("name", FROM_AUDIO)
def test_their_bands_and_frames_are_the_lower_ones_of_the_weights(name):
    features = load_recipe(name).features
    assert (features.scale, features.normalize, features.deltas) == ("mn", "mn", False)
    assert (features.window_seconds, features.hop_seconds) == (0.025, 0.01)
    corners = kaldi_edges(128, 0.0, 15000.0)[: features.bands + 2]
    np.testing.assert_allclose(kaldi_edges(features.bands, features.low, features.high or 0.0), corners, atol=0.01)


@pytest.mark.parametrize("name", RECIPES)
def test_one_learns_nothing_of_the_weights_unless_a_file_is_named(name):
    recipe = load_recipe(name)
    assert recipe.model.weights is None
    assert recipe.model.options["width"] == 0.4
    assert recipe.training.protocol == "honest"


def test_the_one_that_is_shipped_is_told_neither_begin_nor_end_of_an_event():
    shipped, benchmark = load_recipe("mn-lung"), load_recipe("mn-sprsound")
    assert shipped.data.around_seconds == shipped.data.window_seconds
    assert shipped.data.units == ("annotated", "windows")
    assert shipped.model.options.get("frames", 1) == 1
    assert (benchmark.data.around_seconds, benchmark.data.units) == (None, ("annotated",))


def test_one_trains_from_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))
    write_collection(tmp_path / "data", patients=8, seconds=8, seed=0)
    theirs = create_model("mn", classes=("a", "b"), channels=1, bands=54, width=0.05).encoder
    save_file(as_published(theirs), tmp_path / "mn.safetensors")
    changes = {
        "data.name": "synthetic",
        "data.task": "icbhi-4",
        "model.options": {"width": 0.05, "locate": True},
        "training.epochs": 1,
    }
    changes |= {"model.weights": str(tmp_path / "mn.safetensors"), "training.samples": 16}
    run = train(load_recipe("mn-lung", changes), load_dataset("synthetic", tmp_path / "data"), tmp_path / "run", quiet=True)
    assert np.isfinite(Predictions.load(run.predictions).probabilities).all()
    assert str(tmp_path) not in (run.path / "recipe.yaml").read_text()
    assert load_card(export_once(run.path).with_suffix(".json")).started_from == f"mn.safetensors: {theirs.published}"
    assert "MIT licence, © 2022 Florian Schmid" in theirs.published
