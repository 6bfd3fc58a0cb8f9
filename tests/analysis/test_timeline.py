from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.analysis.timeline import (
    find_bins,
    label_probabilities,
    make_timeline,
    overlap_mean,
    pool_windows,
    recording_probabilities,
    shift_normal,
)
from tests.analysis.making import CLASSES, make_card, make_windows, only


def test_the_offset_is_added_to_the_logarithm_of_normal() -> None:
    shifted = shift_normal(np.array([[0.5, 0.25, 0.25]], dtype=np.float32), float(np.log(2)))
    np.testing.assert_allclose(shifted, [[2 / 3, 1 / 6, 1 / 6]], rtol=1e-6)


def test_the_offset_changes_the_answer_as_the_scored_decision_does() -> None:
    from auscult.evaluation.decision import decide

    probabilities = np.random.default_rng(0).dirichlet(np.ones(4), 200).astype(np.float32)
    for offset in (-1.0, 0.0, 0.7):
        answers = shift_normal(probabilities, offset).argmax(axis=1)
        np.testing.assert_array_equal(answers, decide(np.log(probabilities), offset))


def test_both_is_added_to_either_label(standin: Path) -> None:
    labels = label_probabilities(np.array([[0.1, 0.2, 0.3, 0.4]], dtype=np.float32), make_card(standin))
    assert labels["crackle"][0] == pytest.approx(0.6)
    assert labels["wheeze"][0] == pytest.approx(0.7)


def test_one_window_speaks_for_its_recording() -> None:
    answer = recording_probabilities(np.array([[0.1, 0.2, 0.3, 0.4]], dtype=np.float32), CLASSES)
    np.testing.assert_allclose(answer, [0.1, 0.2, 0.3, 0.4], atol=1e-6)


def test_crackles_here_and_wheezes_there_are_both() -> None:
    probabilities = np.concatenate([only("crackle", {0, 1, 2, 3}, 10), only("wheeze", {0, 1, 2, 3}, 10)])
    np.testing.assert_allclose(recording_probabilities(probabilities, CLASSES), [0, 0, 0, 1], atol=1e-6)


def test_a_minute_of_crackles_in_ten_is_not_averaged_away() -> None:
    probabilities = only("crackle", set(range(300, 420)), 1200)  # 120 of 1200 windows
    np.testing.assert_allclose(recording_probabilities(probabilities, CLASSES), [0, 1, 0, 0], atol=1e-6)


def test_one_window_that_errs_does_not_decide() -> None:
    assert recording_probabilities(only("crackle", {5}, 30), CLASSES)[0] == pytest.approx(0.75)  # one of the four highest
    assert recording_probabilities(only("crackle", {5}, 1000), CLASSES)[0] == pytest.approx(0.99)  # one of a hundred


@given(st.integers(1, 60), st.integers(0, 10_000))
def test_a_recording_gets_a_distribution(windows: int, seed: int) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.full(4, 0.3), windows).astype(np.float32)
    answer = recording_probabilities(probabilities, CLASSES)
    assert (answer >= 0).all()
    assert answer.sum() == pytest.approx(1, abs=1e-5)


def test_other_classes_are_averaged_over_the_most_abnormal_windows() -> None:
    probabilities = np.array([[0.9, 0.1]] * 8 + [[0.2, 0.8]] * 2, dtype=np.float32)
    np.testing.assert_allclose(recording_probabilities(probabilities, ("normal", "murmur")), [0.55, 0.45], atol=1e-6)


def test_every_moment_is_the_mean_of_the_windows_over_it() -> None:
    windows = make_windows(only("normal", set(), 3))  # 0-2, 0.5-2.5, 1-3 s
    means = overlap_mean(np.array([[1.0, 2.0, 6.0]]), windows, 0.5, 3.0)
    np.testing.assert_allclose(means, [[1.0, 1.5, 3.0, 3.0, 4.0, 6.0]])


def test_moments_without_a_window_have_no_answer(standin: Path) -> None:
    windows = make_windows(only("wheeze", {0, 12}, 13)).where(np.arange(13) % 12 == 0)  # 0-2 and 6-8 s
    timeline = make_timeline(windows, make_card(standin), 8.0)
    assert timeline.abnormal.shape == (80,)
    assert np.isnan(timeline.abnormal[20:60]).all()
    np.testing.assert_allclose(timeline.labels["wheeze"][[0, 19, 60, 79]], 1.0)
    np.testing.assert_allclose(timeline.labels["crackle"][[0, 79]], 0.0)


def test_bins_keep_the_highest_value(standin: Path) -> None:
    timeline = make_timeline(make_windows(only("crackle", {3}, 13)), make_card(standin), 8.0)
    abnormal, labels = find_bins(timeline, 4)  # 2 s each; the window covers 1.5-3.5 s
    np.testing.assert_allclose(abnormal, [0.25, 0.25, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(labels["crackle"], abnormal)
    assert len(find_bins(timeline, 1000)[0]) == 80


@pytest.mark.parametrize(
    ("pooling", "offset", "normal"),
    [
        ("mean", 0.0, 0.7),
        ("mean", np.log(2), 1.4 / 1.7),  # the mean is shifted: twice the odds of 0.7 to 0.3
        ("top", np.log(2), (1.8 / 1.9 + 1.0 / 1.5) / 2),  # single windows are
    ],
)
def test_the_offset_stands_where_it_was_chosen(pooling: str, offset: float, normal: float, standin: Path) -> None:
    card = make_card(standin, classes=("normal", "abnormal"), pooling=pooling, normal_offset=offset)
    pooled = pool_windows(np.array([[0.9, 0.1], [0.5, 0.5]], dtype=np.float32), card)
    np.testing.assert_allclose(pooled, [normal, 1 - normal], rtol=1e-6)


def test_a_mean_is_over_all_windows_where_the_top_is_over_some(standin: Path) -> None:
    probabilities = np.array([[0.9, 0.1]] * 6 + [[0.2, 0.8]] * 2, dtype=np.float32)
    by_pooling = {
        pooling: pool_windows(probabilities, make_card(standin, classes=("normal", "abnormal"), pooling=pooling))[1]
        for pooling in ("mean", "top")
    }
    assert by_pooling == {"mean": pytest.approx(0.275), "top": pytest.approx(0.45)}
