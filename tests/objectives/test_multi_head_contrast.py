import pytest
import torch

from auscult.errors import AuscultError
from auscult.objectives.registry import create_objective
from tests.objectives import loops
from tests.objectives.given import GivenModel, a_batch

CLASSES = [0, 1, 2, 0, 1, 0, 1, 2, 0, 1]
SEX_AGE = [3, -1, 0, 0, 2, 3, -1, 0, 0, 2]


def multi_head(**options):
    torch.manual_seed(0)
    return create_objective("multi-head-contrast", class_counts=torch.ones(3), embedding_size=6, **options)


def test_two_labels_worked_by_hand():
    # The four views of test_supervised_contrast at τ = 1. Classes 0, 0, 1, 1: its 0.56002, 0.92529, 1.44115, 0.65060.
    # Sex 0, not known, 0, 0; partners of 0, 2 and 3 are the two others, and so are the terms below the fraction:
    # i = 0: ln(e^0 + e^−1) − (0 − 1) / 2 = 0.31326 + 0.5; i = 2: ln(e^0 + e^0) − 0 = 0.69315;
    # i = 3: ln(e^−1 + e^0) − (−1 + 0) / 2 = 0.31326 + 0.5
    l_class, l_sex = (0.56002 + 0.92529 + 1.44115 + 0.65060) / 4, (0.81326 + 0.69315 + 0.81326) / 3
    z = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [-1.0, 0.0]])
    objective = multi_head(weights={"class": 0.75, "sex": 0.25}, temperature=1.0)
    objective.project = torch.nn.ModuleList([torch.nn.Identity(), torch.nn.Identity()])
    loss = objective(GivenModel(embedding=z), a_batch(**{"class": [0, 0, 1, 1], "sex": [0, -1, 0, 0]}))
    assert loss.item() == pytest.approx(0.75 * l_class + 0.25 * l_sex, abs=1e-5)


@pytest.mark.parametrize("denominator", ["all", "negatives"])
def test_value_and_gradient_are_those_of_the_formula(denominator):
    objective = multi_head(temperature=0.2, denominator=denominator, projection_size=4).double()  # λ: S4's own
    assert objective.labels == ("class", "sex+age")
    embedding = torch.randn(10, 6, dtype=torch.float64, requires_grad=True)
    ours = objective(GivenModel(embedding=embedding), a_batch(**{"class": CLASSES, "sex_age": SEX_AGE}))
    z_class, z_sex_age = (project(embedding) for project in objective.project)
    l_class = loops.supervised_contrast(z_class, CLASSES, 0.2, denominator)
    l_sex_age = loops.supervised_contrast(z_sex_age, SEX_AGE, 0.2, denominator)
    theirs = 0.75 * l_class + 0.25 * l_sex_age  # S4's eq. 3
    torch.testing.assert_close(ours, theirs)
    learned = [embedding, *objective.parameters()]
    torch.testing.assert_close(torch.autograd.grad(ours, learned), torch.autograd.grad(theirs, learned))


def test_each_label_has_a_projector_of_its_own():
    objective = multi_head(weights={"class": 0.5, "sex": 0.5})
    batch = a_batch(**{"class": CLASSES, "sex": [-1] * 10})  # nothing is known of the sex
    objective(GivenModel(embedding=torch.randn(10, 6)), batch).backward()
    moved = [any(bool((p.grad != 0).any()) for p in project.parameters()) for project in objective.project]
    assert moved == [True, False]


def test_a_batch_is_learned_from_where_any_label_has_partners():
    objective, nobody = multi_head(weights={"class": 0.5, "sex": 0.5}), [0, 1, 2, -1]
    assert objective.can_learn_from(a_batch(**{"class": nobody, "sex": [1, 1, 0, 0]}))
    alone = a_batch(**{"class": nobody, "sex": [-1, -1, 2, 3]})
    assert not objective.can_learn_from(alone)
    embedding = torch.randn(4, 6, requires_grad=True)
    loss = objective(GivenModel(embedding=embedding), alone)
    assert loss == 0
    assert (torch.autograd.grad(loss, embedding)[0] == 0).all()


@pytest.mark.parametrize(
    ("weights", "given"),
    [
        ({"class": 0.75, "sex": 0.5}, "class 0.75, sex 0.5"),
        ({"class": 1.5, "sex": -0.5}, "class 1.5, sex -0.5"),
        ({"class": 1.0, "sex": 0.0}, "class 1, sex 0"),
        ({"class": float("nan")}, "class nan"),
        ({}, "none"),
    ],
)
def test_weights_that_do_not_share_one_are_refused(weights, given):
    with pytest.raises(AuscultError, match=rf"objective\.options\.weights must be positive and add up to 1, not {given}\.$"):
        multi_head(weights=weights)


def test_weights_may_be_thirds():
    assert multi_head(weights={"class": 0.333333, "sex": 0.333333, "age": 0.333334}).labels == ("class", "sex", "age")
