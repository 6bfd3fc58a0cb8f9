import numpy as np
import pytest

from auscult.signal.quality.meter import SHORT_SECONDS, QualityMeter

RATE = 4000


def sound(seconds=20.0, amplitude=0.05, rate=RATE):
    return (amplitude * np.random.default_rng(0).standard_normal(round(seconds * rate))).astype(np.float32)


def measure(samples, *, block=None, rate=RATE, organ="lung"):
    meter = QualityMeter(rate, organ)
    for start in range(0, samples.size, block or max(samples.size, 1)):
        meter.feed(samples[start : start + (block or samples.size)])
    return meter.result()


@pytest.mark.parametrize("seconds", [3.0, 12.0, 20.0, 37.3])
@pytest.mark.parametrize("block", [997, 40_000])
def test_the_length_of_blocks_changes_nothing(seconds, block):
    samples = sound(seconds)
    whole, parts = measure(samples), measure(samples, block=block)
    assert parts.level == whole.level
    assert parts.figures == whole.figures
    assert parts.second_peaks_db == whole.second_peaks_db
    assert (parts.cliff_hz, parts.cliff_db) == (whole.cliff_hz, whole.cliff_db)


def test_the_level_of_a_sine_is_its_root_mean_square():
    sine = (0.2 * np.sin(2 * np.pi * 100 * np.arange(10 * RATE) / RATE)).astype(np.float32)
    level = measure(sine).level
    assert level.seconds == 10.0
    assert level.level_db == pytest.approx(20 * np.log10(0.2 / np.sqrt(2)), abs=0.01)
    assert (level.silent, level.gap_seconds, level.clipped) == (0.0, 0.0, 0.0)
    assert level.offset == pytest.approx(0.0, abs=1e-6)


def test_a_gap_is_measured_across_pieces():
    samples = sound(30.0)
    samples[7 * RATE : 10 * RATE] = 0.02  # a constant is no sound
    level = measure(samples, block=5000).level
    assert level.gap_seconds == pytest.approx(3.0)
    assert level.silent == pytest.approx(0.1)


def test_figures_do_not_change_with_the_gain():
    samples = sound()
    quiet, loud = measure(samples * np.float32(0.1)).figures, measure(samples).figures
    assert quiet == pytest.approx(loud, abs=0.02)


def test_figures_hardly_change_with_the_rate():
    import soxr

    samples = soxr.resample(sound(rate=2000), 2000, 8000).astype(np.float32)  # nothing above 1 kHz, where the rates differ
    four = measure(soxr.resample(samples, 8000, 4000), organ="heart").figures
    eight = measure(samples, rate=8000, organ="heart").figures
    assert eight == pytest.approx(four, abs=0.3)


def test_what_is_too_short_or_silent_has_a_level_alone():
    for samples in (sound(1.5), np.zeros(5 * RATE, np.float32), np.empty(0, np.float32)):
        measures = measure(samples)
        assert measures.figures == {}
        assert measures.level.seconds == samples.size / RATE
    assert measure(np.zeros(5 * RATE, np.float32)).level.silent == 1.0


def test_memory_is_flat():
    import tracemalloc

    meter, block = QualityMeter(RATE, "lung"), sound(10.0)
    for _ in range(3):
        meter.feed(block)
    tracemalloc.start()
    for _ in range(9):
        meter.feed(block)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 0.5e6  # 90 s are 1.4 MB of samples, of which half a piece to one and a half may wait


def test_short_is_the_gates_limit():
    from auscult.analysis.gate_rules import gate_rules

    assert {limits.shortest_seconds for limits in gate_rules().limits.values()} == {SHORT_SECONDS}
