"""Variants of a recipe: which there are, what their values are called, and what is the same."""

import pytest

from auscult.errors import AuscultError
from auscult.training.variants import comparison_name, make_variants, require_comparable


@pytest.mark.parametrize(
    ("key", "spellings", "value", "name"),
    [
        ("training.learning_rate", ["1e-3", 0.001, "0.0010"], 0.001, "learning_rate=0.001"),
        ("training.epochs", [5, "5", 5.0], 5, "epochs=5"),
        ("training.average", [None], None, "average=null"),
        ("data.units", [["annotated"], ("annotated",)], ["annotated"], None),
        (
            "augment.mask",
            [{"bands": 1, "frames": 2}, {"frames": "2", "bands": 1, "fill": "zero"}],
            {"bands": 1, "frames": 2},
            None,
        ),
        ("model.weights", ["/home/me/small.pth", "/elsewhere/small.pth"], "small.pth", "weights=small.pth"),
        ("model.dropout", [0.5], 0.5, "dropout=0.5"),
    ],
)
def test_a_value_is_the_recipes_however_it_is_spelled(key, spellings, value, name):
    found = make_variants("han", {key: spellings})
    assert [list(one.settings.values()) for one in found] == [[value]] * len(spellings)
    assert len({one.name for one in found}) == 1
    assert name in (None, found[0].name)


def test_values_stand_beside_what_is_the_same_for_all():
    found = make_variants("han", {"training.epochs": [1, 2], "model.dropout": [0.1, 0.2]}, {"training.clip": 3})
    assert [one.name for one in found] == [f"dropout={dropout},epochs={epochs}" for epochs in (1, 2) for dropout in (0.1, 0.2)]
    assert {one.recipe.training.clip for one in found} == {3.0}
    assert comparison_name(found) == "han-icbhi-epochs-dropout"
    require_comparable(found, with_test=False)


def test_two_that_are_the_same_are_refused_and_two_that_are_called_the_same():
    with pytest.raises(AuscultError, match=r"are the same, learning_rate=0\.001: give every value once"):
        require_comparable(make_variants("han", {"training.learning_rate": ["1e-3", 0.001]}), with_test=False)
    with pytest.raises(AuscultError, match=r"would both be called weights=w\.pth"):
        require_comparable(make_variants("han", {"model.weights": ["/a/w.pth", "/b/w.pth"]}), with_test=False)
