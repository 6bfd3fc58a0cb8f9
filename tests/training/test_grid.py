"""Grids, by hand: where values part, what is combined, and what a combination is called."""

import pytest

from auscult.training.grid import combination_name, combine, short_keys, split_values, value_text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.05", ["0.05"]),
        ("0.05, 0.06,0.1", ["0.05", "0.06", "0.1"]),
        ("[1, 2],[3, [4, 5]]", ["[1, 2]", "[3, [4, 5]]"]),
        ("{a: 1, b: {c: 2, d: 3}},null", ["{a: 1, b: {c: 2, d: 3}}", "null"]),
        ("'x, y',\"z, [\"", ["'x, y'", '"z, ["']),
        ("[']', \"}\"],2", ["[']', \"}\"]", "2"]),
        ("don't,won't", ["don't", "won't"]),
        ("1,,2", ["1", "", "2"]),
        ("[1, 2", ["[1, 2"]),
        ("", [""]),
    ],
)
def test_values_part_at_commas_outside_brackets_braces_and_quotes(text, values):
    assert split_values(text) == values


def test_all_combinations_in_order():
    found = combine({"a": [1, 2], "b": ["x", "y"]})
    assert found == [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"}]


def test_one_at_a_time_beside_the_first_of_the_others():
    found = combine({"a": [1, 2, 3], "b": ["x", "y"]}, one_at_a_time=True)
    assert found == [{"a": 1, "b": "x"}, {"a": 2, "b": "x"}, {"a": 3, "b": "x"}, {"a": 1, "b": "y"}]


@pytest.mark.parametrize(
    ("value", "text"), [(0.05, "0.05"), (1.0, "1"), (None, "null"), (True, "true"), ([1, 2.5], "[1, 2.5]"), ("all", "all")]
)
def test_values_are_written_as_in_yaml(value, text):
    assert value_text(value) == text


def test_keys_are_short_where_that_tells_them_apart():
    assert short_keys(["model.options.width", "training.epochs", "probe.epochs"]) == {
        "model.options.width": "width",
        "training.epochs": "training.epochs",
        "probe.epochs": "probe.epochs",
    }


def test_a_name_does_not_depend_on_the_order_of_settings():
    name = combination_name({"training.epochs": 5, "objective.options.temperature": 0.05})
    assert name == "temperature=0.05,epochs=5"
    assert combination_name({"objective.options.temperature": 0.05, "training.epochs": 5}) == name


def test_names_of_awkward_values_are_safe_and_differ():
    values = ["MIT/ast", "mit/ast", "MIT-ast", "../..", "a b", "a  b", {"bands": 2}, [2], "ä", "x" * 300, "x" * 301, ""]
    names = [combination_name({"model.weights": value}) for value in values]
    assert len({name.lower() for name in names}) == len(values)
    for name in names:
        assert name.startswith("weights=")
        assert name.isascii()
        assert len(name) < 200
        assert not set(name) & set("/\\:*?\"<>| '{}[]")
