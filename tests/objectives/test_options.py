"""A wrong value of any objective's option is one sentence."""

import pytest
import torch

from auscult.errors import AuscultError
from auscult.objectives.registry import create_objective


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("hybrid", {"alpha": -0.1}, "alpha should be greater than or equal to 0, not -0.1"),
        ("hybrid", {"alpha": 1.5}, "alpha should be less than or equal to 1, not 1.5"),
        ("hybrid", {"class_weights": "squared"}, "class_weights should be 'none', 'sqrt' or 'inverse', not 'squared'"),
        ("cross-entropy", {"class_weights": "squared"}, "class_weights should be 'none', 'sqrt' or 'inverse', not 'squared'"),
        ("cross-entropy", {"label_smoothing": 2}, "label_smoothing should be less than or equal to 1, not 2"),
        ("squared-error", {"class_weights": None}, "class_weights should be 'none', 'sqrt' or 'inverse', not None"),
        ("simclr", {"temperature": 0}, "temperature should be greater than 0, not 0"),
        ("supervised-contrast", {"temperature": -0.06}, "temperature should be greater than 0, not -0.06"),
        ("supervised-contrast", {"temperature": float("nan")}, "temperature should be greater than 0, not nan"),
        ("supervised-contrast", {"temperature": True}, "temperature should be a valid number, not True"),
        ("supervised-contrast", {"denominator": "others"}, "denominator should be 'all' or 'negatives', not 'others'"),
        ("supervised-contrast", {"views": 0}, "views should be greater than or equal to 1, not 0"),
        ("supervised-contrast", {"views": 1.5}, "views should be a valid integer, not 1.5"),
        ("supervised-contrast", {"projection_size": 0}, "projection_size should be greater than or equal to 1, not 0"),
        ("supervised-contrast", {"label": 3}, "label should be a valid string, not 3"),
        ("multi-head-contrast", {"weights": {"class": True}}, "weights.class should be a valid number, not True"),
        ("multi-head-contrast", {"weights": {"class": "1"}}, "weights.class should be a valid number, not '1'"),
        ("multi-head-contrast", {"weights": [0.75, 0.25]}, "weights should be a valid dictionary, not [0.75, 0.25]"),
        ("file-contrast", {"both": "all"}, "both should be 'either', 'positive', 'negative' or 'neither', not 'all'"),
        ("file-contrast", {"classify_steps": 0}, "classify_steps should be greater than or equal to 1, not 0"),
        ("file-contrast", {"negatives": 0}, "negatives should be greater than or equal to 1, not 0"),
        ("file-contrast", {"anchors": 2.5}, "anchors should be a valid integer, not 2.5"),
        ("file-adversarial", {"reversal": "falling"}, "reversal should be 'constant' or 'rising', not 'falling'"),
        ("file-adversarial", {"strength": -1}, "strength should be greater than or equal to 0, not -1"),
        ("domain-adversarial", {"label": None}, "label should be a valid string, not None"),
        ("domain-contrast", {"reversal": True}, "reversal should be 'none', 'constant' or 'rising', not True"),
        ("patient-terms", {"cohesion": float("inf")}, "cohesion should be a finite number, not inf"),
        ("multi-head-contrast", {"temperature": "cold"}, "temperature should be a valid number, not 'cold'"),
    ],
)
def test_a_wrong_value_is_one_sentence(name, options, sentence):
    with pytest.raises(AuscultError) as raised:
        create_objective(name, class_counts=torch.ones(2), embedding_size=8, **options)
    assert str(raised.value) == f"objective.options.{sentence}."


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("hybrid", {"alpha": 0, "class_weights": "sqrt"}),
        ("hybrid", {"alpha": 1.0, "views": 1}),
        ("multi-head-contrast", {"weights": {"class": 1}, "denominator": "negatives"}),
        ("simclr", {"temperature": 1, "projection_size": 1}),
    ],
)
def test_values_at_the_ends_of_their_range_are_taken(name, options):
    objective = create_objective(name, class_counts=torch.ones(2), embedding_size=8, **options)
    assert objective.views == options.get("views", 2)
