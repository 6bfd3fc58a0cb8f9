from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.occlusion import Stretch
from auscult.analysis.plot import draw
from auscult.analysis.plot_heart import effects_at
from auscult.analysis.result import Analysis
from tests.analysis.making import make_heart


def analyzed(folder: Path, model: Path, samples: np.ndarray) -> Analysis:
    soundfile.write(folder / "heart.wav", samples, 2000)
    return analyze(folder / "heart.wav", model)


@pytest.fixture(scope="module")
def analysis(heart_standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return analyzed(tmp_path_factory.mktemp("heart"), heart_standin, make_heart(12, (3.0, 3.5, 200), (8.0, 8.5, 500)))


def test_a_moment_has_the_mean_effect_of_the_stretches_that_hold_it() -> None:
    stretches = (Stretch(0.0, 1.0, 1.0), Stretch(0.5, 1.5, -3.0), Stretch(3.0, 4.0, 2.0))
    effects = effects_at(stretches, np.array([0.2, 0.7, 1.2, 2.0, 3.5]))
    np.testing.assert_allclose(effects, [1.0, -1.0, -3.0, 0.0, 2.0])


def test_colours_and_bars_say_what_speaks_for_what(analysis: Analysis) -> None:
    wave, _, spectrogram, bars, probability, _ = draw(analysis).axes
    (shading,) = wave.images
    values = np.asarray(shading.get_array())[0]
    moment = len(values) / 12
    assert values.argmax() == pytest.approx(3.25 * moment, abs=0.4 * moment)
    assert values.argmin() == pytest.approx(8.25 * moment, abs=0.4 * moment)
    assert analysis.occlusion is not None
    assert [bar.get_y() for bar in bars.patches] == [band.low for band in analysis.occlusion.bands]
    assert [bar.get_width() for bar in bars.patches] == [band.effect for band in analysis.occlusion.bands]
    assert bars.get_ylim() == spectrogram.get_ylim() == (0, 800)
    assert wave.get_xlim() == spectrogram.get_xlim() == probability.get_xlim() == (0, 12)


def test_title_and_foot_say_answer_rate_and_disclaimer(analysis: Analysis) -> None:
    figure = draw(analysis)
    assert "heart.wav" in figure.get_suptitle()
    assert "abnormal" in figure.get_suptitle()
    assert "heart rate not told" in figure.get_suptitle()  # of noise
    assert "An aid, not a diagnosis" in figure.get_supxlabel()


def test_a_long_recording_gets_a_row_for_each_minute(heart_standin: Path, tmp_path: Path) -> None:
    axes = draw(analyzed(tmp_path, heart_standin, make_heart(130, (3.0, 3.5, 200)))).axes
    assert [axis.get_xlim() for axis in axes[::6]] == [
        (pytest.approx(start * 130 / 3), pytest.approx((start + 1) * 130 / 3)) for start in range(3)
    ]


@pytest.mark.parametrize("samples", [np.zeros(8000), np.zeros(1), make_heart(0.01)])
def test_silence_and_next_to_nothing_are_drawn_too(samples: np.ndarray, heart_standin: Path, tmp_path: Path) -> None:
    analyzed(tmp_path, heart_standin, samples).plot(tmp_path / "heart.png")
    assert matplotlib.image.imread(tmp_path / "heart.png").shape == (910, 1690, 4)
