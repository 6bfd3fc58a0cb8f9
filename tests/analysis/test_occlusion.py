from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.analysis.card import load_card
from auscult.analysis.listen import listen, prepare
from auscult.analysis.model import OnnxModel
from auscult.analysis.occlusion import Band, Occlusion, Stretch, explain, hearing_range, strongest
from tests.analysis.making import make_card, make_heart

RATE = 2000


class Counting(OnnxModel):
    """Counts calls, and the samples in all of them."""

    calls = samples = 0

    def __call__(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        self.calls, self.samples = self.calls + 1, self.samples + samples.size
        return super().__call__(samples)


def explained(model: OnnxModel, samples: NDArray[np.float32]) -> Occlusion:
    sound = prepare(samples, model.card)
    return explain(model, sound, listen(model, samples, sound), samples.size / RATE)


@pytest.fixture(scope="module")
def occlusion(heart_standin: Path) -> Occlusion:
    """Of a recording that 3.0-3.5 s at 200 Hz make abnormal and 8.0-8.5 s at 500 Hz make less so; 300 Hz mean nothing."""
    return explained(OnnxModel(heart_standin), make_heart(12, (3.0, 3.5, 200), (8.0, 8.5, 500), (0, 12, 300), level=0.05))


def test_the_stretch_that_the_answer_rests_on_is_found(occlusion: Occlusion) -> None:
    towards, against = (strongest(occlusion.stretches, abnormal=abnormal) for abnormal in (True, False))
    assert towards is not None
    assert against is not None
    assert (towards.start, towards.end) == (pytest.approx(3.2, abs=0.25), pytest.approx(3.4, abs=0.25))
    assert (against.start, against.end) == (pytest.approx(8.2, abs=0.25), pytest.approx(8.4, abs=0.25))
    assert towards.effect > 1
    assert against.effect < -1


def test_other_stretches_change_nothing(occlusion: Occlusion) -> None:
    others = [
        s.effect for s in occlusion.stretches if not (s.start < 3.5 and s.end > 3.0) and not (s.start < 8.5 and s.end > 8)
    ]
    assert len(others) > 70
    assert np.abs(others).max() < 0.1


def test_the_bands_that_the_answer_rests_on_are_found(occlusion: Occlusion) -> None:
    effects = {(band.low, band.high): band.effect for band in occlusion.bands}
    for (low, high), effect in effects.items():
        if low < 200 < high:
            assert effect > 1
        elif low < 500 < high:
            assert effect < -1
        elif high < 150 or 250 < low < high < 440 or low > 560:
            assert abs(effect) < 0.05


def test_stretches_cover_the_recording_and_bands_what_the_model_hears(occlusion: Occlusion) -> None:
    starts, ends = [s.start for s in occlusion.stretches], [s.end for s in occlusion.stretches]
    assert (starts[0], ends[-1]) == (0, pytest.approx(12))
    np.testing.assert_allclose(starts[2:], ends[:-2], atol=0.02)  # each overlaps half of the one before
    assert [band.high for band in occlusion.bands][:-1] == [band.low for band in occlusion.bands][1:]
    assert (occlusion.bands[0].low, occlusion.bands[-1].high) == (pytest.approx(25), pytest.approx(800))


@pytest.mark.parametrize("seconds", [5, 30, 120, 900])
def test_the_cost_is_bounded_however_long_the_recording(seconds: int, heart_standin: Path) -> None:
    model = Counting(heart_standin)
    samples = make_heart(seconds, (1.0, 2.0, 200))
    sound = prepare(samples, model.card)
    windows = listen(model, samples, sound)
    model.calls = model.samples = 0
    found = explain(model, sound, windows, seconds)
    assert len(found.stretches) <= 100
    assert model.calls < 500
    assert model.samples <= model.calls * 5 * RATE  # single windows


def test_a_stretch_of_a_repeated_recording_is_taken_out_of_every_repeat(heart_standin: Path) -> None:
    """Were one copy of the burst left, the answer would hardly change: its level is far above that of the noise."""
    model = OnnxModel(heart_standin)
    once, repeated = make_heart(5, (1.0, 1.2, 200)), make_heart(2.5, (1.0, 1.2, 200))
    whole, part = (strongest(explained(model, samples).stretches, abnormal=True) for samples in (once, repeated))
    assert whole is not None
    assert part is not None
    assert part.start == pytest.approx(1.0, abs=0.2)
    assert part.effect == pytest.approx(whole.effect, rel=0.2)


def test_nothing_of_the_kind_is_none() -> None:
    bands = (Band(20, 50, 0.5), Band(50, 90, 2.0), Band(90, 150, 0.0))
    assert strongest(bands, abnormal=True) == bands[1]
    assert strongest(bands, abnormal=False) is None
    assert strongest((Stretch(0, 1, -1.0),), abnormal=False) == Stretch(0, 1, -1.0)
    assert strongest((), abnormal=True) is None


def test_a_model_hears_what_rate_bands_and_preprocessing_leave(heart_standin: Path, standin: Path) -> None:
    assert hearing_range(load_card(heart_standin.with_suffix(".json"))) == (25, 800)
    assert hearing_range(make_card(standin)) == (20, 450)  # bands of 100 Hz around 100 to 400 Hz
    assert hearing_range(make_card(standin, band_hz=(1500.0, 2500.0))) == (20, 2000)  # the rate is 4000 Hz
