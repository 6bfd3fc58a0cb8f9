import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, precision_score, recall_score

from auscult.evaluation.binary import BINARY_NAMES, BinaryScores, binary_from_confusion, binary_scores


def test_a_table_worked_by_hand():
    # of 10 normal recordings 7 are right, of 5 abnormal ones 4: accuracy 11/15, precision 4 / (4 + 3), F1 8 / (5 + 7)
    truth = [0] * 10 + [1] * 5
    predicted = [0] * 7 + [1] * 3 + [1] * 4 + [0]
    scores = binary_scores(truth, predicted)
    expected = BinaryScores(accuracy=11 / 15, recall=0.8, precision=4 / 7, f1=8 / 12, specificity=0.7, macc=0.75)
    for name in BINARY_NAMES:
        assert getattr(scores, name) == pytest.approx(getattr(expected, name), abs=1e-15), name


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40))
def test_agrees_with_sklearn_where_sklearn_is_told_to_say_nan(pairs):
    truth, predicted = np.array(pairs).T
    scores = binary_scores(truth, predicted)
    nan = {"zero_division": np.nan}
    np.testing.assert_allclose(scores.accuracy, accuracy_score(truth, predicted))
    np.testing.assert_allclose(scores.recall, recall_score(truth, predicted, **nan))
    np.testing.assert_allclose(scores.precision, precision_score(truth, predicted, **nan))
    np.testing.assert_allclose(scores.f1, f1_score(truth, predicted, **nan))
    np.testing.assert_allclose(scores.specificity, recall_score(truth, predicted, pos_label=0, **nan))
    if set(truth) == {0, 1}:
        np.testing.assert_allclose(scores.macc, balanced_accuracy_score(truth, predicted))
    else:
        assert math.isnan(scores.macc)


@pytest.mark.parametrize(
    ("confusion", "nan"),
    [
        ([[5, 0], [3, 0]], {"precision"}),
        ([[5, 1], [0, 0]], {"recall", "macc"}),
        ([[5, 0], [0, 0]], {"precision", "recall", "f1", "macc"}),
        ([[0, 0], [1, 2]], {"specificity", "macc"}),
        ([[0, 0], [0, 0]], set(BINARY_NAMES)),
    ],
)
def test_a_score_without_meaning_is_nan_and_never_a_convention(confusion, nan):
    values = dict(zip(BINARY_NAMES, binary_from_confusion(confusion).tolist(), strict=True))
    assert {name for name, value in values.items() if math.isnan(value)} == nan


def test_a_stack_of_confusions_is_scored_like_each_alone():
    stack = np.random.default_rng(0).integers(0, 9, size=(4, 3, 2, 2))
    together = binary_from_confusion(stack)
    assert together.shape == (4, 3, 6)
    for index in np.ndindex(4, 3):
        np.testing.assert_array_equal(together[index], binary_from_confusion(stack[index]))
