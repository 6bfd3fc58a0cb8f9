import numpy as np
import pytest
from pydantic import ValidationError

from auscult.errors import AuscultError
from auscult.signal.band_pass import band_pass
from auscult.signal.fit import fit_length
from auscult.signal.preprocess import Preprocess
from auscult.signal.wavelet import denoise

RATE = 2000


def sound(seconds=3.0):
    return np.random.default_rng(0).standard_normal(round(seconds * RATE)).astype(np.float32)


def test_by_default_nothing_is_done():
    samples = sound()
    assert Preprocess()(samples, RATE) is samples


def test_band_pass_then_denoising_then_repeating():
    full = Preprocess(band=(25, 400), order=2, wavelet="db6", levels=4, shortest_seconds=5)
    filtered = band_pass(sound(), RATE, low=25, high=400, order=2)
    wanted = fit_length(denoise(filtered, wavelet="db6", levels=4), RATE, 5, how="repeat")
    np.testing.assert_array_equal(full(sound(), RATE), wanted)


def test_the_reading_reaches_the_denoising():
    literal = Preprocess(wavelet="db6", reading="remove-large")
    np.testing.assert_array_equal(literal(sound(), RATE), denoise(sound(), wavelet="db6", reading="remove-large"))


@pytest.mark.parametrize(("seconds", "expected"), [(2.999, 3.0), (3.0, 3.0), (3.001, 3.001)])
def test_only_a_shorter_recording_is_repeated(seconds, expected):
    assert Preprocess(shortest_seconds=3)(sound(seconds), RATE).size == round(expected * RATE)


def test_it_survives_being_written_and_read():
    full = Preprocess(band=(20, 850), wavelet="coif5", reading="remove-large", shortest_seconds=5)
    assert Preprocess.model_validate_json(full.model_dump_json()) == full
    assert Preprocess.model_validate({"band": [20, 850]}).band == (20, 850)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"band": (850, 20)}, "must be 0 < low < high"),
        ({"band": (0, 850)}, "must be 0 < low < high"),
        ({"wavelet": "db99"}, "There is no discrete wavelet 'db99'"),
        ({"levels": 0}, "greater than or equal to 1"),
        ({"order": 0}, "greater than or equal to 1"),
        ({"shortest_seconds": 0}, "greater than 0"),
        ({"reading": "remove-small"}, "remove-large"),
        ({"bands": (20, 850)}, "Extra inputs"),
    ],
)
def test_wrong_fields_are_refused_when_read(fields, message):
    with pytest.raises(ValidationError, match=message):
        Preprocess(**fields)


def test_it_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Preprocess().order = 2


def test_an_empty_recording_cannot_be_repeated():
    with pytest.raises(AuscultError, match="neither may be empty"):
        Preprocess(band=(20, 850), wavelet="db6", shortest_seconds=5)(np.zeros(0, np.float32), RATE)
