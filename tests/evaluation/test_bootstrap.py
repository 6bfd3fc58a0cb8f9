import math

import numpy as np

from auscult.evaluation.binary import BINARY_NAMES, binary_scores
from auscult.evaluation.bootstrap import binary_bootstrap, patient_bootstrap, patient_confusions
from auscult.evaluation.metrics import SCORE_NAMES, score
from auscult.recordings.tasks import get_task

ICBHI = get_task("icbhi-4")


def some_answers(segments: int = 300, people: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 4, segments)
    predicted = np.where(rng.random(segments) < 0.5, truth, rng.integers(0, 4, segments))
    return truth, predicted, np.array([f"patient {i}" for i in rng.integers(0, people, segments)])


def test_agrees_with_a_slow_loop_that_repeats_the_segments_of_each_patient_drawn():
    truth, predicted, patients = some_answers()
    people = np.unique(patients)
    rng = np.random.default_rng(3)
    scores = []
    for times in rng.multinomial(len(people), np.full(len(people), 1 / len(people)), size=60):
        rows = [np.flatnonzero(patients == name) for name, n in zip(people, times, strict=True) for _ in range(n)]
        drawn = np.concatenate(rows)
        scores.append(score(truth[drawn], predicted[drawn], ICBHI))

    fast = patient_bootstrap(truth, predicted, patients, ICBHI, draws=60, seed=3, level=0.9)

    for name in SCORE_NAMES:
        slow = np.quantile([getattr(s, name) for s in scores], [0.05, 0.95])
        np.testing.assert_allclose(fast[name], slow, atol=1e-12)


def test_all_segments_of_a_patient_move_together():
    # One patient all right, one all wrong, 400 segments each. Drawn by patient the score is 0, 0.5 or 1; drawn by segment it
    # would never leave 0.4 … 0.6.
    truth = np.tile([0, 1], 400)
    predicted = np.concatenate([truth[:400], 1 - truth[400:]])
    patients = np.repeat(["right", "wrong"], 400)
    assert patient_bootstrap(truth, predicted, patients, ICBHI)["score"] == (0.0, 1.0)


def test_the_order_of_segments_and_the_names_of_patients_do_not_matter_beyond_chance():
    truth, predicted, patients = some_answers()
    shuffled = np.random.default_rng(1).permutation(len(truth))
    one = patient_bootstrap(truth, predicted, patients, ICBHI)
    other = patient_bootstrap(truth[shuffled], predicted[shuffled], patients[shuffled], ICBHI)
    assert one == other


def test_interval_holds_the_score_and_widens_with_the_level():
    truth, predicted, patients = some_answers()
    point = score(truth, predicted, ICBHI)
    narrow = patient_bootstrap(truth, predicted, patients, ICBHI, level=0.5)
    wide = patient_bootstrap(truth, predicted, patients, ICBHI, level=0.95)
    for name in SCORE_NAMES:
        assert wide[name].low < narrow[name].low < getattr(point, name) < narrow[name].high < wide[name].high


def test_one_patient_has_no_interval():
    intervals = patient_bootstrap([0, 1], [0, 1], ["only", "only"], ICBHI)
    assert set(intervals) == set(SCORE_NAMES)
    assert all(math.isnan(end) for interval in intervals.values() for end in interval)


def test_draws_without_a_side_are_left_out():
    # Half of the draws hold one patient twice and so only one side; in the others both sides are all right.
    intervals = patient_bootstrap([0, 1], [0, 1], ["normal", "abnormal"], ICBHI)
    assert intervals["score"] == (1.0, 1.0)
    assert all(math.isnan(end) for end in patient_bootstrap([0, 0], [0, 0], ["a", "b"], ICBHI)["sensitivity"])


def test_patient_confusions_by_hand():
    counts = patient_confusions([0, 1, 1, 0], [0, 1, 0, 1], ["b", "b", "a", "a"], 2)
    assert counts.tolist() == [[[0, 1], [1, 0]], [[1, 0], [0, 1]]]


def test_the_same_seed_gives_the_same_interval():
    answers = some_answers()
    assert patient_bootstrap(*answers, ICBHI, seed=1) == patient_bootstrap(*answers, ICBHI, seed=1)
    assert patient_bootstrap(*answers, ICBHI, seed=1) != patient_bootstrap(*answers, ICBHI, seed=2)


def test_intervals_of_binary_scores_agree_with_a_slow_loop():
    truth, predicted, patients = some_answers()
    truth, predicted = truth % 2, predicted % 2
    people = np.unique(patients)
    rng = np.random.default_rng(3)
    scores = []
    for times in rng.multinomial(len(people), np.full(len(people), 1 / len(people)), size=60):
        rows = [np.flatnonzero(patients == name) for name, n in zip(people, times, strict=True) for _ in range(n)]
        drawn = np.concatenate(rows)
        scores.append(binary_scores(truth[drawn], predicted[drawn]))

    fast = binary_bootstrap(truth, predicted, patients, draws=60, seed=3, level=0.9)

    assert list(fast) == list(BINARY_NAMES)
    for name in BINARY_NAMES:
        slow = np.quantile([getattr(s, name) for s in scores], [0.05, 0.95])
        np.testing.assert_allclose(fast[name], slow, atol=1e-12)
