"""Variants of a recipe that a sweep compares: one for each combination of settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pydantic import TypeAdapter

from auscult.errors import AuscultError
from auscult.training.grid import combination_name, combine, short_keys
from auscult.training.recipe import Recipe
from auscult.training.recipe_file import full_key, load_recipe


@dataclass(frozen=True)
class Variant:
    """A recipe, and the whole dotted names of the settings in which it differs from others."""

    recipe: Recipe
    keys: tuple[str, ...]

    @property
    def settings(self) -> dict[str, Any]:
        """Its values as the recipe has them, however they were spelled; of a path of weights the last part."""
        return {key: _value(self.recipe.without_paths(), key) for key in self.keys}

    @property
    def name(self) -> str:
        """Its values, readable, as the beginning of a folder's name."""
        return combination_name(self.settings)


def make_variants(
    recipe: str,
    values: Mapping[str, Sequence[Any]],
    changes: Mapping[str, Any] | None = None,
    *,
    one_at_a_time: bool = False,
) -> list[Variant]:
    """Load a recipe with every combination of some settings.

    Parameters
    ----------
    recipe
        Name of a recipe or a yaml file.
    values
        By dotted name, the values to compare.
    changes
        By dotted name, what is the same for all.
    one_at_a_time
        See `auscult.training.grid.combine`.

    Raises
    ------
    AuscultError
        As `load_recipe`.
    """
    keys = tuple(full_key(key) for key in values)
    chosen = combine(values, one_at_a_time=one_at_a_time)
    return [Variant(load_recipe(recipe, {**(changes or {}), **one}), keys) for one in chosen]


def comparison_name(variants: Sequence[Variant]) -> str:
    """Recipe, data and settings that are compared, as the name of a folder."""
    recipe, keys = variants[0].recipe, variants[0].keys
    return "-".join([recipe.name, recipe.data.name, *short_keys(keys).values()])


def require_comparable(variants: Sequence[Variant], *, with_test: bool) -> None:
    """Refuse variants that are no comparison.

    Raises
    ------
    AuscultError
        When their data differ, there are no validation patients to compare them on, or two are the same.
    """
    for name in ("name", "task", "split"):
        if len({getattr(one.recipe.data, name) for one in variants}) > 1:
            raise AuscultError(f"A sweep compares settings on one data set, task and split: give data.{name} one value.")
    if not with_test and any(one.recipe.training.protocol == "published" for one in variants):
        raise AuscultError(
            "Protocol published has no validation patients to compare settings on: choose another, or add --with-test for "
            "a comparison that chooses nothing."
        )
    for one, other in combinations(variants, 2):
        if one.recipe == other.recipe:
            raise AuscultError(f"Two of the combinations are the same, {one.name}: give every value once, and in one place.")
        if one.name == other.name:
            raise AuscultError(f"Two of the combinations would both be called {one.name}: give them other names or paths.")


def _value(recipe: Recipe, key: str) -> Any:
    """What a recipe has at a dotted name, as json has it; of a part with settings of its own what is not the default."""
    value: Any = recipe
    for name in key.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    return TypeAdapter(type(value)).dump_python(value, mode="json", exclude_defaults=True)
