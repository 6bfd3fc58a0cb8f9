import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.signal.band_pass import band_pass

RATE = 2000


def tone(frequency, seconds=4.0, rate=RATE):
    times = np.arange(round(seconds * rate)) / rate
    return np.sin(2 * np.pi * frequency * times).astype(np.float32)


def level_db(frequency, **settings):
    """Level of a tone after the filter, in its middle half."""
    sound = tone(frequency)
    middle = slice(sound.size // 4, -sound.size // 4)
    return 20 * np.log10(band_pass(sound, RATE, **settings)[middle].std() / sound[middle].std())


@pytest.mark.parametrize("frequency", [40, 100, 300, 600])
def test_what_lies_in_the_band_stays(frequency):
    assert level_db(frequency) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("order", [2, 4])
@pytest.mark.parametrize("edge", [50, 400])
def test_two_passes_halve_the_amplitude_at_the_edges(order, edge):
    assert level_db(edge, low=50, high=400, order=order) == pytest.approx(-6.02, abs=0.15)


def test_an_octave_below_the_edge_the_slope_is_that_of_twice_the_order():
    assert level_db(10, low=20) == pytest.approx(-20 * np.log10(1 + 2**8), abs=0.5)  # |H|² of order 4, on both passes


def test_nothing_moves_in_time():
    click = np.zeros(2001, np.float32)
    click[1000] = 1
    filtered = band_pass(click, RATE, low=20, high=400)
    assert np.argmax(filtered) == 1000
    np.testing.assert_allclose(filtered, filtered[::-1], atol=1e-6)


def test_a_constant_offset_goes():
    assert np.abs(band_pass(np.full(3000, 0.5, np.float32), RATE)).max() < 1e-6
    np.testing.assert_allclose(band_pass(tone(100) + np.float32(0.5), RATE), band_pass(tone(100), RATE), atol=1e-6)


def test_rumble_hardly_rings_at_the_ends():
    """A part of a recording is filtered nearly as it is within the whole."""
    errors = []
    for seed in range(30):
        rumble = np.cumsum(np.random.default_rng(seed).standard_normal(6000)).astype(np.float32)
        whole, part = band_pass(rumble, RATE)[2000:4000], band_pass(rumble[2000:4000], RATE)
        np.testing.assert_allclose(part[200:-200], whole[200:-200], atol=0.05 * whole.std())
        errors.append(np.abs(part - whole).max() / whole.std())
    assert np.mean(errors) < 1  # with mirrored ends, 1.2


@pytest.mark.parametrize("high", [1000, 5000])
def test_above_half_the_rate_only_the_low_edge_is_left(high):
    sound = tone(980)
    np.testing.assert_allclose(band_pass(sound, RATE, high=high)[1000:-1000], sound[1000:-1000], atol=1e-3)
    assert np.abs(band_pass(tone(5), RATE, high=high)[1000:-1000]).max() < 1e-3


@pytest.mark.parametrize("size", [0, 1, 2, 7, 30, 299])
def test_any_length_works_and_comes_back(size):
    filtered = band_pass(np.linspace(-1, 1, size, dtype=np.float32), RATE)
    assert filtered.shape == (size,)
    assert filtered.dtype == np.float32
    assert np.isfinite(filtered).all()


@pytest.mark.parametrize("band", [(0, 850), (-1, 850), (300, 300), (850, 20), (float("nan"), 20)])
def test_a_band_the_wrong_way_round_is_refused(band):
    with pytest.raises(AuscultError, match="choose 0 < low < high"):
        band_pass(tone(100), RATE, low=band[0], high=band[1])


def test_a_band_above_half_the_rate_and_an_order_of_0_are_refused():
    with pytest.raises(AuscultError, match="choose low below 1000 Hz"):
        band_pass(tone(100), RATE, low=1000, high=2000)
    with pytest.raises(AuscultError, match="choose an order of 1 or more"):
        band_pass(tone(100), RATE, order=0)
