"""Breathing cycles and rate of sounds of which everything is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.analysis.breathing import Breathing, BreathingMeter
from auscult.recordings.synthesis.background import room_noise
from auscult.recordings.synthesis.breathing import Colour
from auscult.recordings.synthesis.faults import add_speech
from auscult.recordings.synthesis.lung import synthesize_lung
from auscult.signal.breath.rules import breath_rules

RATE = 4000


def measure(samples: NDArray[np.float32], rate: int = RATE) -> Breathing:
    meter = BreathingMeter(rate)
    meter.feed(samples)
    return meter.result()


@pytest.mark.parametrize("a_minute", [6, 8, 10, 12, 15, 20, 30, 40, 50, 60, 80])
def test_rate_from_slow_to_quick(a_minute: int) -> None:
    sound = synthesize_lung(seconds=60 if a_minute < 8 else 40, rate=RATE, breaths_per_minute=a_minute, seed=1)
    true = 60 / float(np.median([breath.end - breath.start for breath in sound.breaths]))
    breathing = measure(sound.samples)
    assert breathing.told_rate == pytest.approx(true, abs=1.0)


@pytest.mark.parametrize("a_minute", [12, 20, 25, 30, 40, 60])
@pytest.mark.parametrize("heart", [False, True])
def test_cycles_begin_where_breaths_do(a_minute: int, heart: bool) -> None:
    sound = synthesize_lung(seconds=30, rate=RATE, breaths_per_minute=a_minute, heart=heart, seed=2)
    cycles = measure(sound.samples).cycles
    starts = np.array([breath.start for breath in sound.breaths])
    errors = [np.abs(starts - cycle.start).min() for cycle in cycles]
    assert len(cycles) >= len(starts) - 3  # the first and the last have no whole surroundings
    assert np.quantile(errors, 0.8) < 0.3


def test_other_rates_of_sampling() -> None:
    for rate in (8000, 11025, 44100):
        sound = synthesize_lung(seconds=30, rate=rate, breaths_per_minute=24, seed=3)
        assert measure(sound.samples, rate).told_rate == pytest.approx(24, abs=1)


def test_cycles_follow_each_other_in_order() -> None:
    breathing = measure(synthesize_lung(seconds=60, rate=RATE, breaths_per_minute=18, seed=4).samples)
    edges = [edge for cycle in breathing.cycles for edge in (cycle.start, cycle.end)]
    assert edges == sorted(edges)
    assert breathing.rate == pytest.approx(60 / np.mean([cycle.end - cycle.start for cycle in breathing.cycles]), rel=0.05)


def test_an_apnoea_is_no_cycle() -> None:
    breaths = synthesize_lung(seconds=20, rate=RATE, breaths_per_minute=20, seed=5).samples
    pause = (0.002 * room_noise(20 * RATE, RATE, Colour(), np.random.default_rng(0))).astype(np.float32)
    breathing = measure(np.concatenate([breaths, pause, breaths]))
    assert breathing.rate == pytest.approx(20, abs=2)
    assert not [cycle for cycle in breathing.cycles if cycle.start > 21 and cycle.end < 39]
    assert [cycle for cycle in breathing.cycles if cycle.start > 40]


def test_digital_silence_in_the_middle_is_no_cycle() -> None:
    breaths = synthesize_lung(seconds=20, rate=RATE, breaths_per_minute=20, seed=5).samples
    breathing = measure(np.concatenate([breaths, np.zeros(15 * RATE, np.float32), breaths]))
    assert breathing.rate == pytest.approx(20, abs=2)
    assert not [cycle for cycle in breathing.cycles if cycle.start > 20.5 and cycle.end < 34.5]


@pytest.mark.parametrize("seconds", [0, 1, 2.9, 20])
def test_nothing_in_silence(seconds: float) -> None:
    assert measure(np.zeros(round(seconds * RATE), np.float32)) == Breathing((), None, 0.0)


def test_nothing_told_of_noise_and_speech() -> None:
    generator = np.random.default_rng(0)
    for _ in range(5):
        noise = generator.normal(0, 0.02, 20 * RATE).astype(np.float32)
        assert measure(noise) == Breathing()
        assert measure(add_speech(noise, RATE, decibel=20, rng=generator)).told_rate is None


def test_too_short_to_come_again() -> None:
    assert measure(synthesize_lung(seconds=2.5, rate=RATE, breaths_per_minute=60).samples) == Breathing()


def test_one_sample_at_a_time_is_the_same() -> None:
    samples = synthesize_lung(seconds=4, rate=RATE, breaths_per_minute=60, seed=1).samples
    meter = BreathingMeter(RATE)
    for start in range(0, samples.size, 37):
        meter.feed(samples[start : start + 37])
    cut, whole = meter.result(), measure(samples)
    assert (cut.cycles, cut.rate) == (whole.cycles, whole.rate)
    assert cut.confidence == pytest.approx(whole.confidence, abs=1e-5)


def test_an_hour_keeps_no_samples() -> None:
    meter = BreathingMeter(RATE)
    minute = synthesize_lung(seconds=60, rate=RATE, breaths_per_minute=15).samples
    for _ in range(60):
        meter.feed(minute)
    kept = meter._envelope.decibels()
    assert kept.nbytes < 1e6
    assert meter.result().told_rate == pytest.approx(15, abs=1)


def test_rules_carry_as_many_weights_as_offsets() -> None:
    onset = breath_rules().onset
    assert [len(weights) for weights in onset.weights] == [len(onset.offsets)] * 3
