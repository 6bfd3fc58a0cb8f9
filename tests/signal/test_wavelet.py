import math

import numpy as np
import pytest
import pywt

from auscult.errors import AuscultError
from auscult.signal.wavelet import denoise, sure_threshold


def bursts(size=20_000, deviation=0.0, seed=0):
    """Short bursts in silence, with white noise."""
    times = np.arange(size) % 2000
    sound = np.sin(times / 3) * np.exp(-(((times - 300) / 80) ** 2))
    return (sound + deviation * np.random.default_rng(seed).standard_normal(size)).astype(np.float32)


def slow_threshold(coefficients):
    """The rule in its own words: every candidate, the formula of the risk."""
    count = len(coefficients)
    universal = math.sqrt(2 * math.log(count))
    if np.mean(np.square(coefficients)) - 1 <= math.log2(count) ** 1.5 / math.sqrt(count):
        return universal
    best, least = 0.0, float(count)
    for threshold in sorted(abs(value) for value in coefficients):
        if threshold <= universal:
            kept = sum(min(abs(value), threshold) ** 2 for value in coefficients)
            risk = count - 2 * sum(abs(value) <= threshold for value in coefficients) + kept
            if risk < least - 1e-9:
                best, least = threshold, risk
    return best


def test_the_threshold_of_a_level_worked_by_hand():
    # mean(x²) - 1 = 19.65 > log2(4)^1.5 / √4 = 1.41, so not sparse; universal √(2 ln 4) = 1.665
    # risk(0) = 4; risk(0.5) = 4 - 2 + 0.25 + 3·0.25 = 3; risk(1) = 4 - 4 + 1.25 + 2·1 = 3.25; 5 and 7.5 exceed the universal
    assert sure_threshold(np.array([5.0, -0.5, 7.5, 1.0])) == 0.5


def test_a_sparse_level_gets_the_universal_threshold():
    assert sure_threshold(np.array([0.1, -0.2, 0.1, 1.0])) == pytest.approx(math.sqrt(2 * math.log(4)))


def test_a_level_that_is_all_signal_is_not_shrunk():
    assert sure_threshold(np.array([9.0, -8.0, 7.0, 9.0])) == 0
    assert sure_threshold(np.array([3.0])) == sure_threshold(np.array([])) == 0


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("signal_share", [0.0, 0.1, 0.5, 1.0])
def test_the_threshold_is_that_of_a_slow_search(seed, signal_share):
    generator = np.random.default_rng(seed)
    values = generator.standard_normal(97) + 4 * (generator.random(97) < signal_share) * generator.standard_normal(97)
    values[:5] = values[5]  # ties
    assert sure_threshold(values) == pytest.approx(slow_threshold(values))


def test_the_estimated_risk_is_the_true_one_on_average():
    """Stein's point: the error can be told without knowing the signal; so the threshold is near the best one."""
    generator = np.random.default_rng(0)
    signal = np.concatenate([np.full(300, 3.0), np.zeros(700)])
    thresholds = np.linspace(0, 3, 61)
    errors, chosen = np.zeros(61), []
    for _ in range(50):
        noisy = signal + generator.standard_normal(signal.size)
        shrunk = [pywt.threshold(noisy, threshold, "soft") for threshold in thresholds]
        errors += [np.square(one - signal).mean() for one in shrunk]
        chosen.append(np.square(pywt.threshold(noisy, sure_threshold(noisy), "soft") - signal).mean())
    assert np.mean(chosen) == pytest.approx(errors.min() / 50, rel=0.02)


def test_noise_goes_and_the_sound_stays():
    clean, noisy = bursts(), bursts(deviation=0.1)
    before, after = (np.square(sound - clean).mean() for sound in (noisy, denoise(noisy)))
    assert after < before / 4  # of three octaves of seven eighths of the noise, more than 6 dB


def test_shrinking_and_removing_large_values_are_opposites():
    noisy = bursts(deviation=0.02)
    shrunk, cut = denoise(noisy), denoise(noisy, reading="remove-large")
    details, details_shrunk, details_cut = (np.concatenate(pywt.wavedec(x, "coif5", level=3)[1:]) for x in (noisy, shrunk, cut))
    large = np.abs(details) > 0.2
    np.testing.assert_allclose(details_shrunk[large], details[large], rtol=0.5)
    assert np.abs(details_cut).max() < 0.2 < np.abs(details_shrunk).max()
    assert np.abs(details_shrunk[~large]).mean() < 0.3 * np.abs(details_cut[~large]).mean()


@pytest.mark.parametrize("reading", ["shrink", "remove-large"])
@pytest.mark.parametrize("value", [0.0, 0.3])
def test_a_constant_recording_is_unchanged(reading, value):
    constant = np.full(5001, value, np.float32)
    np.testing.assert_allclose(denoise(constant, reading=reading), constant, atol=1e-7)


@pytest.mark.filterwarnings("error")
def test_a_recording_that_is_mostly_silence_keeps_its_sound():
    click = np.zeros(6000, np.float32)
    click[3000:3020] = 0.5
    np.testing.assert_allclose(denoise(click), click, atol=1e-6)


@pytest.mark.parametrize("size", [0, 1, 5, 30, 60, 61, 1001, 4000])
def test_the_length_stays_and_short_recordings_have_fewer_levels(size):
    samples = bursts(size, 0.1)
    denoised = denoise(samples, levels=9)
    assert denoised.shape == (size,)
    assert denoised.dtype == np.float32
    assert np.array_equal(denoised, samples) == (size < 58)  # coif5 has 30 taps: one level from 2·29 samples on


def test_the_level_of_the_recording_does_not_matter():
    noisy = bursts(deviation=0.1)
    np.testing.assert_allclose(denoise(noisy / 64), denoise(noisy) / 64, atol=1e-7)


@pytest.mark.parametrize("wavelet", ["db99", "morl", ""])
def test_an_unknown_wavelet_is_refused(wavelet):
    with pytest.raises(AuscultError, match=f"There is no discrete wavelet '{wavelet}'; choose for instance coif5"):
        denoise(bursts(), wavelet=wavelet)


def test_no_levels_are_refused():
    with pytest.raises(AuscultError, match="choose 1 or more"):
        denoise(bursts(), levels=0)
