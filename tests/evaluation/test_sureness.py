import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.sureness import calibrate, coverage_and_error, fair_weights, patient_weights
from auscult.evaluation.sureness_fit import Aim, choose_threshold, conformal_limit, fit_sureness
from auscult.evaluation.sureness_scores import (
    judge_across,
    judge_answers,
    patient_folds,
    sureness_intervals,
    sureness_scores,
)


def test_calibration_by_hand():
    assert calibrate([0.2, 0.8], temperature=1.0, normal_bias=0.0) == pytest.approx([0.2, 0.8])
    assert calibrate([0.2, 0.8], temperature=2.0, normal_bias=0.0) == pytest.approx([1 / 3, 2 / 3])
    assert calibrate([[0.5, 0.5]], temperature=1.0, normal_bias=np.log(3)) == pytest.approx(np.array([[0.75, 0.25]]))
    assert calibrate([0.0, 1.0], temperature=1.0, normal_bias=0.0).sum() == pytest.approx(1.0)


def test_patients_count_alike():
    assert patient_weights(["a", "b", "b", "b"]) == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6])


def test_normal_and_abnormal_count_half_each():
    assert fair_weights(["a", "a", "b", "c"], [0, 0, 0, 2]) == pytest.approx([1 / 8, 1 / 8, 1 / 4, 1 / 2])
    assert fair_weights(["a", "b"], [0, 0]) == pytest.approx([1 / 2, 1 / 2])


def test_coverage_and_error_by_hand():
    confidence, right, weights = [0.9, 0.8, 0.6, 0.4], [True, False, True, False], [0.4, 0.2, 0.2, 0.2]
    assert coverage_and_error(confidence, right, weights, 0.6) == pytest.approx((0.8, 0.25))
    assert coverage_and_error(confidence, right, weights, 0.85) == pytest.approx((0.4, 0.0))
    coverage, error = coverage_and_error(confidence, right, weights, 0.95)
    assert coverage == 0.0
    assert np.isnan(error)


CONFIDENCE = np.array([0.95, 0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.55, 0.5, 0.4])
RIGHT = np.array([1, 1, 1, 1, 1, 1, 0, 0, 0, 1], dtype=bool)


def test_the_lowest_threshold_that_keeps_the_error():
    assert choose_threshold(CONFIDENCE, RIGHT, np.full(10, 0.1), Aim(error=0.15)) == 0.56  # 1 of 7 wrong: 14 %
    assert choose_threshold(CONFIDENCE, RIGHT, np.full(10, 0.1), Aim(error=0.1)) == 0.61


def test_where_the_error_cannot_be_kept_the_coverage_counts():
    wrong = np.zeros(10, dtype=bool)
    assert choose_threshold(CONFIDENCE, wrong, np.full(10, 0.1), Aim(error=0.1, coverage=0.8)) == 0.55
    assert choose_threshold(CONFIDENCE, RIGHT, np.full(10, 0.1), Aim(error=None, coverage=0.5)) == 0.7


def test_the_conformal_limit_by_hand():
    # Four patients, the fifth is to come: 0.8 of the mass are all four of them, so the least probable truth counts.
    truth = np.array([0.9, 0.7, 0.5, 0.3])
    people = np.array(list("abcd"))
    assert conformal_limit(truth, people, level=0.8) == 0.3
    assert conformal_limit(truth, people, level=0.6) == 0.5
    assert conformal_limit(truth, people, level=0.9) == 0.0  # too few to promise that
    # A patient with many recordings counts as much as one with one.
    many = np.concatenate([np.full(100, 0.1), truth[:3]])
    assert conformal_limit(many, np.array(["z"] * 100 + list("abc")), level=0.6) == 0.5


def made(patients=60, each=5, *, seed=0, sharpness=3.0):
    """Answers that are too sure of themselves by a factor of ``sharpness``, and too abnormal."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (patients * each, 3))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([rng.choice(3, p=p) for p in true])
    told = np.exp(sharpness * (logits - [0.5, 0, 0]))
    return told / told.sum(axis=1, keepdims=True), truth, np.repeat(np.arange(patients).astype(str), each)


def test_a_model_too_sure_of_itself_is_calibrated():
    facts = fit_sureness(*made(250), chosen_on="made up")
    assert facts.temperature == pytest.approx(3.0, rel=0.2)
    assert facts.normal_bias == pytest.approx(0.5 + np.log(2), abs=0.2)  # of three classes to every other recording
    judged = judge_answers(*made(250, seed=1), facts)
    scores = sureness_scores(judged)
    assert scores["ece_after"] < 0.5 * scores["ece_before"]
    assert scores["brier_after"] < scores["brier_before"]
    assert scores["error"] == pytest.approx(facts.error, abs=0.03)
    assert scores["coverage"] == pytest.approx(facts.coverage, abs=0.04)
    assert scores["set_coverage"] == pytest.approx(0.91, abs=0.04)
    assert 1 <= scores["set_size"] < 3


def test_conformal_sets_hold_the_truth_on_average_over_patients_to_come():
    held = []
    for seed in range(12):
        facts = fit_sureness(*made(30, 3, seed=seed), chosen_on="made up")
        held.append(sureness_scores(judge_answers(*made(100, 3, seed=1000 + seed), facts))["set_coverage"])
    assert 0.88 <= np.mean(held) <= 0.99


def test_every_part_is_judged_by_the_others():
    answers, truth, patients = made(40)
    groups = patient_folds(patients, folds=4)
    judged = judge_across(answers, truth, patients, groups=groups)
    assert (judged.probabilities == answers).all()
    assert (judged.patients == patients).all()
    others = groups != 2
    facts = fit_sureness(answers[others], truth[others], patients[others], chosen_on="")
    mine = judge_answers(answers[~others], truth[~others], patients[~others], facts)
    assert (judged.told[~others] == mine.told).all()
    assert {frozenset(patients[groups == g]) & frozenset(patients[groups != g]) for g in range(4)} == {frozenset()}


def test_intervals_hold_the_figures():
    judged = judge_answers(*made(60, seed=1), fit_sureness(*made(60), chosen_on=""))
    scores, intervals = sureness_scores(judged), sureness_intervals(judged, draws=30)
    for name in ("coverage", "error", "set_coverage"):
        low, high = intervals[name]
        assert low < scores[name] < high


def test_without_a_bias_no_answer_changes():
    answers, truth, patients = made(60)
    facts = fit_sureness(answers, truth, patients, chosen_on="", bias=False)
    judged = judge_answers(answers, truth, patients, facts)
    assert facts.normal_bias == 0.0
    assert (judged.calibrated.argmax(axis=1) == answers.argmax(axis=1)).all()


def test_few_patients_are_refused():
    with pytest.raises(AuscultError, match="at least 10 patients"):
        fit_sureness(*made(9), chosen_on="")
