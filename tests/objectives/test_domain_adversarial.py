"""Cross-entropy of classes and, from what is annotated, of domains."""

import math

import pytest
import torch

from auscult.objectives.domain_adversarial import DomainAdversarial, cross_entropy_of_known
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch

COUNTS = torch.tensor([6, 3, 1])
TRUTH, DEVICES = [0, 2, 1, 0, 0], [1, 0, -1, 3, 1]


def made(**options):
    torch.manual_seed(0)
    asked = []

    def domains(label):
        asked.append(label)
        return 4

    objective = DomainAdversarial(class_counts=COUNTS, embedding_size=5, domains=domains, **options)
    assert asked == list(objective.labels)
    return objective


def a_model():
    generator = torch.Generator().manual_seed(5)
    return GivenModel(embedding=torch.randn(5, 5, generator=generator), logits=torch.randn(5, 3, generator=generator))


def test_the_head_has_a_logit_for_every_domain():
    assert made().labels == ("device",)
    assert made(label="sex+age").labels == ("sex+age",)
    assert made().tell_domain(torch.zeros(2, 5)).shape == (2, 4)


def test_what_is_not_annotated_takes_no_part_by_hand():
    p = torch.tensor([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]])
    found = cross_entropy_of_known(p.log(), torch.tensor([0, -1, 1]))
    assert found.item() == pytest.approx(-(math.log(0.5) + math.log(0.8)) / 2)


def test_where_nothing_is_annotated_nothing_is_learned():
    logits = torch.randn(3, 2, requires_grad=True)
    loss = cross_entropy_of_known(logits, torch.full((3,), -1))
    loss.backward()
    assert loss == 0
    assert (logits.grad == 0).all()


@pytest.mark.parametrize("alpha", [0.0, 1.0, 0.3])
def test_the_loss_is_the_sum_of_both(alpha):
    model, objective = a_model(), made(alpha=alpha, class_weights="inverse")
    known = [i for i, device in enumerate(DEVICES) if device >= 0]
    told = objective.tell_domain(model.embedding)
    expected = loops.cross_entropy(model.logits, TRUTH, COUNTS.tolist()) + alpha * loops.cross_entropy(
        told[known], [DEVICES[i] for i in known], [1] * 4
    )
    torch.testing.assert_close(objective(model, a_batch(TRUTH, device=DEVICES)), expected)
