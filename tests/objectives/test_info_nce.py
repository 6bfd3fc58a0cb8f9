"""InfoNCE by hand, beside its formula as a loop, and in half precision."""

import math

import pytest
import torch

from auscult.objectives.info_nce import info_nce
from tests.objectives import loops
from tests.objectives.given import projections


def given(anchors=5, negatives=3, seed=0):
    z = projections(anchors * (2 + negatives), seed=seed)
    return z, z[:anchors], z[anchors:].unflatten(0, (anchors, 1 + negatives))


def test_two_anchors_worked_by_hand():
    # s of the first: positive 1, negatives 0 and 0.6; of the second: positive 0.8, negatives −1 and 0.
    anchors = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    partners = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], [[0.6, 0.8], [0.0, -1.0], [1.0, 0.0]]])
    # ln(e + 1 + e^0.6) − 1 = ln 5.54040 − 1 = 0.71207; ln(e^0.8 + e^−1 + 1) − 0.8 = ln 3.59342 − 0.8 = 0.47910
    assert info_nce(anchors, partners, temperature=1.0).item() == pytest.approx((0.71207 + 0.47910) / 2, abs=1e-5)
    # τ = 0.5 doubles every s
    twice = (math.log(math.e**2 + 1 + math.e**1.2) - 2 + math.log(math.e**1.6 + math.e**-2 + 1) - 1.6) / 2
    assert info_nce(anchors, partners, temperature=0.5).item() == pytest.approx(twice, abs=1e-5)


@pytest.mark.parametrize("negatives", [1, 8])
@pytest.mark.parametrize("temperature", [0.06, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_are_those_of_the_formula(negatives, temperature, seed):
    z, anchors, partners = given(negatives=negatives, seed=seed)
    ours = info_nce(anchors, partners, temperature=temperature)
    theirs = loops.info_nce(anchors, partners, temperature)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, z)[0] for loss in (ours, theirs)))


def test_partners_that_are_all_alike_cannot_be_told_apart():
    _, anchors, _ = given()
    loss = info_nce(anchors, anchors[:, None].expand(-1, 9, -1), temperature=0.06)
    assert loss.item() == pytest.approx(math.log(9))


def test_the_order_of_the_negatives_does_not_matter_and_that_of_the_positive_does():
    _, anchors, partners = given()
    loss = info_nce(anchors, partners, temperature=0.1)
    torch.testing.assert_close(info_nce(anchors, partners[:, [0, 3, 1, 2]], temperature=0.1), loss)
    assert not torch.isclose(info_nce(anchors, partners[:, [1, 0, 2, 3]], temperature=0.1), loss)


def test_mixed_precision_leaves_it_as_it_is():
    _, anchors, partners = given()
    anchors, partners = anchors.float(), partners.float()
    with torch.autocast("cpu", torch.bfloat16):
        mixed = info_nce(anchors, partners, temperature=0.06)
    assert mixed.dtype == torch.float32
    assert mixed == info_nce(anchors, partners, temperature=0.06)
