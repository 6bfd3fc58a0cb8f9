import numpy as np
import pytest

from auscult.signal.level import LEVEL, Gain, LoudnessMeter, find_gain, frame_rms, normalize_level

RATE = 1000  # a frame of 0.1 s is 100 samples


def square(count, amplitude):
    """A wave whose root mean square is its amplitude."""
    return (amplitude * np.where(np.arange(count) % 2, 1, -1)).astype(np.float32)


def test_frames_by_hand():
    samples = np.concatenate([square(100, 0.1), square(100, 0.3), square(50, 0.9)])
    np.testing.assert_allclose(frame_rms(samples, RATE), [0.1, 0.3], rtol=1e-6)
    np.testing.assert_allclose(frame_rms(square(50, 0.9), RATE), [0.9], rtol=1e-6)


def test_the_median_frame_gets_the_level():
    samples = np.concatenate([square(100, 0.1), square(100, 0.2), square(100, 0.8)])
    np.testing.assert_allclose(normalize_level(samples, RATE), samples * 0.1, rtol=1e-5)  # 0.02 / 0.2


def test_digital_silence_does_not_count_and_a_knock_hardly():
    samples = np.concatenate([np.zeros(500, np.float32), square(300, 0.5), square(100, 5.0)])
    np.testing.assert_allclose(normalize_level(samples, RATE)[500:800], square(300, LEVEL), rtol=1e-4)


def test_an_offset_does_not_hide_digital_silence():
    samples = np.concatenate([np.zeros(500, np.float32), square(400, 0.5) + np.float32(0.2)])
    np.testing.assert_allclose(np.std(normalize_level(samples, RATE)[500:]), LEVEL, rtol=1e-4)


def test_offset_is_taken_out():
    normal = normalize_level(square(1000, 0.1) + np.float32(0.4), RATE)
    np.testing.assert_allclose(normal, square(1000, LEVEL), atol=1e-6)


@pytest.mark.parametrize("gain", [0.01, 1.0, 30.0])
def test_any_gain_ends_at_the_same_samples(gain):
    samples = np.random.default_rng(0).standard_normal(5000).astype(np.float32) * np.float32(0.05)
    np.testing.assert_allclose(normalize_level(samples * np.float32(gain), RATE), normalize_level(samples, RATE), rtol=1e-4)


def test_loud_moments_are_not_clipped():
    samples = np.concatenate([square(900, 0.001), square(100, 0.9)])
    assert np.abs(normalize_level(samples, RATE)).max() == pytest.approx(18, rel=1e-3)


@pytest.mark.parametrize("samples", [np.zeros(1000), np.full(1000, 1e-5), np.zeros(0)])
def test_silence_is_returned_unchanged(samples):
    samples = samples.astype(np.float32)
    np.testing.assert_array_equal(normalize_level(samples, RATE), samples)


def test_less_than_a_frame_is_levelled_as_one_frame():
    np.testing.assert_allclose(normalize_level(square(30, 0.5), RATE), square(30, LEVEL), rtol=1e-5)


@pytest.mark.parametrize("size", [1, 7, 100, 333, 5000])
def test_loudness_is_the_same_however_the_blocks_are_cut(size):
    samples = np.random.default_rng(0).normal(0.3, 0.1, 2050).astype(np.float32)
    meter = LoudnessMeter(RATE)
    for first in range(0, samples.size, size):
        meter.feed(samples[first : first + size])
    loudness = meter.result()
    np.testing.assert_array_equal(loudness.rms, frame_rms(samples, RATE))
    assert loudness.mean == pytest.approx(samples.mean(dtype=np.float64), rel=1e-9)
    assert loudness.power == pytest.approx(samples.var(dtype=np.float64), rel=1e-9)


def test_loudness_of_less_than_a_frame_is_that_of_one_frame():
    meter = LoudnessMeter(RATE)
    meter.feed(square(50, 0.9))
    np.testing.assert_allclose(meter.result().rms, [0.9], rtol=1e-6)


def test_a_gain_is_the_level_of_the_whole_for_any_part():
    samples = np.concatenate([square(300, 0.1), square(300, 0.3), square(300, 0.5)]) + np.float32(0.2)
    meter = LoudnessMeter(RATE)
    meter.feed(samples)
    gain = find_gain(meter.result())
    assert (gain.offset, gain.factor) == (pytest.approx(0.2), pytest.approx(LEVEL / 0.3, rel=1e-5))
    np.testing.assert_allclose(gain(samples[100:200]), normalize_level(samples, RATE)[100:200], rtol=1e-6)


def test_digital_silence_has_no_gain():
    meter = LoudnessMeter(RATE)
    meter.feed(np.full(500, 0.3, np.float32))
    assert meter.result().is_silent
    assert find_gain(meter.result()) == Gain(0.0, 1.0)
