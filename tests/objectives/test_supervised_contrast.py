"""Supervised contrast: by hand, beside S4's formula as a loop, and where nothing can be contrasted."""

import pytest
import torch

from auscult.objectives.registry import create_objective
from auscult.objectives.supervised_contrast import contrast, has_contrast
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch, projections

DENOMINATORS = ["all", "negatives"]
FOUR = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
MIXED = torch.tensor([0, 1, -1, 0, 2, 1, 0, -1, 3, 1])  # 2 and 3 have no partner, two are not annotated


@pytest.mark.parametrize(
    ("denominator", "expected"),
    [
        # z_i·z_j of the four: 0–1 0.6, 0–2 0, 0–3 −1, 1–2 0.8, 1–3 −0.6, 2–3 0. With τ = 1, partners 0–1 and 2–3:
        # i = 0: ln(e^0.6 + e^0 + e^−1) − 0.6 = ln 3.19000 − 0.6 = 0.56002
        # i = 1: ln(e^0.6 + e^0.8 + e^−0.6) − 0.6 = ln 4.59647 − 0.6 = 0.92529
        # i = 2: ln(e^0 + e^0.8 + e^0) − 0 = ln 4.22554 = 1.44115
        # i = 3: ln(e^−1 + e^−0.6 + e^0) − 0 = ln 1.91669 = 0.65060
        ("all", (0.56002 + 0.92529 + 1.44115 + 0.65060) / 4),
        # without the partner below the fraction:
        # i = 0: ln(e^0 + e^−1) − 0.6 = ln 1.36788 − 0.6 = −0.28674
        # i = 1: ln(e^0.8 + e^−0.6) − 0.6 = ln 2.77435 − 0.6 = 0.42042
        # i = 2: ln(e^0 + e^0.8) − 0 = ln 3.22554 = 1.17110
        # i = 3: ln(e^−1 + e^−0.6) − 0 = ln 0.91669 = −0.08698
        ("negatives", (-0.28674 + 0.42042 + 1.17110 - 0.08698) / 4),
    ],
)
def test_four_views_worked_by_hand(denominator, expected):
    loss = contrast(FOUR, torch.tensor([7, 7, 2, 2]), temperature=1.0, denominator=denominator)
    assert loss.item() == pytest.approx(expected, abs=1e-5)


def test_two_partners_are_averaged_and_views_without_any_left_out_by_hand():
    # 0, 1 and 2 are partners, 3 is alone: no term of its own, but below the fractions of the others.
    # i = 0: ln 3.19000 − (0.6 + 0) / 2 = 0.86002
    # i = 1: ln 4.59647 − (0.6 + 0.8) / 2 = 0.82529
    # i = 2: ln 4.22554 − (0 + 0.8) / 2 = 1.04115
    loss = contrast(FOUR, torch.tensor([0, 0, 0, 1]), temperature=1.0)
    assert loss.item() == pytest.approx((0.86002 + 0.82529 + 1.04115) / 3, abs=1e-5)


@pytest.mark.parametrize("denominator", DENOMINATORS)
@pytest.mark.parametrize("temperature", [0.06, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_value_and_gradient_are_those_of_the_formula(denominator, temperature, seed):
    labels = torch.randint(-1, 3, (12,), generator=torch.Generator().manual_seed(seed)) if seed else MIXED
    z = projections(len(labels), seed=seed)
    ours = contrast(z, labels, temperature=temperature, denominator=denominator)
    theirs = loops.supervised_contrast(z, labels.tolist(), temperature, denominator)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, z)[0] for loss in (ours, theirs)))


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_the_whole_objective_is_the_formula_of_what_its_projector_gives(denominator):
    torch.manual_seed(0)
    options = {"label": "sex+age", "temperature": 0.3, "denominator": denominator, "projection_size": 3, "views": 3}
    objective = create_objective("supervised-contrast", class_counts=torch.ones(2), embedding_size=6, **options).double()
    assert (objective.labels, objective.views) == (("sex+age",), 3)
    embedding = torch.randn(10, 6, dtype=torch.float64, requires_grad=True)
    ours = objective(GivenModel(embedding=embedding), a_batch(sex_age=MIXED))
    hidden = torch.relu(embedding @ objective.project.hidden.weight.T + objective.project.hidden.bias)
    projection = hidden @ objective.project.output.weight.T + objective.project.output.bias
    z = projection / projection.square().sum(dim=1, keepdim=True).sqrt()
    theirs = loops.supervised_contrast(z, MIXED.tolist(), 0.3, denominator)
    torch.testing.assert_close(ours, theirs)
    learned = [embedding, *objective.parameters()]
    torch.testing.assert_close(torch.autograd.grad(ours, learned), torch.autograd.grad(theirs, learned))


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_gradcheck(denominator):
    assert torch.autograd.gradcheck(
        lambda z: contrast(z, MIXED, temperature=0.5, denominator=denominator), projections(len(MIXED))
    )


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_what_is_not_annotated_takes_no_part(denominator):
    z, other = projections(len(MIXED)), projections(len(MIXED), seed=1)
    loss = contrast(z, MIXED, temperature=0.06, denominator=denominator)
    changed = torch.where(MIXED[:, None] == -1, other, z)
    assert contrast(changed, MIXED, temperature=0.06, denominator=denominator) == loss
    (gradient,) = torch.autograd.grad(loss, z)
    assert (gradient[MIXED == -1] == 0).all()
    assert (gradient[MIXED != -1] != 0).any(dim=1).all()
    known = MIXED != -1
    torch.testing.assert_close(contrast(z[known], MIXED[known], temperature=0.06, denominator=denominator), loss)


@pytest.mark.parametrize("denominator", DENOMINATORS)
def test_the_order_of_the_views_does_not_matter(denominator):
    z, order = projections(len(MIXED)), torch.randperm(len(MIXED), generator=torch.Generator().manual_seed(0))
    first, second = (
        contrast(z[rows], MIXED[rows], temperature=0.06, denominator=denominator) for rows in (torch.arange(len(MIXED)), order)
    )
    torch.testing.assert_close(first, second)


@pytest.mark.parametrize(
    ("labels", "denominator"),
    [
        ([0, 1, 2, 3], "all"),
        ([0, 1, 2, 3], "negatives"),
        ([-1, -1, -1, -1], "all"),  # they are alike, but nobody knows in what
        ([0, -1, -1, 1], "all"),
        ([5, 5, 5, 5], "negatives"),
        ([5, 5, -1, -1], "negatives"),
    ],
)
def test_without_anything_to_contrast_the_loss_is_zero_and_so_is_its_gradient(labels, denominator):
    z = projections(4).detach().float().requires_grad_()
    loss = contrast(z, torch.tensor(labels), temperature=0.06, denominator=denominator)
    assert loss == 0
    (gradient,) = torch.autograd.grad(loss, z)
    assert (gradient == 0).all()
    objective = create_objective("supervised-contrast", class_counts=torch.ones(2), embedding_size=4, denominator=denominator)
    assert not objective.can_learn_from(a_batch(**{"class": labels}))


@pytest.mark.parametrize(("labels", "denominator"), [([5, 5, 5, 5], "all"), ([5, 5, 1, -1], "negatives")])
def test_with_something_to_contrast_a_batch_is_learned_from(labels, denominator):
    assert has_contrast(torch.tensor(labels), denominator)
    z = projections(4)
    (gradient,) = torch.autograd.grad(contrast(z, torch.tensor(labels), temperature=0.06, denominator=denominator), z)
    assert (gradient != 0).any()


@pytest.mark.parametrize("denominator", DENOMINATORS)
@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_identical_and_opposite_projections_give_finite_numbers(denominator, direction):
    z = torch.ones(6, 4) / 2
    z[3:] *= direction
    z.requires_grad_()
    labels = torch.tensor([0, 0, 0, 1, 1, 1])
    loss = contrast(z, labels, temperature=0.06, denominator=denominator)
    # Alike: ln 5 (all) or ln 3 (negatives) of each. Opposite: ln(2 e^a + 3 e^−a) − a or ln(3 e^−a) − a with a = 1/0.06.
    expected = {
        ("all", 1.0): 1.60944,
        ("negatives", 1.0): 1.09861,
        ("all", -1.0): 0.69315,
        ("negatives", -1.0): 1.09861 - 2 / 0.06,
    }
    assert loss.item() == pytest.approx(expected[denominator, direction], abs=1e-4)
    assert torch.isfinite(torch.autograd.grad(loss, z)[0]).all()


def test_mixed_precision_leaves_the_contrast_as_it_is():
    objective = create_objective("supervised-contrast", class_counts=torch.ones(2), embedding_size=16)
    model, batch = GivenModel(embedding=torch.randn(8, 16)), a_batch(**{"class": [0, 1, 2, 3] * 2})
    with torch.autocast("cpu", torch.bfloat16):
        mixed = objective(model, batch)
    assert mixed.dtype == torch.float32
    assert mixed == objective(model, batch)
