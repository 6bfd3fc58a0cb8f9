import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import AuscultError
from auscult.evaluation.circor import expert_cost, pool_patients, referral_cost
from auscult.evaluation.weighted import weighted_accuracy

MURMUR = ("absent", "present", "unknown")


def test_weighted_accuracy_by_hand():
    # absent 6 of 8, present 3 of 4, unknown 1 of 2
    assert weighted_accuracy([[6, 1, 1], [1, 3, 0], [1, 0, 1]], MURMUR) == pytest.approx((6 + 15 + 3) / (8 + 20 + 6))
    assert weighted_accuracy([[5, 3], [1, 3]], ("normal", "abnormal")) == pytest.approx((5 + 15) / (8 + 20))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_weighted_accuracy_agrees_with_weights_given_to_every_patient(pairs):
    truth, predicted = np.array(pairs).T
    weight = np.array([1, 5, 3])[truth]
    confusion = np.zeros((3, 3))
    np.add.at(confusion, (truth, predicted), 1)
    assert weighted_accuracy(confusion, MURMUR) == pytest.approx(np.average(truth == predicted, weights=weight))


def test_weighted_accuracy_of_a_stack_and_of_nothing():
    stack = np.array([[[2, 0], [0, 1]], [[0, 0], [0, 0]]])
    one, nothing = weighted_accuracy(stack, ("normal", "abnormal"))
    assert one == 1
    assert math.isnan(nothing)


@pytest.mark.parametrize(("share", "cost"), [(0, 25), (1, 25 + 397 - 1718 + 11296), (0.5, 25 + 198.5 - 429.5 + 706)])
def test_expert_cost_by_hand(share, cost):
    assert expert_cost(share) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("abnormal", "referred", "cost"),
    [
        ([1, 1, 0, 0], [0, 0, 0, 0], 10 + 25 + 50_000 / 2),  # nobody referred: half of all are missed
        ([1, 1, 0, 0], [1, 1, 1, 1], 10 + 10_000 + 10_000 / 2),  # all referred: experts cost 10000 a head
        ([1, 1, 0, 0], [1, 0, 1, 0], 10 + 500 + 10_000 / 4 + 50_000 / 4),
        ([0, 0], [0, 0], 35),
    ],
)
def test_referral_cost_by_hand(abnormal, referred, cost):
    assert referral_cost(abnormal, referred) == pytest.approx(cost)


def test_referral_cost_of_nobody_is_nan():
    assert math.isnan(referral_cost([], []))


def test_a_patient_is_answered_by_the_mean_of_all_recordings(predictions_of):
    # one recording sounds like "present" strongly, two like "absent" weakly: means .4, .5, .1
    recordings = predictions_of(
        "circor-murmur",
        [1, 0, 1, 1],
        [0, 0, 0, 1],
        patients=["9", "2", "9", "9"],
        groups={"location": ["AV", "MV", "PV", "TV"], "sex": ["female", "male", "female", "female"]},
    ).answered([[0.55, 0.4, 0.05], [0.8, 0.1, 0.1], [0.55, 0.35, 0.1], [0.1, 0.75, 0.15]])
    patients = pool_patients(recordings)
    assert patients.ids.tolist() == patients.recordings.tolist() == patients.patients.tolist() == ["9", "2"]
    np.testing.assert_allclose(patients.probabilities, [[0.4, 0.5, 0.1], [0.8, 0.1, 0.1]], atol=1e-6)
    assert patients.predicted.tolist() == [1, 0]
    assert patients.truth.tolist() == [1, 0]
    assert patients.groups["location"].tolist() == ["", "MV"]
    assert patients.groups["sex"].tolist() == ["female", "male"]


def test_a_patient_has_one_label(predictions_of):
    torn = predictions_of("circor-outcome", [0, 0, 1], [0, 0, 1], patients=["a", "b", "b"])
    with pytest.raises(AuscultError, match="Recordings of patient b have different labels"):
        pool_patients(torn)
