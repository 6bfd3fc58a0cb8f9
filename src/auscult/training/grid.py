"""Settings with several values: which of them are tried together, and what a combination is called."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import product
from typing import Any, TypeVar

Value = TypeVar("Value")
_PLAIN_NAME = re.compile(r"[a-z0-9._+=,-]{1,120}")
"""Names that every file system tells apart, also one that takes A for a."""


def split_values(text: str) -> list[str]:
    """Part a list of values at its commas, but for those in brackets, braces and quotes.

    Examples
    --------
    >>> split_values("0.05, {a: 1, b: 2}, 'x, y'")
    ['0.05', '{a: 1, b: 2}', "'x, y'"]
    """
    values, depth, quote = [""], 0, ""
    for letter in text:
        begins = values[-1].rstrip()[-1:] in ("", "[", "{", ",", ":")  # elsewhere, as in don't, a quote is a letter
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"" and begins:
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and depth == 0:
            values.append("")
            continue
        values[-1] += letter
    return [value.strip() for value in values]


def combine(values: Mapping[str, Sequence[Value]], *, one_at_a_time: bool = False) -> list[dict[str, Value]]:
    """Combinations of settings.

    Parameters
    ----------
    values
        The values of each setting, the default first.
    one_at_a_time
        Not every combination, but the defaults, and then every other value beside the defaults of the other settings.

    Examples
    --------
    >>> combine({"a": [1, 2], "b": [3, 4]}, one_at_a_time=True)
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}, {'a': 1, 'b': 4}]
    """
    if not one_at_a_time:
        return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]
    default = {key: several[0] for key, several in values.items()}
    return [default] + [default | {key: value} for key, several in values.items() for value in several[1:]]


def value_text(value: object) -> str:
    """Write a value as yaml has it; 1.0 as 1."""
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str, sort_keys=True).removesuffix(".0")


def short_keys(keys: Sequence[str]) -> dict[str, str]:
    """What to call settings: by the last part of their dotted names where that tells them apart, else by the whole.

    Examples
    --------
    >>> short_keys(["objective.options.temperature", "training.epochs", "probe.epochs"])
    {'objective.options.temperature': 'temperature', 'training.epochs': 'training.epochs', 'probe.epochs': 'probe.epochs'}
    """
    last = {key: key.rpartition(".")[2] for key in keys}
    return {key: name if list(last.values()).count(name) == 1 else key for key, name in last.items()}


def combination_name(settings: Mapping[str, Any]) -> str:
    """A readable name for a combination of settings, in whatever order they come; safe as the name of a folder.

    Where letters had to be left out it ends with a digest, so that different settings have different names.

    Examples
    --------
    >>> combination_name({"objective.options.temperature": 0.05, "training.average": None})
    'temperature=0.05,average=null'
    """
    short = short_keys(list(settings))
    whole = ",".join(f"{short[key]}={value_text(settings[key])}" for key in sorted(settings))
    if _PLAIN_NAME.fullmatch(whole):
        return whole
    readable = re.sub(r"[^A-Za-z0-9._+=,-]+", "-", whole)[:100].strip("-")
    return f"{readable}-{sha256(whole.encode()).hexdigest()[:8]}"
