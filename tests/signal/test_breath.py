"""From samples to breathing cycles, part by part."""

import numpy as np
import pytest

from auscult.recordings.synthesis.lung import synthesize_lung
from auscult.signal.breath.cycles import chain_cycles, drop_shallow, measure_support
from auscult.signal.breath.envelope import BreathEnvelope
from auscult.signal.breath.onsets import NEVER, find_heard, moving_mean, onset_evidence, tracks
from auscult.signal.breath.rules import breath_rules

RATE = 4000
STEP = 0.05
RULES = breath_rules()


def test_blocks_make_no_difference() -> None:
    samples = synthesize_lung(seconds=5, rate=RATE).samples
    whole, cut = BreathEnvelope(RATE), BreathEnvelope(RATE)
    whole.feed(samples)
    for start, end in [(0, 1), (1, 7), (7, 7), (7, 9000), (9000, samples.size)]:
        cut.feed(samples[start:end])
    np.testing.assert_array_equal(whole.decibels(), cut.decibels())
    assert whole.decibels().shape == (99, 3)  # the last frame would reach beyond the end


def test_a_tone_is_in_its_band_and_at_its_time() -> None:
    times = np.arange(4 * RATE) / RATE
    tone = np.where((times >= 2) & (times < 3), 0.5 * np.sin(2 * np.pi * 450 * times), 0).astype(np.float32)
    envelope = BreathEnvelope(RATE)
    envelope.feed(tone)
    decibels = envelope.decibels()
    loud = np.flatnonzero(decibels[:, 1] > -40)
    assert (loud[0] + 0.5) * STEP == pytest.approx(2.0, abs=STEP)
    assert (loud[-1] + 0.5) * STEP == pytest.approx(3.0, abs=STEP)
    assert (decibels[45:55, 1] - decibels[45:55, [0, 2]].max(axis=1) > 40).all()


def test_bands_that_a_rate_does_not_reach_are_silent() -> None:
    envelope = BreathEnvelope(1000)
    envelope.feed(np.random.default_rng(0).normal(0, 0.1, 3000).astype(np.float32))
    assert (envelope.decibels()[:, 2] == -120).all()


def test_no_samples_no_frames() -> None:
    assert BreathEnvelope(RATE).decibels().shape == (0, 3)


def test_moving_mean_holds_the_ends() -> None:
    np.testing.assert_allclose(moving_mean(np.array([0.0, 3.0, 6.0, 3.0]), 3), [1.0, 3.0, 4.0, 4.0])
    np.testing.assert_allclose(moving_mean(np.array([1.0, 2.0]), 9), [1.0, 1.5])


def test_level_and_offset_in_decibels_change_nothing() -> None:
    envelope = BreathEnvelope(RATE)
    envelope.feed(synthesize_lung(seconds=10, rate=RATE).samples)
    decibels = envelope.decibels()
    np.testing.assert_allclose(tracks(decibels, STEP, RULES.envelope), tracks(decibels + 17, STEP, RULES.envelope), atol=1e-4)


def test_nothing_begins_in_silence() -> None:
    decibels = np.full((200, 3), -120.0, dtype=np.float32)
    decibels[:100] = np.random.default_rng(0).normal(-60, 3, (100, 3))
    heard = find_heard(decibels)
    evidence = onset_evidence(tracks(decibels, STEP, RULES.envelope), heard, STEP, 2.4, RULES.onset)
    assert (evidence[100:] == NEVER).all()
    assert (evidence[:100] > NEVER).all()


def _evidence(frames: int, at: dict[int, float]) -> np.ndarray:
    evidence = np.full(frames, -9.0)
    for frame, value in at.items():
        evidence[frame] = value
    return evidence


def test_a_chain_leaves_out_what_comes_at_the_wrong_time() -> None:
    # beginnings every 2 s (40 frames); at frame 100, half-way, there is some evidence, too
    evidence = _evidence(200, {20: 3.0, 60: 3.0, 80: 0.5, 100: 3.0, 140: 3.0, 180: 3.0})
    chains = chain_cycles(evidence, np.full(200, 2.0), STEP, RULES.cycle, RULES.period)
    assert chains == [[20, 60, 100, 140, 180]]


def test_a_gap_parts_two_chains() -> None:
    evidence = _evidence(1000, {20: 4.0, 60: 4.0, 100: 4.0, 800: 4.0, 840: 4.0, 880: 4.0})
    chains = chain_cycles(evidence, np.full(1000, 2.0), STEP, RULES.cycle, RULES.period)
    assert chains == [[20, 60, 100], [800, 840, 880]]


def test_without_evidence_there_is_no_chain() -> None:
    assert chain_cycles(np.full(300, -9.0), np.full(300, 2.0), STEP, RULES.cycle, RULES.period) == []


def test_support_counts_cycles_near_the_median_length() -> None:
    evidence = _evidence(300, {0: 1.0, 40: 2.0, 80: 3.0, 160: 2.0})
    support = measure_support(evidence, [[0, 40, 80, 160]], np.linspace(0, 3, 300))
    assert support.height == pytest.approx(0.6, abs=0.01)  # of frames 0, 40, 80 and 160
    assert support.evidence == pytest.approx(2.0)
    assert support.regularity == pytest.approx(2 / 3)


def test_a_cycle_without_depth_is_taken_out() -> None:
    loudness = np.zeros(320)
    loudness[[10, 50, 90, 250, 290]] = 10.0
    loudness[[130, 170]] = 1.0  # noise
    chains = drop_shallow([[0, 40, 80, 120, 160, 200], [240, 280, 310]], loudness, RULES.cycle)
    assert chains == [[0, 40, 80, 120], [240, 280, 310]]
