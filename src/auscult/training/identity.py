"""What of a recipe makes a run this run."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from auscult.files import digest_files
from auscult.models.hub import find_local, weight_files
from auscult.recordings.core import Split
from auscult.training.recipe import Recipe
from auscult.training.run import RunFolder


def recipe_identity(recipe: Recipe, run: RunFolder) -> dict[str, Any]:
    """What of the recipe makes a run this run, see `identity_beside`."""
    return identity_beside(recipe, run.identity if run.record.is_file() else None)


def identity_beside(recipe: Recipe, recorded: Mapping[str, Any] | None) -> dict[str, Any]:
    """What of the recipe makes a run or a sweep this one, to compare with what is ``recorded`` of it, if anything.

    Of pretrained weights that is their content, wherever they lie and whatever they are called. A finished run does not need
    them any more; where they are gone, their name decides.
    """
    kept, source = recipe.without_paths().model_dump(mode="json"), recipe.model.weights
    if source is None:
        return {"recipe": kept}
    recorded = recorded or {"recipe": kept}
    name, content = recorded["recipe"]["model"]["weights"], digest_weights(source)
    gone_but_named_so = content is None and name in (source, Path(source).name)
    if gone_but_named_so or content == recorded.get("weights"):
        kept["model"]["weights"], content = name, recorded.get("weights")
    return {"recipe": kept, "weights": content}


def digest_test(split: Split) -> str:
    """What tells the test side of a split from another's."""
    return sha256("\n".join(sorted(split.test)).encode()).hexdigest()[:16]


def digest_weights(source: str) -> str | None:
    """Sha256 of the content of pretrained weights; None where they are not on this machine.

    Of a finished run those are its model's two files, of a checkpoint its ``config.json`` and what it has as ``.safetensors``,
    in the order of their names.
    """
    if Path(source).is_file():
        return digest_files(Path(source))
    if (Path(source) / "model.json").is_file():
        return digest_files(Path(source) / "model.json", Path(source) / "model.safetensors")
    folder = find_local(source)
    return None if folder is None else digest_files(folder / "config.json", *weight_files(folder))
