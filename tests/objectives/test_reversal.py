"""Gradient reversal: nothing forward, the sign backward, alone and within the objectives that have it."""

import math

import pytest
import torch

from auscult.objectives.registry import create_objective
from auscult.objectives.reversal import reverse_gradient, strength_at
from tests.objectives.given import GivenModel, a_batch

PARTNERS = [[2, 3, 4], [3, 2, 5]]
DOMAINS = [0, 1, 0, 1, 0, 1]


def test_forward_nothing_changes_and_backward_the_sign_does_by_hand():
    x = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    y = reverse_gradient(x, 0.5)
    assert torch.equal(y, x)
    (y**2).sum().backward()
    torch.testing.assert_close(x.grad, torch.tensor([-1.0, 2.0, -3.0]))  # −0.5 · 2x
    assert torch.equal(reverse_gradient(x.detach(), 0.5), x)
    with torch.no_grad():
        assert torch.equal(reverse_gradient(x, 0.5), x)


def test_what_is_reversed_twice_is_as_it_was():
    x = torch.tensor([3.0], requires_grad=True)
    reverse_gradient(reverse_gradient(x, 2.0), 0.5).backward()
    assert x.grad.item() == 1.0


def test_the_strength_rises_from_0_to_1_by_hand():
    assert [strength_at(p, "rising", 1.0) for p in (0.0, 0.1, 1.0)] == pytest.approx(
        [0.0, 2 / (1 + math.exp(-1)) - 1, 2 / (1 + math.exp(-10)) - 1]
    )
    assert strength_at(0.1, "rising", 1.0) == pytest.approx(0.46212, abs=1e-5)
    assert strength_at(0.1, "rising", 3.0) == pytest.approx(3 * 0.46212, abs=1e-4)
    assert [strength_at(p, "constant", 0.7) for p in (0.0, 0.5, 1.0)] == [0.7] * 3


def made(name, **options):
    torch.manual_seed(0)
    facts = {"class_counts": torch.tensor([3, 3]), "embedding_size": 4, "domains": lambda label: 2}
    return create_objective(name, **facts, **options)


def gradients(objective, **batch):
    """Of the embedding, and of what the objective itself learns with, of a model that does not use it to classify."""
    embedding = torch.randn(6, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()
    logits = torch.zeros(6, 2, requires_grad=True)
    objective(GivenModel(embedding=embedding, logits=logits), a_batch([0, 1] * 3, **batch)).backward()
    return embedding.grad, [parameter.grad for parameter in objective.parameters()]


@pytest.mark.parametrize(("place", "sign"), [("before-projector", 1.0), ("after-projector", -0.3)])
def test_the_encoder_unlearns_the_file_and_the_projector_learns_it_unless_it_stands_behind(place, sign):
    plain, theirs = gradients(made("file-contrast"), partners=PARTNERS)
    options = {"reversal": "constant", "strength": 0.3, "place": place}
    turned, ours = gradients(made("file-adversarial", **options), partners=PARTNERS)
    assert plain.abs().max() > 0.01
    torch.testing.assert_close(turned, -0.3 * plain)
    torch.testing.assert_close(ours, [sign * gradient for gradient in theirs])


def test_the_encoder_unlearns_the_domain_and_the_head_learns_it():
    still, learned = gradients(made("domain-adversarial", strength=0.0), device=DOMAINS)
    assert (still == 0).all()
    turned, ours = gradients(made("domain-adversarial", reversal="constant", strength=2.0), device=DOMAINS)
    torch.testing.assert_close(ours, learned)
    objective = made("domain-adversarial")
    embedding = torch.randn(6, 4, generator=torch.Generator().manual_seed(1)).requires_grad_()
    torch.nn.functional.cross_entropy(objective.tell_domain(embedding), torch.tensor(DOMAINS)).backward()
    assert embedding.grad.abs().max() > 0.01
    torch.testing.assert_close(turned, -2.0 * embedding.grad)
    torch.testing.assert_close(ours, [parameter.grad for parameter in objective.parameters()])


@pytest.mark.parametrize(
    ("name", "batch"), [("file-adversarial", {"partners": PARTNERS}), ("domain-adversarial", {"device": DOMAINS})]
)
def test_the_strength_rises_with_the_training(name, batch):
    objective = made(name, reversal="rising", strength=1.0)
    found = []
    for progress in (0.0, 0.1, 0.9):
        objective.progress = progress
        objective.zero_grad()
        found.append(gradients(objective, **batch)[0])
    assert (found[0] == 0).all()
    torch.testing.assert_close(found[1] / found[2], torch.full_like(found[1], 0.46212 / 0.99975), rtol=1e-3, atol=1e-3)
