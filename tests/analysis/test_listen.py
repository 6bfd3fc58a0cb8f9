from pathlib import Path

import numpy as np
import pytest

from auscult.analysis.listen import listen, prepare
from auscult.analysis.model import OnnxModel
from auscult.analysis.sound import hear_samples
from auscult.signal.level import LEVEL, frame_rms
from tests.analysis.heart_standin import RATE, write_heart_standin
from tests.analysis.making import make_heart


@pytest.fixture(scope="module")
def model(heart_standin: Path) -> OnnxModel:
    return OnnxModel(heart_standin)


def test_the_level_is_that_of_the_band(model: OnnxModel) -> None:
    heart = make_heart(10, (2.0, 3.0, 200))
    rumble = np.sin(2 * np.pi * 4 * np.arange(heart.size) / RATE).astype(np.float32)
    assert np.median(frame_rms(prepare(heart + rumble, model.card), RATE)) == pytest.approx(LEVEL, rel=1e-3)
    apart = np.abs(prepare(heart + rumble, model.card) - prepare(heart, model.card))
    assert apart[RATE:-RATE].max() < 0.01


def test_a_card_may_want_recordings_as_loud_as_they_are(tmp_path: Path) -> None:
    card = OnnxModel(write_heart_standin(tmp_path, preprocess={"level": "recorded", "fade": True})).card
    samples = make_heart(10, (2.0, 3.0, 200)) + np.float32(0.25)
    sound = prepare(samples, card)
    np.testing.assert_array_equal(sound[RATE:-RATE], samples[RATE:-RATE])
    assert sound[0] == sound[-1] == 0


def test_short_recordings_have_no_times_beyond_their_end(tmp_path: Path) -> None:
    model = OnnxModel(write_heart_standin(tmp_path, preprocess={"shortest_seconds": 8.0}))
    samples = make_heart(1.3)
    sound = prepare(samples, model.card)
    windows = listen(model, samples, sound)
    assert sound.size == 8 * RATE
    np.testing.assert_allclose(windows.starts, [0, 0.5, 1.0])  # and not those up to 3 s
    np.testing.assert_allclose(windows.ends, 1.3)


def test_windows_of_silence_are_left_out(model: OnnxModel) -> None:
    samples = make_heart(20)
    samples[8 * RATE :] = 0
    windows = listen(model, samples, prepare(samples, model.card))
    assert windows.starts.max() == pytest.approx(5.5)  # half of it is sound


def test_a_hum_below_the_band_leaves_nothing_to_hear(model: OnnxModel) -> None:
    hum = (0.1 * np.sin(2 * np.pi * 2 * np.arange(10 * RATE) / RATE) * np.hanning(10 * RATE)).astype(np.float32)
    sound = prepare(hum, model.card)
    heard = hear_samples(hum, sound, RATE)
    assert not heard.before.is_silent
    assert heard.after.is_silent
    assert len(listen(model, hum, sound)) == 0
