"""The contrast of domains between two views: by hand, beside its formula as a loop, and which view learns."""

import math

import pytest
import torch

from auscult.objectives.domain_contrast import view_contrast
from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import a_batch, projections
from tests.objectives.patches import a_batch as a_batch_of
from tests.objectives.patches import plain_model

MIXED = torch.tensor([0, 1, -1, 0, 2, 1, 0, -1, 3, 1])  # 2 and 3 stand alone, two are not annotated


def test_three_segments_worked_by_hand():
    # Targets along the axes, domains 0, 0, 1. Anchor 0 on target 0, anchor 1 on target 0 too, anchor 2 on target 1.
    axes = torch.eye(2)
    anchors, targets = axes[[0, 0, 1]], axes[[0, 1, 1]]
    below = math.log(math.e + 2)  # of anchors 0 and 1: one target at 1, two at 0; of anchor 2: two at 1, one at 0
    expected = (2 * (below - 0.5) + math.log(2 * math.e + 1) - 1) / 3
    assert view_contrast(anchors, targets, torch.tensor([0, 0, 1]), temperature=1.0).item() == pytest.approx(expected)


@pytest.mark.parametrize("temperature", [0.06, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_value_and_gradient_are_those_of_the_formula(temperature, seed):
    labels = torch.randint(-1, 3, (10,), generator=torch.Generator().manual_seed(seed)) if seed else MIXED
    anchors, targets = projections(10, seed=seed), projections(10, seed=seed + 10)
    ours = view_contrast(anchors, targets, labels, temperature=temperature)
    theirs = loops.view_contrast(anchors, targets, labels.tolist(), temperature)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, anchors)[0] for loss in (ours, theirs)))


def test_where_nothing_is_annotated_the_loss_is_zero_and_so_is_its_gradient():
    z = projections(4)
    loss = view_contrast(z, projections(4, seed=1), torch.full((4,), -1), temperature=0.06)
    assert loss == 0
    assert (torch.autograd.grad(loss, z)[0] == 0).all()


def made(**options):
    torch.manual_seed(0)
    return create_objective("domain-contrast", class_counts=torch.tensor([4, 2, 1, 1]), embedding_size=3, **options)


def two_views():
    pictures = torch.randn(10, 3, 2, 4, generator=torch.Generator().manual_seed(2)).requires_grad_()
    batch = a_batch_of(pictures, [0, 1, 2, 3, 0] * 2)
    return pictures, batch._replace(labels={"device": torch.tensor([0, 1, 0, -1, 1] * 2)})


def test_the_first_view_learns_and_the_second_is_its_target():
    model, objective, (pictures, batch) = plain_model(), made(alpha=0.7, temperature=0.2), two_views()
    loss = objective(model, batch)
    first, second = (pictures[rows].mean(dim=(2, 3)) for rows in (slice(5), slice(5, None)))
    l_class = loops.cross_entropy(model.head(first), batch.truth[:5].tolist(), [1] * 4)
    contrast = loops.view_contrast(objective.project(first), objective.project(second), [0, 1, 0, -1, 1], 0.2)
    torch.testing.assert_close(loss, l_class + 0.7 * contrast)
    loss.backward()
    assert (pictures.grad[5:] == 0).all()
    assert (pictures.grad[:5] != 0).any(dim=(1, 2, 3)).all()


def gradients(progress=1.0, **options):
    """Of the first view, and of the projector."""
    model, objective, (pictures, batch) = plain_model(), made(**options), two_views()
    objective.progress = progress
    objective(model, batch).backward()
    return pictures.grad[:5], torch.cat([parameter.grad.flatten() for parameter in objective.parameters()])


def test_the_contrast_is_followed_unless_it_is_told_to_be_reversed():
    (classes, _), (plain, learned) = gradients(alpha=0.0), gradients()
    turned, ours = gradients(reversal="constant", strength=0.5)
    assert (plain - classes).abs().max() > 1e-3
    torch.testing.assert_close(turned - classes, -0.5 * (plain - classes))
    torch.testing.assert_close(ours, learned)
    for progress, strength in ((0.0, 0.0), (0.1, 0.46212)):
        risen, _ = gradients(progress, reversal="rising")
        torch.testing.assert_close(risen - classes, -strength * (plain - classes), rtol=1e-4, atol=1e-6)


def test_one_segment_is_too_few_for_batch_norm():
    objective = made()
    assert not objective.can_learn_from(a_batch([0] * 2, device=[0] * 2))
    assert objective.can_learn_from(a_batch([0] * 4, device=[0] * 4))
