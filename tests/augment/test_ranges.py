"""Options of random changes that cannot be are told by the recipe, not in the middle of training."""

import numpy as np
import pytest

from auscult.augment.waveform import RandomWaveform
from auscult.errors import AuscultError
from auscult.training.recipe_file import load_recipe

NOT_BELOW_0, NOT_ABOVE_1 = "should be greater than or equal to 0", "should be less than or equal to 1"


@pytest.mark.parametrize(
    ("setting", "value", "problem"),
    [
        ("colour.level", -1, NOT_BELOW_0),
        ("colour.tilt", -0.5, NOT_BELOW_0),
        ("colour.curve", float("inf"), "should be a finite number"),
        ("stretch.share", -0.1, NOT_BELOW_0),
        ("stretch.share", 3, NOT_ABOVE_1),
        ("noise.probability", 1.5, NOT_ABOVE_1),
        ("noise.snr", [30, 0], "should go from low to high"),
        ("noise.slope", [15, -30], "should go from low to high"),
        ("noise.slope.1", [0, float("nan")], "should be a finite number"),
        ("low_pass.probability", -1, NOT_BELOW_0),
        ("low_pass.start", [0.9, 0.3], "should go from low to high"),
        ("low_pass.start.1", [0.5, 2], NOT_ABOVE_1),
        ("low_pass.steepness", -30, NOT_BELOW_0),
        ("waveform.copies", -1, NOT_BELOW_0),
        ("waveform.stretch", 1, "should be less than or equal to 0.8"),
        ("waveform.pitch", -0.1, NOT_BELOW_0),
        ("waveform.pitch", 4, NOT_ABOVE_1),
        ("waveform.snr", [40, 20], "should go from low to high"),
        ("waveform.probability", 2, NOT_ABOVE_1),
    ],
)
def test_a_value_out_of_range_is_one_sentence(setting, value, problem):
    change, option = setting.split(".")[:2]
    with pytest.raises(AuscultError) as raised:
        load_recipe("han", {f"augment.{change}": {option: value}})
    assert str(raised.value) == f"In the recipe han: 'augment.{setting}' input {problem}."


def test_the_ends_of_the_ranges_can_be_drawn_from():
    changes = {
        "augment.colour": {"level": 0, "tilt": 0, "curve": 0},
        "augment.stretch": {"share": 1},
        "augment.noise": {"probability": 1, "snr": [5, 5], "slope": [0, 0]},
        "augment.low_pass": {"probability": 1, "start": [0, 1], "steepness": 0},
    }
    picture, rng = np.zeros((8, 20), np.float32), np.random.default_rng(0)
    for change in load_recipe("han", changes).augment.on_decibels():
        assert np.isfinite(change(picture, rng)).all()
    sound = rng.normal(0, 0.1, 4000).astype(np.float32)
    for stretch, pitch in ((0, 0), (0.8, 1)):
        changed = RandomWaveform(stretch=stretch, pitch=pitch, snr=(20, 20), probability=1)(sound, 2000, rng)
        assert changed.shape == sound.shape
