import time

import numpy as np
import pytest
from scipy.signal import fftconvolve

from auscult.signal.heart_rate import HeartRate, estimate_heart_rate

RATE = 2000


def heart(beats, *, seconds=20.0, second=0.7, systole=None, weaker=1.0, murmur=0.0, noise=0.02, jitter=0.02, seed=0, rate=RATE):
    """S1 and S2; systole of 0.3·√cycle seconds or a share of the cycle; every other beat as loud as ``weaker``."""
    generator = np.random.default_rng(seed)
    cycle = 60 / beats
    systole = round((systole * cycle if systole else 0.3 * np.sqrt(cycle)) * rate)
    cycles = cycle * (1 + jitter * generator.standard_normal(round(seconds / cycle) + 5))
    starts = np.round(np.cumsum(cycles) * rate).astype(int)
    train = np.zeros(starts[-1] + rate)
    train[starts[::2]], train[starts[1::2]] = 1, weaker
    sounds = fftconvolve(train, burst(45, 0.03, rate)) + second * fftconvolve(np.roll(train, systole), burst(60, 0.02, rate))
    between = fftconvolve(train, np.ones(systole))[: sounds.size] > 0.1
    sounds[: between.size] += murmur * between * generator.standard_normal(between.size)
    samples = sounds[: round(seconds * rate)]
    return (samples + noise * generator.standard_normal(samples.size)).astype(np.float32)


def burst(frequency, width, rate):
    times = np.arange(-0.1, 0.1, 1 / rate)
    return np.sin(2 * np.pi * frequency * times) * np.exp(-0.5 * (times / width) ** 2)


@pytest.mark.parametrize("beats", [35, 50, 60, 75, 90, 105, 120, 140, 160, 180, 210])
@pytest.mark.parametrize("second", [0.4, 0.7, 1.0])
def test_the_rate_is_found_whatever_the_ratio_of_the_two_sounds(beats, second):
    found = estimate_heart_rate(heart(beats, second=second), RATE)
    assert found.beats_per_minute == pytest.approx(beats, rel=0.03)
    assert found.cycle_seconds == pytest.approx(60 / found.beats_per_minute)
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize("beats", [50, 80, 120, 180])
@pytest.mark.parametrize("fault", [{"noise": 0.5}, {"murmur": 0.5}, {"seconds": 5.0}, {"rate": 4410}])
def test_the_rate_is_found_in_noise_with_a_murmur_in_5_s_and_at_another_rate(beats, fault):
    found = estimate_heart_rate(heart(beats, **fault), fault.get("rate", RATE))
    assert found.beats_per_minute == pytest.approx(beats, rel=0.03)
    assert found.confidence > 0.5


@pytest.mark.parametrize("seed", range(5))
def test_two_like_sounds_half_a_cycle_apart_are_one_beat(seed):
    found = estimate_heart_rate(heart(90, second=0.6, systole=0.5, seed=seed), RATE)
    assert found.beats_per_minute == pytest.approx(90, rel=0.03)


@pytest.mark.parametrize("seed", range(5))
def test_two_beats_of_unlike_loudness_are_two(seed):
    found = estimate_heart_rate(heart(90, weaker=0.75, seed=seed), RATE)
    assert found.beats_per_minute == pytest.approx(90, rel=0.03)


@pytest.mark.parametrize("seed", range(10))
def test_an_irregular_rhythm_is_not_taken_for_the_steady_distance_of_its_two_sounds(seed):
    found = estimate_heart_rate(heart(60, second=1.0, jitter=0.08, seed=seed), RATE)
    assert found == HeartRate() or found.beats_per_minute < 100  # not the 200 of a systole of 0.3 s


def test_the_cycle_is_finer_than_the_frames():
    assert estimate_heart_rate(heart(190, jitter=0), RATE).cycle_seconds == pytest.approx(60 / 190, abs=0.001)


def test_knocks_do_not_matter():
    samples = heart(70)
    knocks = np.random.default_rng(0).integers(0, samples.size - 40, 8)
    for knock in knocks:
        samples[knock : knock + 40] = 5
    found = estimate_heart_rate(samples, RATE)
    assert found.beats_per_minute == pytest.approx(70, rel=0.03)
    assert found.confidence > 0.4


def test_breathing_that_changes_the_loudness_does_not_matter():
    samples = heart(70)
    times = np.arange(samples.size) / RATE
    found = estimate_heart_rate(samples * np.exp(1.5 * np.sin(2 * np.pi * times / 3.4)).astype(np.float32), RATE)
    assert found.beats_per_minute == pytest.approx(70, rel=0.03)
    assert found.confidence > 0.6


def test_a_third_of_a_recording_is_not_enough():
    noise = np.random.default_rng(1).standard_normal(40 * RATE).astype(np.float32)
    assert estimate_heart_rate(np.concatenate([heart(70), 0.1 * noise]), RATE) == HeartRate()


def test_a_gap_lowers_only_the_confidence():
    samples = heart(70, seconds=60)
    whole = estimate_heart_rate(samples, RATE)
    samples[: 20 * RATE] = 0
    rest = estimate_heart_rate(samples, RATE)
    assert rest.beats_per_minute == pytest.approx(70, rel=0.03)
    assert rest.confidence < 0.8 * whole.confidence


def test_a_changing_rate_gives_its_median_at_a_lower_confidence():
    steps = np.concatenate([heart(beats, seconds=20) for beats in (60, 75, 95)])
    found = estimate_heart_rate(steps, RATE)
    assert found.beats_per_minute == pytest.approx(75, rel=0.05)
    assert found.confidence < 0.6


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("seconds", [10, 30])
def test_noise_has_no_heart_rate(seed, seconds):
    noise = np.random.default_rng(seed).standard_normal(seconds * RATE).astype(np.float32)
    assert estimate_heart_rate(noise, RATE).confidence < 0.3


def test_short_noise_is_seldom_taken_for_a_beat():
    generator = np.random.default_rng(0)
    found = [estimate_heart_rate(generator.standard_normal(3 * RATE).astype(np.float32), RATE) for _ in range(50)]
    assert sum(one.beats_per_minute is not None for one in found) <= 5


@pytest.mark.parametrize("value", [0.0, 0.5])
@pytest.mark.parametrize("size", [0, 1, 3999, 4000, 50_001])
def test_silence_has_no_heart_rate(value, size):
    assert estimate_heart_rate(np.full(size, value, np.float32), RATE) == HeartRate(None, 0.0, None)


def test_below_2_s_nothing_is_said():
    samples = heart(150, seconds=3)
    assert estimate_heart_rate(samples[: 2 * RATE - 1], RATE) == HeartRate()
    assert estimate_heart_rate(samples, RATE).beats_per_minute == pytest.approx(150, rel=0.05)


def test_half_an_hour_takes_a_second():
    samples = np.tile(heart(70), 90)
    start = time.perf_counter()
    estimate_heart_rate(samples, RATE)
    assert time.perf_counter() - start < 5
