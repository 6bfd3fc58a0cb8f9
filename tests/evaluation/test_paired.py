import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.metrics import SCORE_NAMES, score
from auscult.evaluation.paired import paired_bootstrap
from auscult.evaluation.predictions import Predictions
from auscult.recordings.tasks import get_task

ICBHI = get_task("icbhi-4")


def answers(truth: list[int], predicted: list[int], patients: list[str]) -> Predictions:
    return Predictions(
        task="icbhi-4",
        ids=[f"segment {i:03}" for i in range(len(truth))],
        recordings=patients,
        patients=patients,
        splits=["official"] * len(truth),
        truth=truth,
        predicted=predicted,
        probabilities=np.eye(4, dtype=np.float32)[predicted],
    )


TRUTH, PEOPLE = [0, 0, 1, 1, 0, 0, 1, 1], ["p"] * 4 + ["q"] * 4


def test_difference_worked_by_hand():
    # first: Sp 3/4, Se 2/4; second: Sp 1/4, Se 4/4. AS 0.625 each; HS 2·0.375/1.25 = 0.6 and 2·0.25/1.25 = 0.4.
    first = answers(TRUTH, [0, 0, 1, 0, 0, 1, 1, 0], PEOPLE)
    second = answers(TRUTH, [0, 1, 1, 1, 1, 1, 1, 1], PEOPLE)
    found = paired_bootstrap([first], [second])
    assert found["specificity"][:2] == (0.75, 0.25)
    assert found["sensitivity"].amount == -0.5
    assert found["score"][:2] == (0.625, 0.625)
    assert found["harmonic_score"].amount == pytest.approx(0.2)


def test_a_model_s_score_is_the_mean_over_its_runs():
    right, normal = answers(TRUTH, TRUTH, PEOPLE), answers(TRUTH, [0] * 8, PEOPLE)
    assert paired_bootstrap([right, normal], [normal])["score"][:2] == (0.75, 0.5)
    assert paired_bootstrap([right, normal], [normal, right])["score"].interval == (0.0, 0.0)


def test_interval_holds_draws_of_whole_patients():
    # first is right on p and wrong on q, second the other way round: drawn twice, a patient makes it 1 or −1.
    first = answers(TRUTH, [0, 0, 1, 1, 1, 1, 0, 0], PEOPLE)
    second = answers(TRUTH, [1, 1, 0, 0, 0, 0, 1, 1], PEOPLE)
    found = paired_bootstrap([first], [second])["score"]
    assert found.amount == 0.0
    assert found.interval == (-1.0, 1.0)


def random_answers(seed: int, truth: list[int], patients: list[str]) -> Predictions:
    rng = np.random.default_rng(seed)
    predicted = np.where(rng.random(len(truth)) < 0.6, truth, rng.integers(0, 4, len(truth)))
    return answers(truth, predicted.tolist(), patients)


def test_agrees_with_a_slow_loop_in_which_all_runs_meet_the_same_patients():
    rng = np.random.default_rng(5)
    truth, patients = rng.integers(0, 4, 200).tolist(), [f"patient {i}" for i in rng.integers(0, 9, 200)]
    runs = [random_answers(seed, truth, patients) for seed in range(3)]
    people, of = np.unique(patients), np.array(patients)
    differences = []
    for times in np.random.default_rng(3).multinomial(9, np.full(9, 1 / 9), size=50):
        drawn = np.concatenate([np.flatnonzero(of == p) for p, n in zip(people, times, strict=True) for _ in range(n)])
        one, two, other = (score(run.truth[drawn], run.predicted[drawn], ICBHI) for run in runs)
        differences.append([(getattr(one, n) + getattr(two, n)) / 2 - getattr(other, n) for n in SCORE_NAMES])

    found = paired_bootstrap(runs[:2], runs[2:], draws=50, seed=3, level=0.9)

    slow = np.quantile(differences, [0.05, 0.95], axis=0).T
    np.testing.assert_allclose([found[name].interval for name in SCORE_NAMES], slow, atol=1e-12)


def test_the_order_of_the_segments_does_not_matter():
    one, other = random_answers(0, TRUTH, PEOPLE), random_answers(1, TRUTH, PEOPLE)
    assert paired_bootstrap([one], [other.where([5, 2, 7, 0, 1, 6, 3, 4])]) == paired_bootstrap([one], [other])


def test_scored_as_a_coarser_task_a_wrong_kind_of_abnormal_is_right():
    right, wrong_kind = answers(TRUTH, TRUTH, PEOPLE), answers(TRUTH, [0, 0, 2, 2, 0, 0, 2, 2], PEOPLE)
    assert paired_bootstrap([right], [wrong_kind])["score"].amount == 0.5
    assert paired_bootstrap([right], [wrong_kind], task="icbhi-2")["score"].amount == 0.0


def test_runs_that_cannot_be_compared():
    one = answers(TRUTH, TRUTH, PEOPLE)
    with pytest.raises(AuscultError, match="Only one of the runs answered segment 007: "):
        paired_bootstrap([one], [one.where(np.arange(7))])
    with pytest.raises(AuscultError, match="disagree on the class or patient of segment 000"):
        paired_bootstrap([one], [answers([1, *TRUTH[1:]], TRUTH, PEOPLE)])
    with pytest.raises(AuscultError, match="answered icbhi-4 and icbhi-2"):
        paired_bootstrap([one], [one.merge("icbhi-2")])
    with pytest.raises(AuscultError, match="at least one run of each"):
        paired_bootstrap([one], [])
