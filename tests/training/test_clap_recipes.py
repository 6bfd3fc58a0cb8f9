"""The recipe of Audio-CLAP: BTS's settings."""

import torch

from auscult.features.make import make_spectrogram
from auscult.training.recipe_file import load_recipe


def test_the_recipe_says_what_bts_has():
    """BTS's released code: methods.md has the figures."""
    recipe = load_recipe("clap-audio")
    features, training = recipe.features, recipe.training
    assert (features.rate, features.window, features.hop, features.fft_length) == (48000, 1024, 480, 1024)
    assert (features.bands, features.low, features.high) == (64, 50, 14000)
    assert (features.scale, features.normalize, features.deltas) == ("clap", "none", False)
    assert (recipe.signal.level, recipe.signal.fade) == ("recorded", True)
    assert (training.optimizer, training.learning_rate, training.weight_decay) == ("adam", 5e-5, 1e-6)
    assert (training.batch_size, training.epochs, training.step_average) == (8, 50, 0.5)
    assert all(change is None for _, change in recipe.augment)
    assert recipe.objective.name == "cross-entropy"
    assert recipe.objective.options == {}
    assert recipe.model.weights == "laion/clap-htsat-unfused"


def test_8_seconds_are_heard_and_10_filled():
    recipe = load_recipe("clap-audio")
    frames = [make_spectrogram(recipe.features)(torch.zeros(1, seconds * 48000)).shape[2] for seconds in (8, 10)]
    assert frames == [recipe.model.options["heard"], recipe.model.options["frames"]]
