"""Located mixup against loops over its formula, and what it refuses."""

import math

import pytest
import torch
from torch import nn

from auscult.errors import AuscultError
from auscult.models.output import Output
from auscult.models.registry import create_model
from auscult.objectives.batch import Batch
from auscult.objectives.located_mixup import LocatedMixup
from auscult.objectives.mixup import Mixup

COUNTS = torch.tensor([3, 1])


class Given(nn.Module):
    """The same answer whatever is heard."""

    def __init__(self, logits, frame_logits):
        super().__init__()
        self.output = Output(logits, logits, frame_logits=frame_logits)

    def forward(self, pictures, lengths):
        return self.output


def after(seed, call):
    torch.manual_seed(seed)
    return call()


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_the_loss_is_its_formula(weight):
    """Of the second picture the last frame is padding: behind it its own beginning is mixed into others, and nothing counts."""
    generator = torch.Generator().manual_seed(1)
    logits, frame_logits = torch.randn(3, 2, generator=generator), torch.randn(3, 4, generator=generator)
    places = torch.tensor([[0.0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    lengths, truth = torch.tensor([4, 3, 4]), torch.tensor([1, 1, 0])
    batch = Batch(torch.zeros(3, 1, 2, 4), lengths, truth, places=places)
    objective, model = LocatedMixup(class_counts=COUNTS, weight=weight), Given(logits, frame_logits)
    own, partners, _ = after(5, lambda: objective.draw(batch))
    filled = [[0, 1, 1, 0], [1, 0, 0, 1], [0, 0, 0, 0]]
    total, frames = 0.0, 0
    for i, n in enumerate(lengths.tolist()):
        for t in range(n):
            share = float(own[i])
            wanted = share * float(places[i, t]) + (1 - share) * filled[partners[i]][t]
            p = 1 / (1 + math.exp(-float(frame_logits[i, t])))
            total -= wanted * math.log(p) + (1 - wanted) * math.log(1 - p)
            frames += 1
    of_classes = after(5, lambda: Mixup(class_counts=COUNTS)(model, batch))
    found = after(5, lambda: objective(model, batch))
    assert found.item() == pytest.approx(of_classes.item() + weight * total / frames, rel=1e-5)


@pytest.mark.parametrize(("model", "options"), [("mn", {"width": 0.05}), ("cnn6", {"frames": 16})])
def test_a_model_that_does_not_tell_when_is_refused(model, options):
    classifier = create_model(model, classes=("a", "b"), channels=1, bands=16, **options)
    with pytest.raises(AuscultError, match=r"does not tell: choose model mn with --set model\.options\.locate=true"):
        LocatedMixup(class_counts=COUNTS).check(classifier)
