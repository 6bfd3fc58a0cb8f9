"""Random changes of pictures in dB."""

import numpy as np
import pytest
import torch

from auscult.augment.low_pass import RandomLowPass
from auscult.augment.mask import RandomMask
from auscult.augment.noise import RandomNoise
from auscult.augment.stretch import RandomStretch

PICTURE = np.random.default_rng(0).normal(-40, 5, (12, 80)).astype(np.float32)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("transform", [RandomStretch(), RandomNoise(1.0), RandomLowPass(1.0)])
def test_the_same_generator_gives_the_same_picture_and_the_input_stays(transform):
    before = PICTURE.copy()
    one, two = transform(PICTURE, rng()), transform(PICTURE, rng())
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(PICTURE, before)
    assert one.dtype == np.float32
    assert not np.array_equal(one, PICTURE)


def test_a_stretch_changes_the_speed_within_its_share_and_nothing_else():
    ramp = np.tile(np.linspace(0, 1, 100, dtype=np.float32), (3, 1))
    lengths = set()
    for seed in range(30):
        stretched = RandomStretch(0.2)(ramp, rng(seed))
        lengths.add(stretched.shape[1])
        np.testing.assert_allclose(stretched[0], np.linspace(0, 1, stretched.shape[1]), atol=1e-6)
    assert 100 * np.exp(-0.2) - 1 <= min(lengths) < 95
    assert 105 < max(lengths) <= 100 * np.exp(0.2) + 1
    assert RandomStretch(0.2)(ramp[:, :1], rng()).shape == (3, 1)


@pytest.mark.parametrize("snr", [0.0, 20.0])
def test_noise_has_the_ratio_it_says(snr):
    noisy = RandomNoise(1.0, (snr, snr))(PICTURE, rng())
    power, total = 10 ** (PICTURE / 10), 10 ** (noisy / 10)
    assert 10 * np.log10(power.mean() / (total - power).mean()) == pytest.approx(snr, abs=0.1)
    np.testing.assert_array_equal(RandomNoise(0.0)(PICTURE, rng()), PICTURE)


def test_noise_is_tilted_as_asked():
    silence = np.full((12, 4000), -100.0, dtype=np.float32)
    noisy = RandomNoise(1.0, (-60.0, -60.0), (-22.0, -22.0))(silence, rng())
    by_band = 10 * np.log10((10 ** (noisy / 10)).mean(axis=1))
    assert by_band[-1] - by_band[0] == pytest.approx(-22.0, abs=0.5)


def test_a_low_pass_lowers_the_upper_bands_only():
    lowered = PICTURE - RandomLowPass(1.0, (0.5, 0.5), 30.0)(PICTURE, rng())
    np.testing.assert_allclose(lowered[:6], 0.0, atol=1e-5)  # up to the middle
    assert lowered[-1, 0] == pytest.approx(0.5 * 3 * 30.0, abs=1e-3)  # half of the bands above: one and a half thirds


def test_a_mask_can_be_filled_with_the_mean_of_each_band():
    picture = torch.from_numpy(PICTURE)[None]
    masked = RandomMask(bands=0, frames=1, frame_share=0.5, fill="mean")(picture, rng(3))
    changed = (masked != picture).any(dim=1)[0]
    assert 0 < changed.sum() < 41
    means = picture.mean(dim=2)[0]
    torch.testing.assert_close(masked[0][:, changed], means[:, None].expand(-1, int(changed.sum())))
