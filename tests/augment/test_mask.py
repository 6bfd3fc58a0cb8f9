"""How often a picture is masked, and with what."""

import math

import numpy as np
import pytest
import torch

from auscult.augment.mask import RandomMask
from auscult.errors import AuscultError
from auscult.training.recipe_file import list_recipes, load_recipe

# Sixteen masks of a band, each 0 or 1 wide: of those who are masked at all, all but one in 65536 show it.
SHOWN = {"bands": 16, "frames": 0, "band_share": 0.25}
PICTURE = torch.arange(1.0, 13.0).reshape(1, 4, 3)


def share_masked(probability, draws=4000):
    mask, rng = RandomMask(**SHOWN, probability=probability), np.random.default_rng(0)
    return np.mean([not torch.equal(mask(PICTURE, rng), PICTURE) for _ in range(draws)])


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.84])
def test_the_probability_is_the_share_of_pictures_that_are_masked(probability):
    deviation = math.sqrt(probability * (1 - probability) / 4000)
    assert share_masked(probability) == pytest.approx(probability, abs=4 * deviation)


def test_always_and_never_are_what_they_say():
    assert share_masked(1.0, draws=1000) == 1.0
    assert share_masked(0.0, draws=1000) == 0.0


def test_recipes_of_s4_mask_as_often_as_its_released_code_does():
    # The released code masks where p > a draw from N(0, 1), so that its p = 1 means P(N(0, 1) < 1) = Φ(1)
    # = (1 + erf(1/√2)) / 2 = (1 + 0.6827) / 2 = 0.8413.
    released = (1 + math.erf(1 / math.sqrt(2))) / 2
    assert released == pytest.approx(0.8413, abs=5e-5)
    recipes = [recipe for recipe in map(load_recipe, list_recipes()) if recipe.paper.startswith("S4")]
    assert len(recipes) == 9
    assert {recipe.augment.mask.probability for recipe in recipes} == {round(released, 2)}


def test_masks_are_filled_with_the_lowest_value_of_each_channel():
    picture = torch.from_numpy(np.random.default_rng(1).normal(0, 5, (3, 8, 9)).astype(np.float32))
    mask, rng = RandomMask(bands=1, frames=1, band_share=0.5, frame_share=0.5, fill="lowest"), np.random.default_rng(2)
    for _ in range(20):
        masked = mask(picture, rng)
        for before, after in zip(picture, masked, strict=True):
            changed = before != after
            assert (after[changed] == before.min()).all()
        blotted = (masked == picture.amin(dim=(1, 2), keepdim=True)).all(dim=0)  # the same place of every channel
        torch.testing.assert_close(masked[:, ~blotted], picture[:, ~blotted])


def test_a_blotted_picture_is_the_lowest_value_all_over():
    picture = torch.tensor([[[3.0, -2.0], [5.0, 0.0]]])
    mask = RandomMask(bands=40, frames=0, band_share=1.0, fill="lowest")  # forty masks of up to all bands
    torch.testing.assert_close(mask(picture, np.random.default_rng(0)), torch.full((1, 2, 2), -2.0))


def test_bands_are_filled_with_the_mean_over_all_bands_and_frames():
    picture = torch.stack([PICTURE[0], -PICTURE[0]])  # the mean of 1 … 12 is 6.5, that of a band another
    mask, rng = RandomMask(bands=1, frames=0, band_share=0.5, fill="overall"), np.random.default_rng(0)
    masked = [mask(picture, rng) for _ in range(20)]
    assert any(not torch.equal(one, picture) for one in masked)
    for one in masked:
        blotted = (one != picture).any(dim=(0, 2))  # (bands,)
        torch.testing.assert_close(one[:, blotted], torch.tensor([6.5, -6.5])[:, None, None].expand(2, blotted.sum(), 3))
        torch.testing.assert_close(one[:, ~blotted], picture[:, ~blotted])


def test_frames_are_filled_with_the_mean_of_what_the_masks_of_bands_left():
    # As in S3's code: the mean of 1, 2, 3, 4, 20, 2 is 16/3; with the last band blotted by it, that of all is 31/9.
    picture, rng = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [20.0, 2.0]]]), np.random.default_rng(0)
    mask = RandomMask(bands=1, frames=1, band_share=0.34, frame_share=0.5, fill="overall")
    masked = [mask(picture, rng)[0] for _ in range(200)]
    both = [one for one in masked if one[2, 1] == pytest.approx(16 / 3) and one[0, 0] != 1]
    assert both
    for one in both:
        torch.testing.assert_close(one, torch.tensor([[31 / 9, 2.0], [31 / 9, 4.0], [31 / 9, 16 / 3]]))


@pytest.mark.parametrize("probability", [-0.1, 1.01])
def test_a_probability_that_cannot_be_is_one_sentence(probability):
    with pytest.raises(AuscultError, match=r"'augment\.mask\.probability' input should be (greater|less) than or equal to"):
        load_recipe("cnn6-ce", {"augment.mask.probability": probability})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bands": -1}, r"'augment\.mask\.bands' input should be greater than or equal to 0\.$"),
        ({"frames": -3}, r"'augment\.mask\.frames' input should be greater than or equal to 0\.$"),
        ({"band_share": 5}, r"'augment\.mask\.band_share' input should be less than or equal to 1\.$"),
        ({"frame_share": -0.1}, r"'augment\.mask\.frame_share' input should be greater than or equal to 0\.$"),
    ],
)
def test_masks_that_cannot_be_are_one_sentence(changes, sentence):
    with pytest.raises(AuscultError, match=sentence):
        load_recipe("cnn6-ce", {f"augment.mask.{name}": value for name, value in changes.items()})


def test_an_unknown_filling_is_one_sentence():
    with pytest.raises(AuscultError, match=r"'augment\.mask\.fill' input should be 'zero', 'mean', 'overall' or 'lowest'"):
        load_recipe("cnn6-ce", {"augment.mask.fill": "black"})
