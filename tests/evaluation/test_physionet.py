import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score

from auscult.errors import AuscultError
from auscult.evaluation.physionet import UNSURE, OfficialScores, official_macc, official_of, unsure_between

# truth, clean, answer, how many: the twelve cells of the challenge's table
CELLS = [
    (1, True, 1, 7),
    (1, True, UNSURE, 1),
    (1, True, 0, 2),
    (1, False, 1, 2),
    (1, False, UNSURE, 2),
    (1, False, 0, 1),
    (0, True, 0, 12),
    (0, True, UNSURE, 2),
    (0, True, 1, 2),
    (0, False, 0, 1),
    (0, False, UNSURE, 1),
    (0, False, 1, 2),
]


def rows_of(cells):
    return np.array([(truth, clean, answer) for truth, clean, answer, count in cells for _ in range(count)]).T


def test_the_table_worked_by_hand():
    # wa1 = 10/15, wa2 = 5/15, wn1 = 16/20, wn2 = 4/20
    # Se = 10/15 · 7/10 + 5/15 · (2 + 2)/5 = 11/15; Sp = 16/20 · 12/16 + 4/20 · (1 + 1)/4 = 14/20
    truth, clean, answers = rows_of(CELLS)
    scores = official_macc(truth, answers, clean)
    assert scores.se == pytest.approx(11 / 15)
    assert scores.sp == pytest.approx(0.7)
    assert scores.macc == pytest.approx((11 / 15 + 0.7) / 2)


def test_weights_of_a_larger_set_change_the_score():
    # normal: .9 clean, abnormal: .5 clean. Se = .5 · .7 + .5 · .8, Sp = .9 · .75 + .1 · .5
    truth, clean, answers = rows_of(CELLS)
    scores = official_macc(truth, answers, clean, good_shares=(0.9, 0.5))
    assert (scores.se, scores.sp) == pytest.approx((0.75, 0.725))


recordings = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.booleans()), min_size=2, max_size=40).filter(
    lambda rows: {row[0] for row in rows} == {0, 1}
)


@given(recordings)
def test_without_unsure_answers_it_is_plain_balanced_accuracy_whatever_the_quality(rows):
    truth, answers, clean = np.array(rows).T
    expected = balanced_accuracy_score(truth, answers)
    assert official_macc(truth, answers, clean).macc == pytest.approx(expected)
    assert official_macc(truth, answers, np.ones(len(truth))).macc == pytest.approx(expected)


def test_unsure_is_a_hit_on_noisy_recordings_and_a_miss_on_clean_ones():
    assert official_macc([0, 1], [UNSURE, UNSURE], [False, False]) == OfficialScores(1.0, 1.0, 1.0)
    assert official_macc([0, 1], [UNSURE, UNSURE], [True, True]) == OfficialScores(0.0, 0.0, 0.0)


def test_an_empty_stratum_has_no_weight_even_if_a_larger_set_has_it():
    # all abnormal recordings are clean: Se is the share found among them, not .5 of it
    scores = official_macc([0, 0, 1, 1], [0, 0, 1, 0], [True, False, True, True], good_shares=(0.5, 0.5))
    assert scores == OfficialScores(se=0.5, sp=1.0, macc=0.75)


def test_a_class_without_recordings_is_nan():
    scores = official_macc([0, 0], [0, 1], [True, False])
    assert scores.sp == 0.5
    assert math.isnan(scores.se)
    assert math.isnan(scores.macc)


def test_unsure_between_two_bounds_that_are_themselves_sure(predictions_of):
    abnormal = np.array([0.1, 0.4, 0.45, 0.6, 0.55, 0.9])
    # decisions with an offset: the answer outside the bounds is the decision, not the more probable class
    predicted = [0, 1, 1, 1, 0, 0]
    predictions = predictions_of("heart-2", [0] * 6, [0] * 6).answered(np.stack([1 - abnormal, abnormal], axis=1), predicted)
    assert unsure_between(predictions, 0.4, 0.6).tolist() == [0, 1, UNSURE, 1, UNSURE, 0]
    assert unsure_between(predictions, 0.5, 0.5).tolist() == predicted


def test_unsure_wants_two_classes_and_bounds_in_order(predictions_of):
    with pytest.raises(AuscultError, match="Only two-class tasks have an answer 'unsure', not icbhi-4"):
        unsure_between(predictions_of("icbhi-4", [0], [0]), 0.4, 0.6)
    for low, high in ((0.6, 0.4), (-0.1, 0.5), (0.5, 1.1), (float("nan"), 0.5)):
        with pytest.raises(AuscultError, match="0 ≤ LOW ≤ HIGH ≤ 1"):
            unsure_between(predictions_of("heart-2", [0], [0]), low, high)


def test_official_scores_of_predictions_are_those_of_the_recordings_of_known_quality(predictions_of):
    quality = ["good", "noisy", "good", "noisy"]
    truth, predicted = [0, 0, 1, 1], [0, 1, 1, 1]
    known = predictions_of("heart-2", truth, predicted, groups={"quality": quality})
    assert official_of(known) == (OfficialScores(se=1.0, sp=0.5, macc=0.75), 4)
    # every answer has probability .7 or .3 of abnormal: all unsure, right on the noisy halves only
    assert official_of(known, unsure=(0.2, 0.8)) == (OfficialScores(se=0.5, sp=0.5, macc=0.5), 4)
    partly = predictions_of("heart-2", truth, predicted, groups={"quality": ["good", "", "good", "noisy"]})
    assert official_of(partly) == (OfficialScores(se=1.0, sp=1.0, macc=1.0), 3)
    assert official_of(predictions_of("heart-2", truth, predicted)) is None
    assert official_of(predictions_of("heart-2", truth, predicted, groups={"quality": [""] * 4})) is None
