"""Settings on the command line: how their values are read."""

import pytest

from auscult.cli.recipe_options import parse_setting


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("-2E+1", -20.0),
        ("1.5e3", 1500.0),
        ("[1e-3, {a: 2e0}]", [0.001, {"a": 2.0}]),
        ("'1e-3'", "1e-3"),
        ("e3", "e3"),
        ("1e", "1e"),
        ("0.5", 0.5),
        ("3", 3),
        ("null", None),
    ],
)
def test_a_number_may_be_written_with_an_exponent_alone(text, value):
    found = parse_setting(f"training.learning_rate={text}")
    assert found == ("training.learning_rate", value)
    assert type(found[1]) is type(value)
