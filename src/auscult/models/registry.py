"""Models by name: `create_model` and `list_models`.

A module of this folder that decorates a function with `register_model` adds a model; nothing else has to know of it.
"""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from auscult import models
from auscult.errors import AuscultError
from auscult.models.base import Classifier, Encoder
from auscult.options import check_options

Builder = Callable[..., Encoder]
Kind = TypeVar("Kind", bound=Builder)
_BUILDERS: dict[str, Builder] = {}


def register_model(name: str) -> Callable[[Kind], Kind]:
    """Make an encoder class, or any ``builder(*, channels, bands, **options) -> Encoder``, known as ``name``."""

    def register(builder: Kind) -> Kind:
        _BUILDERS[name] = builder
        return builder

    return register


def list_models() -> list[str]:
    """Names of all models, in alphabetical order."""
    return sorted(_builders())


def create_model(name: str, *, classes: Sequence[str], channels: int = 3, bands: int = 64, **options: Any) -> Classifier:
    """An untrained model.

    Parameters
    ----------
    name
        One of `list_models`.
    classes
        Names of the classes; the first is the normal one.
    channels, bands
        Shape of the pictures: (batch, channels, bands, frames).
    **options
        What the architecture leaves open; see its builder.

    Raises
    ------
    AuscultError
        For an unknown name or option, a value that the option cannot have, or pictures that the model cannot take.

    Examples
    --------
    >>> model = create_model("han", classes=["normal", "crackle", "wheeze", "both"])
    >>> output = model(torch.zeros(2, 3, 64, 50))
    >>> output.logits.shape, output.attention.shape
    (torch.Size([2, 4]), torch.Size([2, 64, 50]))
    """
    builders = _builders()
    if name not in builders:
        raise AuscultError(f"There is no model '{name}'; known models: {', '.join(sorted(builders))}.")
    check_options(options, builders[name], room="model", name=name, told=("channels", "bands"))
    return Classifier(builders[name](channels=channels, bands=bands, **options), classes)


def _builders() -> dict[str, Builder]:
    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"{models.__name__}.{module.name}")
    return _BUILDERS
