"""auscult: lung and heart sounds, from a recording to an explained answer, and from a data set to an honest score.

Everything named here is imported when it is first used: ``import auscult`` loads neither torch nor ONNX Runtime.

Examples
--------
>>> import auscult  # doctest: +SKIP
>>> auscult.analyze("chest.wav").recording.label  # doctest: +SKIP
'crackle'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auscult.analysis.analyze import analyze
    from auscult.analysis.model import load_model
    from auscult.analysis.stream import Stream
    from auscult.models.registry import create_model, list_models
    from auscult.recordings.core import list_datasets, load_dataset
    from auscult.training.recipe_file import list_recipes

__all__ = [
    "Stream",
    "__version__",
    "analyze",
    "create_model",
    "list_datasets",
    "list_models",
    "list_recipes",
    "load_dataset",
    "load_model",
]

_HOME = {
    "Stream": "auscult.analysis.stream",
    "analyze": "auscult.analysis.analyze",
    "create_model": "auscult.models.registry",
    "list_datasets": "auscult.recordings.core",
    "list_models": "auscult.models.registry",
    "list_recipes": "auscult.training.recipe_file",
    "load_dataset": "auscult.recordings.core",
    "load_model": "auscult.analysis.model",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _read_version()
    if name not in _HOME:
        raise AttributeError(f"module 'auscult' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _read_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("auscult")
    except PackageNotFoundError:  # run from a source tree that was not installed
        return "0+uninstalled"
