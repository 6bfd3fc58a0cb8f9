import numpy as np
import pytest

from auscult.augment.waveform import RandomWaveform

RATE = 2000
TONE = np.sin(2 * np.pi * 100 * np.arange(5 * RATE) / RATE).astype(np.float32) * 0.1


def peak_hz(samples):
    return np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples)


def test_the_same_generator_gives_the_same_sound_and_leaves_the_global_ones_alone():
    transform = RandomWaveform(probability=1.0)
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    one, two, other = (transform(TONE, RATE, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert np.random.random() == expected  # noqa: NPY002
    np.testing.assert_array_equal(one, two)
    assert one.shape == TONE.shape
    assert not np.allclose(one, other)


def test_the_pitch_stays_within_its_share():
    transform = RandomWaveform(stretch=0.0, pitch=0.10, snr=(60.0, 60.0), probability=1.0)
    found = [peak_hz(transform(TONE, RATE, np.random.default_rng(seed))) for seed in range(8)]
    assert all(89 < hz < 111 for hz in found)
    assert np.ptp(found) > 3


@pytest.mark.parametrize("snr", [20.0, 30.0])
def test_noise_has_the_ratio_it_says(snr):
    transform = RandomWaveform(stretch=0.0, pitch=0.0, snr=(snr, snr), probability=1.0)
    plain = RandomWaveform(stretch=0.0, pitch=0.0, snr=(90.0, 90.0), probability=1.0)
    noise = transform(TONE, RATE, np.random.default_rng(0)) - plain(TONE, RATE, np.random.default_rng(0))
    assert 10 * np.log10((TONE**2).mean() / (noise**2).mean()) == pytest.approx(snr, abs=1.0)


def test_with_probability_zero_nothing_changes():
    np.testing.assert_array_equal(RandomWaveform(probability=0.0)(TONE, RATE, np.random.default_rng(0)), TONE)
