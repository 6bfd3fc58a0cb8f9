import numpy as np
import pytest

from auscult.analysis.background import make_background, swap_band, swap_stretch

RATE = 2000


def noise(seconds: float, level: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, level, round(seconds * RATE)).astype(np.float32)


def test_white_noise_has_itself_as_background() -> None:
    assert make_background(noise(60, 0.1), RATE, 20_000).std() == pytest.approx(0.1, rel=0.05)


def test_what_sounds_less_than_half_of_the_time_is_no_background() -> None:
    samples = noise(60, 0.01)
    for beat in range(60):  # 0.3 s of every second
        samples[beat * RATE : beat * RATE + 600] += np.sin(np.arange(600) * 0.3).astype(np.float32)
    assert make_background(samples, RATE, 20_000).std() == pytest.approx(0.01, rel=0.5)
    assert samples.std() > 0.3


def test_the_background_has_the_spectrum_of_the_recording() -> None:
    samples = np.convolve(noise(60, 0.1), np.ones(8) / 8, "same").astype(np.float32)  # no power at 250 Hz
    power = np.abs(np.fft.rfft(make_background(samples, RATE, 20_000))) ** 2  # bins of 0.1 Hz
    assert power[200:400].mean() > 30 * power[2450:2550].mean()


@pytest.mark.parametrize("size", [1, 2, 50])
def test_the_shortest_recordings_have_a_background(size: int) -> None:
    background = make_background(noise(1, 0.1)[:size], RATE, 1000)
    assert background.shape == (1000,)
    assert np.isfinite(background).all()


def test_a_stretch_is_replaced_with_fades_inside_it_in_every_repeat() -> None:
    section, background = np.ones(100, dtype=np.float32), np.zeros(100, dtype=np.float32)
    swapped = swap_stretch(section, 30, background=background, start=10, stop=20, fade=4, period=50)
    sample = np.arange(30, 130) % 50
    np.testing.assert_array_equal(swapped[(sample <= 10) | (sample >= 20)], 1)
    np.testing.assert_array_equal(swapped[(sample >= 14) & (sample <= 16)], 0)
    np.testing.assert_allclose(swapped[sample == 12], [0.5, 0.5])  # the middle of the fade; there are two repeats


def test_a_band_is_replaced_and_the_rest_stays_where_it_is() -> None:
    time = np.arange(3 * RATE) / RATE
    low, high = np.sin(2 * np.pi * 60 * time), np.sin(2 * np.pi * 300 * time + 1)
    silence = np.zeros(time.size, dtype=np.float32)
    without = swap_band((low + high).astype(np.float32), 0, background=silence, rate=RATE, low=40, high=90)
    assert np.abs(without - high)[RATE // 2 : -RATE // 2].max() < 0.02
    hum = (0.1 * np.sin(2 * np.pi * 70 * time)).astype(np.float32)
    replaced = swap_band((low + high).astype(np.float32), 0, background=hum, rate=RATE, low=40, high=90)
    assert np.abs(replaced - high - hum)[RATE // 2 : -RATE // 2].max() < 0.02
