"""The example in docs/add-an-objective.md is an objective that works."""

import math
import re
from pathlib import Path

import pytest
import torch
import yaml

from auscult.errors import AuscultError
from auscult.objectives import registry
from auscult.training.recipe import ObjectivePart
from tests.objectives.given import GivenModel, a_batch

PAGE = Path(__file__).parents[2] / "docs" / "add-an-objective.md"


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return found


@pytest.fixture
def focal(monkeypatch):
    """A function from options to the example, which is registered for one test only."""
    registry.list_objectives()  # finds the others, which are to stay
    monkeypatch.setattr(registry, "_CLASSES", dict(registry._CLASSES))
    exec(compile(block("python"), str(PAGE), "exec"), {"__name__": "focal"})

    def create(**options):
        return registry.create_objective("focal", class_counts=torch.ones(2), embedding_size=4, **options)

    return create


def test_the_example_is_registered_and_gives_the_loss_of_its_formula(focal):
    assert "focal" in registry.list_objectives()
    logits = torch.tensor([[0.8, 0.2], [0.6, 0.4]]).log()
    # p of the true class 0.8 and 0.4, γ = 2: −(0.2² ln 0.8 + 0.6² ln 0.4) / 2
    expected = -(0.04 * math.log(0.8) + 0.36 * math.log(0.4)) / 2
    assert focal()(GivenModel(logits=logits), a_batch([0, 1])).item() == pytest.approx(expected, rel=1e-5)


def test_its_options_are_checked_and_the_recipe_of_the_page_fits(focal):
    part = ObjectivePart.model_validate(yaml.safe_load(block("yaml"))["objective"])
    assert part.name == "focal"
    assert focal(**part.options).gamma == 1.5
    with pytest.raises(AuscultError, match=r"^objective\.options\.gamma should be greater than 0, not -1\.$"):
        focal(gamma=-1)
