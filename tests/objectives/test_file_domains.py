"""The file as a domain: what each of the two methods wants, and what its two kinds of steps learn from."""

import pytest
import torch

from auscult.objectives.partners import Partners
from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch, projections

METHODS = ["file-contrast", "file-adversarial"]
COUNTS = torch.tensor([3, 2, 1])
TRUTH = [0, 2, 1, 0, 0, 1]
PARTNERS = [[3, 4, 5], [2, 5, 0], [1, 0, 0]]  # the last has one negative twice


def made(name, **options):
    torch.manual_seed(0)
    return create_objective(name, class_counts=COUNTS, embedding_size=5, **options).double()


def a_model():
    logits = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5)).requires_grad_()
    return GivenModel(embedding=projections(6), logits=logits)


def test_the_methods_exchange_what_partners_share():
    assert made("file-contrast").partners == Partners("label", "file", "positive", 8, None, 5)
    assert made("file-adversarial").partners == Partners("file", "label", "positive", 8, None, 5)
    options = {"both": "neither", "negatives": 3, "anchors": 7, "classify_steps": 9}
    assert made("file-adversarial", **options).partners == Partners("file", "label", "neither", 3, 7, 9)


@pytest.mark.parametrize("name", METHODS)
def test_a_plain_step_is_cross_entropy_and_nothing_else(name):
    model, objective = a_model(), made(name, class_weights="inverse")
    loss = objective(model, a_batch(TRUTH))
    torch.testing.assert_close(loss, loops.cross_entropy(model.logits, TRUTH, COUNTS.tolist()))
    loss.backward()
    assert model.embedding.grad is None
    assert all(parameter.grad is None for parameter in objective.parameters())


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("alpha", [1.0, 0.4])
def test_a_contrast_step_is_the_formula_of_what_the_projector_gives_and_nothing_else(name, alpha):
    model, objective = a_model(), made(name, alpha=alpha, temperature=0.3, projection_size=3)
    loss = objective(model, a_batch(TRUTH, partners=PARTNERS))
    hidden = torch.relu(model.embedding @ objective.project.hidden.weight.T + objective.project.hidden.bias)
    projection = hidden @ objective.project.output.weight.T + objective.project.output.bias
    z = projection / projection.square().sum(dim=1, keepdim=True).sqrt()
    expected = alpha * loops.info_nce(z[:3], [z[row] for row in PARTNERS], 0.3)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    assert model.logits.grad is None


def test_following_the_contrast_pulls_the_positives_and_pushes_the_negatives_away():
    """And behind a reversal the other way round."""
    moved = {}
    for name in METHODS:
        model = a_model()
        objective = made(name, **({"reversal": "constant"} if name == "file-adversarial" else {}))
        objective.project = torch.nn.Identity()
        objective(model, a_batch(TRUTH, partners=PARTNERS)).backward()
        z = model.embedding - 1e-4 * model.embedding.grad
        before, after = (torch.stack([e[i] @ e[row].T for i, row in enumerate(PARTNERS)]) for e in (model.embedding, z))
        moved[name] = (after - before).sum(dim=0)
    towards, away = moved["file-contrast"], moved["file-adversarial"]
    assert towards[0] > 0 > towards[1:].sum()
    assert away[0] < 0 < away[1:].sum()


def test_mixed_precision_leaves_the_contrast_as_it_is():
    objective = create_objective("file-contrast", class_counts=COUNTS, embedding_size=16)
    model, batch = GivenModel(embedding=torch.randn(6, 16)), a_batch(TRUTH, partners=PARTNERS)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = objective(model, batch)
    assert mixed.dtype == torch.float32
    assert mixed == objective(model, batch)
