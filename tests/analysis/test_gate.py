import numpy as np
import pytest
import soxr

from auscult.analysis.gate import judge
from auscult.analysis.gate_rules import gate_rules
from auscult.analysis.quality_model import QualityModel, Weight, quality_model
from auscult.recordings.synthesis import faults
from auscult.recordings.synthesis.lung import synthesize_lung
from auscult.signal.quality.meter import QualityMeter

RATE = 4000


def noise(seconds=5.0, amplitude=0.05):
    return (amplitude * np.random.default_rng(0).standard_normal(round(seconds * RATE))).astype(np.float32)


def found(samples, *, organ="lung", rate=RATE, **more):
    """Faults but for the learned one, which knows no synthetic sound."""
    meter = QualityMeter(rate, organ)
    meter.feed(samples)
    return [fault for fault in judge(meter.result(), organ, **more).faults if fault.name not in ("poor", "doubtful")]


def sentences(samples, **more):
    return [fault.sentence for fault in found(samples, **more)]


def test_a_good_recording_has_no_fault():
    assert sentences(noise()) == []


def test_silence():
    for value in (0.0, 0.3):
        samples = np.full(RATE * 2, value, np.float32)
        assert sentences(samples) == ["silent: nothing was recorded"]
        meter = QualityMeter(RATE, "lung")
        meter.feed(samples)
        quality = judge(meter.result(), "lung")
        assert not quality.usable
        assert quality.probability is None


def test_silence_in_a_part():
    samples = noise(5.0)
    samples[: 2 * RATE] = 0
    assert sentences(samples) == ["partly silent: nothing was recorded in 40% of it"]


@pytest.mark.parametrize("value", [0.0, 0.02])
@pytest.mark.parametrize(("seconds", "warned"), [(0.8, False), (1.5, True)])
def test_an_interruption(value, seconds, warned):
    samples = noise(10.0)
    samples[3 * RATE : 3 * RATE + round(seconds * RATE)] = value
    told = [s for s in sentences(samples) if s.startswith("interrupted")]
    assert told == (["interrupted: nothing was recorded for 1.5 s"] if warned else [])


@pytest.mark.parametrize(("step", "warned"), [(0.1, True), (0.005, False)])
def test_a_recording_of_few_values(step, warned):
    samples = (np.round(noise() / step) * step).astype(np.float32)
    values = np.unique(samples).size
    assert [s for s in sentences(samples) if s.startswith("coarse")] == (
        [f"coarse: it has only {values} different values"] if warned else []
    )


@pytest.mark.parametrize(("share", "warned"), [(0.0005, False), (0.002, True)])
def test_clipping(share, warned):
    samples = noise()
    samples[np.arange(round(share * samples.size)) * 7] = -1.0
    told = [f for f in found(samples) if f.name == "clipped"]
    assert [f.sentence for f in told] == (["clipped: 0.2% of it is at full scale"] if warned else [])
    assert all("gain" in f.advice and not f.serious for f in told)


def test_clipping_is_seen_after_resampling():
    clipped = np.clip(noise(amplitude=0.9), -1, 1)
    assert any("clipped" in s for s in sentences(soxr.resample(clipped, 8000, RATE)))


def test_short_quiet_and_shifted():
    assert sentences(noise(0.5)) == ["very short: 0.50 s, less than a breath or two heartbeats"]
    assert sentences(np.zeros(0, np.float32)) == ["very short: 0.00 s, less than a breath or two heartbeats"]
    assert sentences(noise(amplitude=1e-4)) == ["very quiet: 80 dB below full scale"]
    assert sentences(noise() + np.float32(0.2)) == ["shifted: a constant offset of +0.20"]
    assert sentences(noise() + np.float32(0.2), offset=False) == []


@pytest.fixture(scope="module")
def breath():
    return synthesize_lung(seconds=20.0, rate=RATE, seed=3).samples


@pytest.mark.parametrize("mains", [50.0, 60.0])
def test_hum(breath, mains):
    assert "hum" not in [f.name for f in found(breath)]
    spoiled = faults.add_hum(breath, RATE, decibel=-6, rng=np.random.default_rng(0), mains=mains)
    assert "hum" in [f.name for f in found(spoiled)]


def test_a_tone_at_50_hz_that_comes_and_goes_is_no_hum(breath):
    times = np.arange(breath.size) / RATE
    tone = (np.sin(2 * np.pi * 50 * times) * (times % 5 < 2) * 2 * breath.std()).astype(np.float32)
    assert "hum" not in [f.name for f in found(breath + tone)]


def test_speech(breath):
    assert "speech" not in [f.name for f in found(breath)]
    spoiled = faults.add_speech(breath, RATE, decibel=5, rng=np.random.default_rng(0))
    assert "speech" in [f.name for f in found(spoiled)]


def test_a_wheeze_is_no_speech(breath):
    times = np.arange(breath.size) / RATE
    wheeze = (np.sin(2 * np.pi * 420 * times) * (times % 3 < 0.5) * 3 * breath.std()).astype(np.float32)
    assert "speech" not in [f.name for f in found(breath + wheeze)]


def test_rubbing(breath):
    assert "rubbing" not in [f.name for f in found(breath)]
    spoiled = faults.add_rubbing(breath, RATE, decibel=35, rng=np.random.default_rng(0), each_second=0.5)
    told = {f.name: f for f in found(spoiled)}
    assert "hold still" in told["rubbing"].advice


@pytest.mark.parametrize("highest", [500.0, 1000.0])
def test_a_narrow_source(breath, highest):
    loud = breath + noise(20.0, 0.2 * float(breath.std()))
    assert "band-limited" not in [f.name for f in found(loud)]
    told = {f.name: f for f in found(faults.narrow(loud, RATE, highest=highest))}
    told_hz = float(told["band-limited"].sentence.partition("nothing above ")[2].partition(" Hz")[0])
    assert told_hz == pytest.approx(highest, abs=20)
    assert not told["band-limited"].serious


@pytest.mark.parametrize(("organ", "name"), [("lung", "no breathing"), ("heart", "no heart beat")])
def test_no_rhythm(organ, name):
    assert name in [f.name for f in found(noise(), organ=organ, rhythm_confidence=0.0)]
    assert name not in [f.name for f in found(noise(), organ=organ, rhythm_confidence=0.9)]


def test_every_fault_has_advice():
    assert all(rule.advice for rule in gate_rules().faults.values())


def test_the_learned_quality_by_hand():
    model = QualityModel(
        format=1,
        title="",
        organ="lung",
        training_data="",
        data_licence="",
        licence="",
        scores=None,
        doubt=0.8,
        limit=0.5,
        intercept=1.0,
        figures={"a": Weight(mean=2.0, scale=0.5, weight=-1.0), "b": Weight(mean=0.0, scale=1.0, weight=0.5)},
    )
    assert model.probability({"a": 3.0, "b": 2.0, "c": 9.0}) == pytest.approx(1 / (1 + np.exp(-(1 - 2 + 1))))
    assert model.probability({"a": 2.0, "b": 100.0}) == pytest.approx(1 / (1 + np.exp(-(1 + 1.5))))  # no further than 3
    assert model.probability({"a": 2.0}) is None


@pytest.mark.parametrize("organ", ["lung", "heart"])
def test_the_bundled_learned_quality_fits_the_meter(organ):
    model = quality_model(organ)
    meter = QualityMeter(RATE, organ)
    meter.feed(noise())
    assert model.organ == organ
    assert 0 < model.limit < model.doubt < 1
    assert 0 < model.probability(meter.result().figures) < 1
