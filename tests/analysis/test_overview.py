import numpy as np
import pytest

from auscult.analysis import overview, spectrogram
from auscult.analysis.overview import count_rows, make_overview
from auscult.analysis.spectrogram import spectrogram_db
from auscult.signal.spool import Spool

RATE = 4000


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, round(seconds * RATE)).astype(np.float32)


def test_rows_are_minutes_up_to_ten() -> None:
    assert [count_rows(seconds) for seconds in (0.1, 60.0, 60.1, 599, 3600)] == [1, 1, 2, 10, 10]


@pytest.mark.parametrize("seconds", [0.001, 3.0, 130.0])
def test_a_recording_on_disk_looks_like_one_in_memory(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = noise(seconds)
    whole = make_overview(samples, RATE)
    monkeypatch.setattr(spectrogram, "_BLOCK_FRAMES", 64)
    monkeypatch.setattr(overview, "_BLOCK_COLUMNS", 5)
    with Spool(in_memory=1) as spool:
        spool.append(samples)
        stored = make_overview(spool, RATE)
    for name in ("decibels", "lowest", "highest"):
        np.testing.assert_allclose(getattr(stored, name), getattr(whole, name), rtol=1e-5)
    assert stored.loud == pytest.approx(whole.loud)


def test_the_outline_holds_every_sample() -> None:
    samples = noise(70.0)
    samples[123_456], samples[200_000] = 5.0, -6.0
    found = make_overview(samples, RATE)
    assert len(found.lowest) == len(found.highest) == 4000  # two rows of 2000
    assert found.highest[123_456 * 4000 // samples.size] == 5.0
    assert found.lowest[200_000 * 4000 // samples.size] == -6.0
    assert found.loud == pytest.approx(np.percentile(np.abs(samples), 99.9))


def test_a_tone_stands_in_its_bin_when_it_sounds() -> None:
    time = np.arange(10 * RATE) / RATE
    samples = (np.sin(2 * np.pi * 500 * time) * (time < 5)).astype(np.float32)
    decibels = spectrogram_db(samples, RATE, columns=100)
    assert decibels.shape == (129, 90)  # 626 frames of 64 samples, seven in each column
    assert decibels[:, 20].argmax() == 32  # 500 Hz of 2000 Hz in 128 steps
    assert decibels[32, 20] > decibels[32, 80] + 60
