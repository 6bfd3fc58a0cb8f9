"""Answers that lean on those of the same recording: the formula by hand, and the choice of how far."""

import numpy as np
import pytest
from scipy.special import log_softmax

from auscult.errors import AuscultError
from auscult.evaluation.recording_context import choose_recording_share, in_recording

P = np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]])
OF = ["a", "a", "b"]


def test_worked_by_hand():
    # Of recording a, half-way: p ∝ sqrt(p_i) * sqrt(sqrt(0.8 * 0.2)) per class, and the mean factor is the same for both.
    mixed = np.exp(in_recording(np.log(P), OF, 0.5))
    first = np.sqrt([0.8, 0.2]) / np.sqrt([0.8, 0.2]).sum()
    np.testing.assert_allclose(mixed, [first, first[::-1], [0.5, 0.5]], atol=1e-12)


def test_with_no_share_nothing_changes_and_with_all_a_recording_has_one_answer():
    np.testing.assert_allclose(in_recording(np.log(P), OF, 0.0), np.log(P))
    one = np.exp(in_recording(np.log(P), OF, 1.0))
    np.testing.assert_allclose(one[0], one[1])


def test_order_does_not_matter():
    order = [2, 0, 1]
    shuffled = in_recording(np.log(P[order]), [OF[i] for i in order], 0.3)
    np.testing.assert_allclose(shuffled, in_recording(np.log(P), OF, 0.3)[order])


def test_a_temperature_before_gives_the_same_as_after():
    logs = np.log(P)
    before = in_recording(log_softmax(logs / 2.5, axis=1), OF, 0.4)
    after = log_softmax(in_recording(logs, OF, 0.4) / 2.5, axis=1)
    np.testing.assert_allclose(before, after, atol=1e-12)


def test_an_impossible_class_leaves_numbers():
    assert np.isfinite(in_recording(np.log(np.array([[1.0, 1e-300], [0.5, 0.5]])), ["a", "a"], 0.5)).all()


def noisy(rng, *, same):
    """Answers to 500 recordings of 6 segments that tell little each; whether a recording's segments are of one class."""
    of = np.repeat(np.arange(500), 6)
    truth = rng.integers(2, size=500)[of] if same else rng.integers(2, size=len(of))
    evidence = rng.normal(truth - 0.5, 1.5)
    return log_softmax(np.stack([-evidence, evidence], axis=1), axis=1), truth, of


def test_the_context_is_used_where_it_tells_something():
    rng = np.random.default_rng(0)
    assert choose_recording_share(*noisy(rng, same=True)) >= 0.6
    assert choose_recording_share(*noisy(rng, same=False)) <= 0.1


def test_no_segments_are_an_error():
    with pytest.raises(AuscultError, match="no validation segments"):
        choose_recording_share(np.zeros((0, 2)), [], [])
