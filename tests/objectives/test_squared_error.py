import pytest
import torch

from auscult.models.registry import create_model
from auscult.objectives.batch import Batch
from auscult.objectives.registry import create_objective
from tests.objectives.given import GivenModel, a_batch

LOGITS = torch.log(torch.tensor([[0.8, 0.2], [0.4, 0.6]]))


def loss(**options):
    objective = create_objective("squared-error", class_counts=torch.tensor([3, 1]), embedding_size=4, **options)
    return float(objective(GivenModel(logits=LOGITS), a_batch([0, 1])))


def test_it_is_the_mean_squared_difference_to_the_one_hot_truth():
    # (0.8 − 1)² and 0.2² of the first, 0.4² and (0.6 − 1)² of the second: (0.08 + 0.32) / 4
    assert loss() == pytest.approx(0.1)


def test_class_weights_are_inverse_frequencies_with_mean_one():
    # weights 2/3 and 2: (2/3 · 0.04 + 2 · 0.16) / 2
    assert loss(class_weights="inverse") == pytest.approx((2 / 3 * 0.04 + 2 * 0.16) / 2)


def test_its_gradient_reaches_the_network():
    model = create_model("heart-cnn", classes=("normal", "abnormal"), channels=1, bands=18, frames=27)
    objective = create_objective(
        "squared-error", class_counts=torch.tensor([1, 1]), embedding_size=model.encoder.embedding_size
    )
    batch = Batch(torch.randn(4, 1, 18, 27), torch.full((4,), 27), torch.tensor([0, 1, 0, 1]))
    objective(model, batch).backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
