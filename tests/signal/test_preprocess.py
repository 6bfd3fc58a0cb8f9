import numpy as np
import pytest
from pydantic import ValidationError

from auscult.errors import AuscultError
from auscult.signal.band_pass import band_pass
from auscult.signal.fit import fade, fit_length
from auscult.signal.level import normalize_level
from auscult.signal.preprocess import Preprocess
from auscult.signal.wavelet import denoise

RATE = 2000


def sound(seconds=3.0):
    return np.random.default_rng(0).standard_normal(round(seconds * RATE)).astype(np.float32)


def test_by_default_nothing_is_done_but_the_level():
    samples = sound() + 0.5
    assert Preprocess().clean(samples, RATE) is samples
    np.testing.assert_array_equal(Preprocess()(samples, RATE), normalize_level(samples, RATE))
    assert Preprocess(level="recorded")(samples, RATE) is samples


def test_band_pass_then_denoising_then_repeating_then_the_level():
    full = Preprocess(band=(25, 400), order=2, wavelet="db6", levels=4, shortest_seconds=5)
    filtered = band_pass(sound(), RATE, low=25, high=400, order=2)
    wanted = fit_length(denoise(filtered, wavelet="db6", levels=4), RATE, 5, how="repeat")
    np.testing.assert_array_equal(full.clean(sound(), RATE), wanted)
    np.testing.assert_array_equal(full.set_level(wanted, RATE), normalize_level(wanted, RATE))
    np.testing.assert_array_equal(full(sound(), RATE), normalize_level(wanted, RATE))
    as_recorded = full.model_copy(update={"level": "recorded"})
    np.testing.assert_array_equal(as_recorded(sound(), RATE), wanted)


def test_fading_comes_after_filtering_and_before_the_level():
    filtered = band_pass(sound(), RATE, low=25, high=400)
    np.testing.assert_array_equal(Preprocess(band=(25, 400), fade=True).clean(sound(), RATE), fade(filtered, RATE))
    faded = Preprocess(fade=True)(sound(), RATE)
    np.testing.assert_array_equal(faded, normalize_level(fade(sound(), RATE), RATE))


def test_s3s_recordings_are_faded_and_as_loud_as_they_were():
    prepared = Preprocess(fade=True, level="recorded")(np.full(RATE, 0.5, np.float32), RATE)
    np.testing.assert_allclose(prepared[:125], np.linspace(0, 0.5, 125), atol=1e-6)  # 62.5 ms
    np.testing.assert_allclose(prepared[-125:], np.linspace(0.5, 0, 125), atol=1e-6)
    np.testing.assert_array_equal(prepared[125:-125], 0.5)


def test_a_repeated_recording_is_not_faded_twice():
    plain, faded = (Preprocess(shortest_seconds=5, fade=fade) for fade in (False, True))
    np.testing.assert_array_equal(faded(sound(), RATE), plain(sound(), RATE))


def test_the_reading_reaches_the_denoising():
    literal = Preprocess(wavelet="db6", reading="remove-large", level="recorded")
    np.testing.assert_array_equal(literal(sound(), RATE), denoise(sound(), wavelet="db6", reading="remove-large"))


@pytest.mark.parametrize(("seconds", "expected"), [(2.999, 3.0), (3.0, 3.0), (3.001, 3.001)])
def test_only_a_shorter_recording_is_repeated(seconds, expected):
    assert Preprocess(shortest_seconds=3)(sound(seconds), RATE).size == round(expected * RATE)


def test_it_survives_being_written_and_read():
    full = Preprocess(band=(20, 850), wavelet="coif5", reading="remove-large", shortest_seconds=5, fade=True, level="recorded")
    assert Preprocess.model_validate_json(full.model_dump_json()) == full
    assert Preprocess.model_validate({"band": [20, 850]}).band == (20, 850)


def test_loud_is_fifty_times_the_common_level():
    samples = np.random.default_rng(0).normal(0.1, 0.3, RATE).astype(np.float32)
    common, loud = (Preprocess(level=level)(samples, RATE) for level in ("common", "loud"))
    np.testing.assert_allclose(loud, 50 * common, rtol=1e-5, atol=1e-6)
    assert 0.95 < loud.std() < 1.05  # not clipped


def test_what_was_written_before_there_was_a_choice_has_the_common_level():
    old = {"band": [25.0, 400.0], "order": 4, "wavelet": None, "levels": 3, "reading": "shrink", "shortest_seconds": 5.0}
    assert Preprocess.model_validate(old) == Preprocess(band=(25, 400), shortest_seconds=5, fade=False, level="common")


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
        ({"level": "quiet"}, "'common', 'loud' or 'recorded'"),
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


@pytest.mark.parametrize(
    "settings", [{"band": (25, 400)}, {"band": (20, 850), "order": 2}, {"band": (5, 2000)}, {"fade": True}]
)
@pytest.mark.parametrize("stretch", [1.7, 4.0])
def test_a_long_recording_is_filtered_in_stretches_as_if_at_once(settings, stretch, monkeypatch):
    monkeypatch.setattr("auscult.signal.preprocess.STRETCH_SECONDS", stretch)
    samples, preprocess = sound(13.3) + np.float32(0.5), Preprocess(**settings)
    blocks = list(preprocess.clean_blocks(samples, RATE))
    assert len(blocks) > 3
    np.testing.assert_allclose(np.concatenate(blocks), preprocess.clean(samples, RATE), atol=1e-4)


def test_a_recording_of_one_stretch_is_cleaned_as_a_whole():
    for preprocess in (Preprocess(), Preprocess(band=(25, 400), wavelet="db6", fade=True), Preprocess(shortest_seconds=5)):
        (block,) = preprocess.clean_blocks(sound(), RATE)
        np.testing.assert_array_equal(block, preprocess.clean(sound(), RATE))


def test_a_long_recording_is_denoised_by_the_noise_of_each_stretch(monkeypatch):
    monkeypatch.setattr("auscult.signal.preprocess.STRETCH_SECONDS", 5.0)
    samples = sound(10.0) * np.repeat(np.float32([1.0, 0.01]), 5 * RATE)
    first, second = Preprocess(wavelet="db6", levels=4).clean_blocks(samples, RATE)
    for kept, part in ((first, samples[: 5 * RATE]), (second, samples[5 * RATE :])):
        assert 0.01 < kept[100:-100].std() / part.std() < 0.4  # white noise, most of which is above the last octave


def test_what_keeps_all_is_known():
    assert Preprocess().keeps_all
    assert Preprocess(level="loud").keeps_all
    for settings in ({"band": (25, 400)}, {"wavelet": "db6"}, {"fade": True}, {"shortest_seconds": 3}):
        assert not Preprocess(**settings).keeps_all
