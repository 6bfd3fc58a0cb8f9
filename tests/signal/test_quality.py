import numpy as np
import pytest
import soxr

from auscult.signal.quality import check_quality

RATE = 4000


def sound(seconds=5.0, amplitude=0.05):
    return (amplitude * np.random.default_rng(0).standard_normal(round(seconds * RATE))).astype(np.float32)


def test_a_good_recording_has_no_warning():
    assert check_quality(sound(), RATE) == []


def test_silence():
    assert check_quality(np.zeros(RATE * 2, np.float32), RATE) == ["silent: nothing was recorded"]
    assert check_quality(np.full(RATE * 2, 0.3, np.float32), RATE) == ["silent: nothing was recorded"]


def test_silence_in_a_part():
    samples = sound(5.0)
    samples[: 2 * RATE] = 0
    assert check_quality(samples, RATE) == ["partly silent: nothing was recorded in 40% of it"]


@pytest.mark.parametrize("value", [0.0, 0.02])
@pytest.mark.parametrize(("seconds", "warned"), [(0.8, False), (1.5, True)])
def test_an_interruption(value, seconds, warned):
    samples = sound(10.0)
    samples[3 * RATE : 3 * RATE + round(seconds * RATE)] = value
    assert check_quality(samples, RATE) == (["interrupted: nothing was recorded for 1.5 s"] if warned else [])


def test_several_short_interruptions_are_none_of_1_s():
    samples = sound(10.0)
    for start in range(0, samples.size, 2 * RATE):
        samples[start : start + RATE // 3] = 0
    assert check_quality(samples, RATE) == []


@pytest.mark.parametrize(("step", "warned"), [(0.1, True), (0.005, False)])
def test_a_recording_of_few_values(step, warned):
    samples = (np.round(sound() / step) * step).astype(np.float32)
    values = np.unique(samples).size
    assert check_quality(samples, RATE) == ([f"coarse: it has only {values} different values"] if warned else [])


@pytest.mark.parametrize(("share", "warned"), [(0.0005, False), (0.002, True)])
def test_clipping(share, warned):
    samples = sound()
    samples[: round(share * samples.size)] = -1.0
    warnings = check_quality(samples, RATE)
    assert [w.split(";")[0] for w in warnings] == (["clipped: 0.2% of it is at full scale"] if warned else [])


def test_clipping_is_seen_after_resampling():
    clipped = np.clip(sound(amplitude=0.9), -1, 1)
    assert any("clipped" in w for w in check_quality(soxr.resample(clipped, 8000, RATE), RATE))


def test_short_quiet_and_shifted():
    assert check_quality(sound(0.5), RATE) == ["very short: 0.50 s, less than a breath or two heartbeats"]
    assert check_quality(np.zeros(0, np.float32), RATE) == ["very short: 0.00 s, less than a breath or two heartbeats"]
    assert check_quality(sound(amplitude=1e-4), RATE) == ["very quiet: 80 dB below full scale"]
    assert check_quality(sound() + np.float32(0.2), RATE) == ["shifted: a constant offset of +0.20"]
    assert check_quality(sound() + np.float32(0.2), RATE, offset=False) == []
