import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as sklearn_confusion
from sklearn.metrics import roc_auc_score

from auscult.evaluation.metrics import (
    SCORE_NAMES,
    Scores,
    auroc,
    confusion_matrix,
    score,
    scores_from_confusion,
    usable_score,
)
from auscult.recordings.tasks import TASKS, get_task

# Each table is worked by hand: rows the truth, columns the answer, the normal class first.
BY_HAND = {
    # normal 7 of 10; abnormal 3 + 1 + 0 of 5 + 3 + 2: Sp .7, Se .4, AS .55, HS .56 / 1.1
    # (the mean recall of the abnormal classes would be .311, of all classes .408: both wrong)
    "icbhi-4": (
        [[7, 1, 2, 0], [1, 3, 0, 1], [1, 1, 1, 0], [0, 1, 1, 0]],
        Scores(0.7, 0.4, 0.55, 0.56 / 1.1, 0.55),
    ),
    # the same answers with the abnormal classes merged: 4 + 2 + 2 of 10, so Se .8
    "icbhi-2": ([[7, 3], [2, 8]], Scores(0.7, 0.8, 0.75, 1.12 / 1.5, 0.75)),
    # as icbhi-2, but Score = (AS + HS) / 2 = (.75 + .74666…) / 2
    "sprsound-1-1": ([[7, 3], [2, 8]], Scores(0.7, 0.8, 0.75, 1.12 / 1.5, 0.7483333333333333)),
    # normal 6 of 8; abnormal 1 + 2 + 0 + 0 + 3 + 0 of 2 + 4 + 1 + 1 + 3 + 1 = 6 of 12: Sp .75, Se .5, HS .75 / 1.25 = .6
    "sprsound-1-2": (
        [
            [6, 1, 0, 0, 0, 1, 0],
            [0, 1, 1, 0, 0, 0, 0],
            [1, 1, 2, 0, 0, 0, 0],
            [0, 0, 1, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 1, 0],
            [0, 0, 0, 0, 0, 3, 0],
            [0, 0, 1, 0, 0, 0, 0],
        ],
        Scores(0.75, 0.5, 0.625, 0.6, 0.6125),
    ),
    # poor quality counts as abnormal: normal 3 of 4, the others 2 + 1 of 3 + 2: Sp .75, Se .6, HS .9 / 1.35 = 2/3
    "sprsound-2-1": ([[3, 0, 1], [1, 2, 0], [0, 1, 1]], Scores(0.75, 0.6, 0.675, 2 / 3, (0.675 + 2 / 3) / 2)),
    # normal 4 of 5; the others 1 + 2 + 0 + 2 of 2 + 3 + 1 + 2 = 5 of 8: Sp .8, Se .625, HS 1 / 1.425
    "sprsound-2-2": (
        [[4, 1, 0, 0, 0], [0, 1, 0, 1, 0], [1, 0, 2, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 2]],
        Scores(0.8, 0.625, 0.7125, 1 / 1.425, (0.7125 + 1 / 1.425) / 2),
    ),
    # normal 8 of 10, abnormal 3 of 4: Score = MAcc = (.8 + .75) / 2
    "heart-2": ([[8, 2], [1, 3]], Scores(0.8, 0.75, 0.775, 1.2 / 1.55, 0.775)),
    # absent 6 of 8, present 3 of 4, unknown 1 of 2: Score = (1 · 6 + 5 · 3 + 3 · 1) / (1 · 8 + 5 · 4 + 3 · 2)
    "circor-murmur": ([[6, 1, 1], [1, 3, 0], [1, 0, 1]], Scores(0.75, 4 / 6, 17 / 24, 1 / (17 / 12), 24 / 34)),
    # normal 5 of 8, abnormal 3 of 4: Score = (1 · 5 + 5 · 3) / (1 · 8 + 5 · 4)
    "circor-outcome": ([[5, 3], [1, 3]], Scores(0.625, 0.75, 0.6875, 0.9375 / 1.375, 20 / 28)),
}


def spread(confusion: list[list[int]]) -> tuple[list[int], list[int]]:
    """Answers segment by segment that give this confusion matrix."""
    cells = [(i, j) for i, row in enumerate(confusion) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in cells], [j for _, j in cells]


def test_every_task_has_a_table_worked_by_hand():
    assert set(BY_HAND) == set(TASKS)


@pytest.mark.parametrize("name", BY_HAND)
def test_scores_agree_with_the_table_worked_by_hand(name):
    confusion, expected = BY_HAND[name]
    truth, predicted = spread(confusion)

    assert confusion_matrix(truth, predicted, len(confusion)).tolist() == confusion
    scores = score(truth, predicted, get_task(name))
    for field in SCORE_NAMES:
        assert getattr(scores, field) == pytest.approx(getattr(expected, field), abs=1e-12), field


@pytest.mark.parametrize(
    ("specificity", "sensitivity", "average", "harmonic"),
    [
        (6593, 3475, 50.34, 45.51),  # hierarchical attention; printed AS is 50.33
        (6599, 2939, 47.69, 40.67),  # single attention; printed HS is 40.66
        (8638, 1096, 48.67, 19.45),  # SVM
        (8233, 1452, 48.425, 24.69),  # random forest
        (6726, 2608, 46.67, 37.59),  # ResNet18
        (6920, 3112, 50.16, 42.93),  # bi-ResNet
    ],
)
def test_the_rows_of_the_hierarchical_attention_paper_follow_from_the_formulas(specificity, sensitivity, average, harmonic):
    per_ten_thousand = [
        [specificity, 10_000 - specificity, 0, 0],
        [10_000 - sensitivity, sensitivity, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]
    scores = Scores(*scores_from_confusion(per_ten_thousand, get_task("icbhi-4")))
    assert 100 * scores.average_score == pytest.approx(average, abs=0.0051)
    assert 100 * scores.harmonic_score == pytest.approx(harmonic, abs=0.0051)
    assert scores.score == scores.average_score


def test_a_wheeze_called_crackle_is_a_miss():
    assert score([0, 2], [0, 1], get_task("icbhi-4")).sensitivity == 0


def test_always_abnormal_has_no_harmonic_score():
    scores = score([0, 0, 1, 2], [1, 1, 1, 2], get_task("icbhi-4"))
    assert scores == Scores(0.0, 1.0, 0.5, 0.0, 0.5)


def test_nothing_right_scores_zero_everywhere():
    assert score([0, 1], [1, 0], get_task("sprsound-1-1")) == Scores(0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("truth", "meaningless"), [([0, 0], "sensitivity"), ([1, 2], "specificity")])
def test_a_side_without_segments_is_nan(truth, meaningless):
    scores = score(truth, truth, get_task("icbhi-4"))
    nan = {name for name in SCORE_NAMES if math.isnan(getattr(scores, name))}
    assert nan == {meaningless, "average_score", "harmonic_score", "score"}


def test_a_stack_of_confusions_is_scored_like_each_alone():
    task = get_task("icbhi-4")
    stack = np.random.default_rng(0).integers(0, 20, size=(5, 3, 4, 4))
    together = scores_from_confusion(stack, task)
    assert together.shape == (5, 3, 5)
    for index in np.ndindex(5, 3):
        np.testing.assert_array_equal(together[index], scores_from_confusion(stack[index], task))


answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@given(answers, st.permutations([1, 2, 3]))
def test_renaming_abnormal_classes_changes_no_score(pairs, order):
    renamed = np.array([0, *order])
    truth, predicted = np.array(pairs).T
    task = get_task("icbhi-4")
    before, after = score(truth, predicted, task), score(renamed[truth], renamed[predicted], task)
    np.testing.assert_array_equal([getattr(before, n) for n in SCORE_NAMES], [getattr(after, n) for n in SCORE_NAMES])


@given(answers, st.sampled_from(["icbhi-4", "sprsound-1-2"]))
def test_scores_stay_in_bounds_and_harmonic_below_average(pairs, name):
    truth, predicted = np.array(pairs).T
    values = score(truth, predicted, get_task(name))
    known = [v for v in (getattr(values, n) for n in SCORE_NAMES) if not math.isnan(v)]
    assert all(0 <= v <= 1 for v in known)
    if not math.isnan(values.score):
        assert values.harmonic_score <= values.average_score + 1e-12
        assert min(values.specificity, values.sensitivity) - 1e-12 <= values.average_score


@given(answers)
def test_confusion_matrix_agrees_with_sklearn(pairs):
    truth, predicted = np.array(pairs).T
    expected = sklearn_confusion(truth, predicted, labels=range(4))
    np.testing.assert_array_equal(confusion_matrix(truth, predicted, 4), expected)


@pytest.mark.parametrize(("truth", "predicted"), [([0, 1], [0]), ([0, 4], [0, 1]), ([0, 1], [0, -1])])
def test_confusion_matrix_refuses_what_it_cannot_count(truth, predicted):
    with pytest.raises(ValueError, match=r"length|class indices"):
        confusion_matrix(truth, predicted, 4)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=50).filter(
        lambda p: len({a for a, _ in p}) == 2
    )
)
def test_auroc_agrees_with_sklearn_even_with_ties(pairs):
    abnormal, suspicion = np.array(pairs).T
    assert auroc(abnormal, suspicion) == pytest.approx(roc_auc_score(abnormal, suspicion), abs=1e-12)


def test_auroc_by_hand():
    # of the 2 × 2 pairs the abnormal segment wins 3 and ties 1: 3.5 / 4
    assert auroc([False, False, True, True], [0.1, 0.4, 0.4, 0.9]) == 0.875
    assert math.isnan(auroc([True, True], [0.1, 0.2]))


@pytest.mark.parametrize(
    ("truth", "predicted", "worth"),
    [
        ([0, 0] + [1] * 20, [0, 0] + [0] * 20, 0.0),  # Score 0.5, for always saying normal
        ([0, 0] + [1] * 20, [0, 0] + [0] * 19 + [1], 0.0),  # Se 0.05
        ([0, 0] + [1] * 20, [0, 0] + [0] * 18 + [1, 1], 0.55),
        ([0, 0, 1, 1], [1, 1, 1, 1], 0.5),
        ([0, 0, 0, 0], [0, 0, 0, 1], 0.75),
        ([1, 1, 1, 1], [1, 0, 0, 0], 0.25),
    ],
)
def test_nothing_is_chosen_that_calls_nearly_everything_normal(truth, predicted, worth):
    assert usable_score(score(truth, predicted, get_task("icbhi-2"))) == pytest.approx(worth)
