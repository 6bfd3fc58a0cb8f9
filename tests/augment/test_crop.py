"""A random stretch of a picture: how long, and where."""

import numpy as np
import pytest

from auscult.augment.crop import RandomCrop
from auscult.errors import AuscultError
from auscult.training.recipe_file import load_recipe

PICTURE = (100 * np.arange(3)[:, None] + np.arange(10)).astype(np.float32)  # row, and frame


def rng(seed=0):
    return np.random.default_rng(seed)


def test_a_stretch_is_as_long_as_asked_and_the_same_of_every_band():
    cropped = RandomCrop(4)(PICTURE, rng())
    first = int(cropped[0, 0])
    np.testing.assert_array_equal(cropped, PICTURE[:, first : first + 4])
    np.testing.assert_array_equal(RandomCrop(4)(PICTURE, rng()), cropped)


def test_all_stretches_are_equally_likely():
    draw = rng()
    firsts = [int(RandomCrop(4)(PICTURE, draw)[0, 0]) for _ in range(7000)]
    counts = np.bincount(firsts)
    assert len(counts) == 7  # 10 − 4 + 1 stretches, the first and the last among them
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(7000 * 1 / 7 * 6 / 7)  # five deviations of a binomial count


@pytest.mark.parametrize("frames", [10, 11, 1000])
def test_a_picture_that_is_not_longer_stays_as_it_is(frames):
    np.testing.assert_array_equal(RandomCrop(frames)(PICTURE, rng()), PICTURE)


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (0, r"'augment\.crop\.frames' input should be greater than 0\.$"),
        (-3, r"'augment\.crop\.frames' input should be greater than 0\.$"),
        (2.5, r"'augment\.crop\.frames' input should be a valid integer"),
        ("many", r"'augment\.crop\.frames' input should be a valid integer"),
    ],
)
def test_a_length_that_cannot_be_is_one_sentence(frames, sentence):
    with pytest.raises(AuscultError, match=sentence) as raised:
        load_recipe("cnn6-ce", {"augment.crop.frames": frames})
    assert "\n" not in str(raised.value)
