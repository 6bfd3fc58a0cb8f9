import math

import pytest
import torch

from auscult.objectives.cross_entropy import CrossEntropy, inverse_frequency
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch


def test_class_weights_worked_by_hand():
    counts = torch.tensor([6, 2])
    # inverse: 1/6 and 1/2, mean over 8 segments (6/6 + 2/2) / 8 = 1/4, so 4/6 and 2.
    torch.testing.assert_close(inverse_frequency(counts, "inverse"), torch.tensor([2 / 3, 2.0]))
    # sqrt: 1/√6 and 1/√2, mean (√6 + √2) / 8.
    mean = (math.sqrt(6) + math.sqrt(2)) / 8
    torch.testing.assert_close(
        inverse_frequency(counts, "sqrt"), torch.tensor([1 / math.sqrt(6) / mean, 1 / math.sqrt(2) / mean])
    )
    assert inverse_frequency(counts, "none") is None


@pytest.mark.parametrize("weights", ["none", "inverse"])
def test_the_loss_worked_by_hand(weights):
    probabilities = torch.tensor([[0.8, 0.2], [0.4, 0.6], [0.5, 0.5]])
    truth = torch.tensor([0, 0, 1])
    counts = torch.tensor([2, 1])
    # inverse: 1/2 and 1, mean (1 + 1) / 3 = 2/3, so 3/4 and 3/2
    w = {"none": [1.0, 1.0, 1.0], "inverse": [0.75, 0.75, 1.5]}[weights]
    losses = [-math.log(0.8), -math.log(0.4), -math.log(0.5)]
    expected = sum(a * b for a, b in zip(w, losses, strict=True)) / sum(w)
    objective = CrossEntropy(class_counts=counts, class_weights=weights)
    loss = objective(GivenModel(logits=probabilities.log()), a_batch(truth))
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_value_and_gradient_with_inverse_weights_are_those_of_the_formula():
    counts, truth = torch.tensor([2063, 1215, 501, 363]), [0, 3, 1, 0, 2, 2]
    logits = torch.randn(6, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    ours = CrossEntropy(class_counts=counts, class_weights="inverse").double()(GivenModel(logits=logits), a_batch(truth))
    theirs = loops.cross_entropy(logits, truth, counts.tolist())
    torch.testing.assert_close(ours, theirs, rtol=1e-6, atol=0)  # the weights themselves are float32
    torch.testing.assert_close(*(torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)), rtol=1e-5, atol=1e-8)
