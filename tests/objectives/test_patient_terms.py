"""PAFA's two terms: by hand, beside their formulas as loops, and without enough patients."""

import pytest
import torch

from auscult.objectives.patient_terms import patient_terms
from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch

PATIENTS = [0, 3, 0, 5, -1, 3, 0, 7, -1, 5]  # 7 has one segment, two are not known


def given(n=10, size=4, seed=0):
    return torch.randn(n, size, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).requires_grad_()


def test_two_patients_worked_by_hand():
    # Patient 0 at (0, 0) and (2, 0), centre (1, 0); patient 1 at (1, 3) and (1, 5), centre (1, 4).
    z = torch.tensor([[0.0, 0.0], [1.0, 3.0], [2.0, 0.0], [1.0, 5.0]])
    cohesion, alignment = patient_terms(z, torch.tensor([0, 1, 0, 1]))
    assert cohesion.item() == pytest.approx((1 + 1 + 1 + 1) / 16)  # the centres are 4 apart
    assert alignment.item() == pytest.approx(4.0)  # each is 2 from (1, 2)


@pytest.mark.parametrize("seed", range(4))
def test_value_and_gradient_are_those_of_the_formulas(seed):
    z, patients = given(seed=seed), torch.tensor(PATIENTS)
    for ours, theirs in zip(patient_terms(z, patients), loops.patient_terms(z, PATIENTS), strict=True):
        torch.testing.assert_close(ours, theirs)
        gradients = [torch.autograd.grad(term, z, retain_graph=True)[0] for term in (ours, theirs)]
        torch.testing.assert_close(*gradients)
        assert (gradients[0][torch.tensor(PATIENTS) == -1] == 0).all()


@pytest.mark.parametrize("patients", [[2] * 4, [-1] * 4, [-1, 2, 2, -1]])
def test_one_patient_or_none_teaches_nothing(patients):
    z = given(4)
    for term in patient_terms(z, torch.tensor(patients)):
        assert term == 0
        assert (torch.autograd.grad(term, z, retain_graph=True)[0] == 0).all()


def test_patients_with_one_segment_each_have_nothing_to_hold_together():
    cohesion, alignment = patient_terms(given(3), torch.tensor([0, 1, 2]))
    assert cohesion == 0
    assert alignment > 0


def test_the_loss_is_the_weighted_sum_of_all_three():
    torch.manual_seed(0)
    counts, truth = torch.tensor([5, 5]), [0, 1] * 5
    options = {"cohesion": 3.0, "alignment": 0.25, "class_weights": "inverse"}
    objective = create_objective("patient-terms", class_counts=counts, embedding_size=4, **options).double()
    model = GivenModel(embedding=given(), logits=given(size=2, seed=1))
    z = objective.project(model.embedding)
    assert not torch.allclose(z.norm(dim=1), torch.ones(10, dtype=torch.float64))  # as long as they are
    cohesion, alignment = loops.patient_terms(z, PATIENTS)
    expected = loops.cross_entropy(model.logits, truth, counts.tolist()) + 3.0 * cohesion + 0.25 * alignment
    torch.testing.assert_close(objective(model, a_batch(truth, patient=PATIENTS)), expected)


def test_the_projector_is_the_released_codes():
    """Linear, layer norm, ReLU, linear."""
    objective = create_objective("patient-terms", class_counts=torch.ones(2), embedding_size=4).double()
    e, project = given(), objective.project
    hidden = e @ project.hidden.weight.T + project.hidden.bias
    spread = (hidden.var(dim=1, unbiased=False, keepdim=True) + 1e-5).sqrt()
    hidden = torch.relu((hidden - hidden.mean(dim=1, keepdim=True)) / spread)
    torch.testing.assert_close(project(e), hidden @ project.output.weight.T + project.output.bias)
