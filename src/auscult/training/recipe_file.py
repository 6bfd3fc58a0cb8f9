"""Recipes by name or from a yaml file, with some settings changed."""

from copy import deepcopy
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from auscult.errors import AuscultError
from auscult.training.recipe import ModelPart, ObjectivePart, Recipe


def list_recipes() -> list[str]:
    """Names of the recipes that come with auscult."""
    return sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir() if path.name.endswith(".yaml"))


def load_recipe(name: str, changes: dict[str, Any] | None = None) -> Recipe:
    """A recipe by name or file.

    Parameters
    ----------
    name
        One of `list_recipes`, or the path of a yaml file.
    changes
        Settings to change, by dotted name (`full_key`): ``{"training.epochs": 5}``.

    Raises
    ------
    AuscultError
        For an unknown recipe, an unknown key (it is named) or a value out of range.
    """
    file = Path(name) if name.endswith((".yaml", ".yml")) else _folder() / f"{name}.yaml"
    if not file.is_file():
        raise AuscultError(f"There is no recipe '{name}'; known recipes: {', '.join(list_recipes())}, or give a yaml file.")
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise AuscultError(f"The recipe {file} is not valid yaml: {str(error).splitlines()[0]}.") from error
    if not isinstance(settings, dict):
        raise AuscultError(f"The recipe {file} is empty or not a mapping of settings.")
    for key, value in (changes or {}).items():
        _set(settings, full_key(key), deepcopy(value))
    try:
        return Recipe.model_validate(settings)
    except ValidationError as error:
        raise AuscultError(f"In the recipe {name}: {_first_problem(error)}.") from error


def full_key(key: str) -> str:
    """The whole dotted name of a setting: that of an option of the model or the objective may leave out ``options``.

    Examples
    --------
    >>> full_key("objective.temperature"), full_key("objective.name")
    ('objective.options.temperature', 'objective.name')
    """
    part, _, rest = key.partition(".")
    fields = {"model": ModelPart.model_fields, "objective": ObjectivePart.model_fields}.get(part)
    if not rest or fields is None or rest.partition(".")[0] in fields:
        return key
    return f"{part}.options.{rest}"


def _folder() -> Any:
    return resources.files("auscult") / "recipes"


def _set(settings: dict[str, Any], key: str, value: Any) -> None:
    *parts, last = key.split(".")
    for part in parts:
        settings = settings.setdefault(part, {})
        if not isinstance(settings, dict):
            raise AuscultError(f"'{key}' is no setting of a recipe: '{part}' has no parts.")
    settings[last] = value


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        part: Any = Recipe
        for name in problem["loc"][:-1]:
            part = part.model_fields[name].annotation
        known = f" (known here: {', '.join(part.model_fields)})" if hasattr(part, "model_fields") else ""
        return f"unknown key '{place}'{known}"
    return f"'{place}' {problem['msg'][:1].lower()}{problem['msg'][1:]}"
