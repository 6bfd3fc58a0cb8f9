import pytest
import torch

from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch, projections


def simclr(**options):
    """The objective, its projector taken off."""
    objective = create_objective("simclr", class_counts=torch.ones(2), embedding_size=5, **options)
    objective.project = torch.nn.Identity()
    return objective


def test_two_segments_worked_by_hand():
    # First views (1, 0) and (0, 1), second views (0.6, 0.8) and (−1, 0); τ = 1.
    # segment 0: ln(e^0.6 + e^0 + e^−1) − 0.6 = 0.56002 and ln(e^0.6 + e^0.8 + e^−0.6) − 0.6 = 0.92529
    # segment 1: ln(e^0 + e^0.8 + e^0) − 0 = 1.44115 and ln(e^−1 + e^−0.6 + e^0) − 0 = 0.65060
    z = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-1.0, 0.0]])
    loss = simclr(temperature=1.0)(GivenModel(embedding=z), a_batch(segment=[4, 9, 4, 9]))
    assert loss.item() == pytest.approx((0.56002 + 0.92529 + 1.44115 + 0.65060) / 4, abs=1e-5)


@pytest.mark.parametrize("temperature", [0.06, 0.5])
def test_it_is_nt_xent_and_the_class_does_not_matter(temperature):
    z = projections(10)
    batch = a_batch(truth=[0, 0, 0, 1, 1] * 2, segment=[3, 0, 1, 2, 8] * 2)
    ours, theirs = simclr(temperature=temperature)(GivenModel(embedding=z), batch), loops.nt_xent(z, temperature)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, z)[0] for loss in (ours, theirs)))


def test_it_wants_two_views_and_the_segment():
    objective = create_objective("simclr", class_counts=torch.ones(2), embedding_size=5)
    assert (objective.views, objective.labels) == (2, ("segment",))
    assert objective.can_learn_from(a_batch(segment=[0, 1, 0, 1]))
    assert not objective.can_learn_from(a_batch(segment=[0, 1, 2, 3]))
