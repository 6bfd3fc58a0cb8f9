import math

import pytest
import torch

from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch, projections

COUNTS = torch.tensor([6, 3, 1])
TRUTH = [0, 2, 1, 0, 0, 2, 1, 0]  # four segments in two views
SEX = [0, 1, -1, 1, 0, 1, -1, 1]


def hybrid(*, counts=COUNTS, **options):
    """The objective, its projector taken off."""
    objective = create_objective("hybrid", class_counts=counts, embedding_size=5, **options)
    objective.project = torch.nn.Identity()
    return objective


def a_model():
    logits = torch.randn(8, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5)).requires_grad_()
    return GivenModel(embedding=projections(8), logits=logits)


def test_both_views_worked_by_hand():
    # Two segments of classes 0 and 1, seen twice. p of the true class: 0.5, 0.8 in the first views, 0.4, 0.9 in the second.
    p_true = [0.5, 0.8, 0.4, 0.9]
    truth = [0, 1, 0, 1]
    probabilities = torch.tensor([[p, 1 - p] if y == 0 else [1 - p, p] for p, y in zip(p_true, truth, strict=True)])
    # w ∝ 1/3 and 1: CE = −(ln 0.5 / 3 + ln 0.8 + ln 0.4 / 3 + ln 0.9) / (1/3 + 1 + 1/3 + 1)
    l_ce = -(math.log(0.5) / 3 + math.log(0.8) + math.log(0.4) / 3 + math.log(0.9)) / (8 / 3)
    # The contrast of test_simclr, τ = 1: partners are the two views, since the two segments are of two classes.
    l_scl = (0.56002 + 0.92529 + 1.44115 + 0.65060) / 4
    z = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-1.0, 0.0]])
    objective = hybrid(counts=torch.tensor([3, 1]), alpha=0.25, temperature=1.0)
    loss = objective(GivenModel(embedding=z, logits=probabilities.log()), a_batch(truth, **{"class": truth}))
    assert loss.item() == pytest.approx(0.25 * l_ce + 0.75 * l_scl, abs=1e-5)


@pytest.mark.parametrize("denominator", ["all", "negatives"])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_value_and_gradient_are_those_of_the_formula(alpha, denominator):
    model, batch = a_model(), a_batch(TRUTH, sex=SEX)
    objective = hybrid(alpha=alpha, label="sex", temperature=0.2, denominator=denominator).double()
    ours = objective(model, batch)
    l_ce = loops.cross_entropy(model.logits, TRUTH, COUNTS.tolist())
    l_scl = loops.supervised_contrast(model.embedding, SEX, 0.2, denominator)
    theirs = alpha * l_ce + (1 - alpha) * l_scl  # S4's eq. 4
    torch.testing.assert_close(ours, theirs)
    inputs = [model.embedding, model.logits]
    torch.testing.assert_close(torch.autograd.grad(ours, inputs), torch.autograd.grad(theirs, inputs))


def test_at_the_ends_it_is_one_of_its_parts():
    model, batch = a_model(), a_batch(TRUTH, **{"class": TRUTH})
    cross_entropy = create_objective("cross-entropy", class_counts=COUNTS, embedding_size=5, class_weights="inverse").double()
    contrast = create_objective("supervised-contrast", class_counts=COUNTS, embedding_size=5)
    contrast.project = torch.nn.Identity()
    torch.testing.assert_close(hybrid(alpha=1.0).double()(model, batch), cross_entropy(model, batch))
    torch.testing.assert_close(hybrid(alpha=0.0).double()(model, batch), contrast(model, batch))


def test_a_batch_without_partners_still_teaches_the_classifier():
    model, alone = a_model(), a_batch(TRUTH, **{"class": list(range(8))})
    objective = hybrid(alpha=0.5).double()
    assert objective.can_learn_from(alone)
    l_ce = loops.cross_entropy(model.logits, TRUTH, COUNTS.tolist())
    torch.testing.assert_close(objective(model, alone), 0.5 * l_ce)
    assert not hybrid(alpha=0.0).can_learn_from(alone)
    assert hybrid(alpha=0.0).can_learn_from(a_batch(TRUTH, **{"class": TRUTH}))
