"""Objectives by name: `create_objective` and `list_objectives`; a decorated class in this folder is found by being there."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any, TypeVar

from torch import Tensor

from auscult import objectives
from auscult.errors import AuscultError
from auscult.objectives.base import Objective
from auscult.options import check_options

Kind = TypeVar("Kind", bound=type[Objective])
_CLASSES: dict[str, type[Objective]] = {}


def register_objective(name: str) -> Callable[[Kind], Kind]:
    """Make a class known as ``name``."""

    def register(cls: Kind) -> Kind:
        _CLASSES[name] = cls
        return cls

    return register


def list_objectives() -> list[str]:
    """Names of all objectives, in alphabetical order."""
    return sorted(_classes())


def create_objective(
    name: str,
    *,
    class_counts: Tensor,
    embedding_size: int,
    domains: Callable[[str], int] | None = None,
    **options: Any,
) -> Objective:
    """An objective by name.

    Parameters
    ----------
    name
        One of `list_objectives`.
    class_counts
        Training segments of each class (classes,).
    embedding_size
        Of the encoder that is trained.
    domains
        How many different values a label (`Objective.labels`) has among the training segments; only those objectives need it
        that learn to tell them apart.
    **options
        What the objective leaves open.

    Raises
    ------
    AuscultError
        For an unknown name or option, or a value that the option cannot have.
    """
    classes = _classes()
    if name not in classes:
        raise AuscultError(f"There is no objective '{name}'; known objectives: {', '.join(sorted(classes))}.")
    facts = {"class_counts": class_counts, "embedding_size": embedding_size, "domains": domains}
    check_options(options, classes[name], room="objective", name=name, told=facts)
    wanted = inspect.signature(classes[name]).parameters
    return classes[name](**{fact: value for fact, value in facts.items() if fact in wanted}, **options)


def _classes() -> dict[str, type[Objective]]:
    for module in pkgutil.iter_modules(objectives.__path__):
        importlib.import_module(f"{objectives.__name__}.{module.name}")
    return _CLASSES
