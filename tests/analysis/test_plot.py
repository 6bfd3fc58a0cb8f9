from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.plot import draw
from auscult.analysis.result import Analysis
from auscult.analysis.spectrogram import spectrogram_db
from auscult.errors import AuscultError
from auscult.recordings.synthesis import synthesize_lung


@pytest.fixture(scope="module")
def analysis(standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = tmp_path_factory.mktemp("lung") / "a $long$ name that goes on and on and on and on.wav"
    recording = synthesize_lung(seconds=15, wheezes=2, seed=1)
    soundfile.write(path, recording.samples, recording.rate)
    return analyze(path, standin)


def test_a_tone_is_a_line_at_its_frequency() -> None:
    rate = 4000
    tone = np.sin(2 * np.pi * 500 * np.arange(10 * rate) / rate).astype(np.float32)
    decibels = spectrogram_db(tone, rate, columns=100)
    hz = np.linspace(0, rate / 2, len(decibels))
    assert decibels.shape[1] <= 100
    assert hz[decibels[:, 50].argmax()] == pytest.approx(500, abs=8)


def test_a_click_in_a_long_recording_is_not_skipped() -> None:
    samples = np.zeros(4000 * 600, dtype=np.float32)
    samples[4000 * 300] = 1
    decibels = spectrogram_db(samples, 4000, columns=200)
    assert decibels.shape[1] <= 200
    assert decibels.max(axis=0).argmax() == pytest.approx(decibels.shape[1] / 2, abs=2)


@pytest.mark.parametrize("ending", [".png", ".svg", ".PDF"])
def test_a_picture_is_written(ending: str, analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / f"picture{ending}"
    analysis.plot(path)
    head = {".png": b"\x89PNG", ".svg": b"<?xml", ".PDF": b"%PDF"}[ending]
    assert path.read_bytes().startswith(head)
    assert list(tmp_path.iterdir()) == [path]


def test_the_picture_shows_every_event_and_probability(analysis: Analysis) -> None:
    spectrogram, lane, probability = draw(analysis).axes
    assert len(spectrogram.patches) == len(lane.patches) == len(analysis.events) == 2
    assert lane.patches[0].get_x() == analysis.events[0].start
    assert len(spectrogram.images) == 2  # sound, and attention over it
    assert len(probability.lines) == 2  # crackle, wheeze
    assert probability.get_xlim() == (0, 15)


def test_a_long_recording_gets_a_row_for_each_minute(standin: Path, tmp_path: Path) -> None:
    samples = np.tile(synthesize_lung(seconds=25, wheezes=1, seed=2).samples, 6)
    soundfile.write(tmp_path / "long.wav", samples, 8000)
    axes = draw(analyze(tmp_path / "long.wav", standin)).axes
    assert [axis.get_xlim() for axis in axes[::3]] == [(0, 50), (50, 100), (100, 150)]


def test_silence_is_drawn_too(standin: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(8000), 8000)
    analyze(tmp_path / "silent.wav", standin).plot(tmp_path / "silent.png")
    assert matplotlib.image.imread(tmp_path / "silent.png").shape == (832, 1690, 4)


def test_an_unknown_ending_is_refused(analysis: Analysis, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=r"picture\.bmp names no kind of picture"):
        analysis.plot(tmp_path / "picture.bmp")
    assert not list(tmp_path.iterdir())
