"""What `auscult train` and `auscult crossval` share: the options that choose a recipe and change it, and a note on its data."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from auscult.errors import AuscultError

if TYPE_CHECKING:
    from auscult.recordings.core import Dataset
    from auscult.training.recipe import Recipe

RecipeName = Annotated[str, typer.Argument(help="Name of a recipe (see `auscult recipes`) or a yaml file.")]
Root = Annotated[Path, typer.Option(help="Folder with the unpacked data set.")]
Data = Annotated[str | None, typer.Option(help="Data set; the recipe's own if not given.")]
Task = Annotated[str | None, typer.Option(help="Task; the data set's first if not given.")]
Epochs = Annotated[int | None, typer.Option(help="Short for --set training.epochs=N.", min=1)]
Protocol = Annotated[str | None, typer.Option(help="honest (default), published or both.")]
Weights = Annotated[
    Path | None,
    typer.Option(
        help="Published weights of PANNs (.pth or .safetensors) that cnn6, cnn10 or cnn14 starts from, such as "
        "Cnn6_mAP=0.343.pth of zenodo.org/record/3987831; short for --set model.weights=PATH."
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of the recipe; may be repeated.")
]


def parse_settings(
    settings: list[str] | None,
    *,
    data: str | None,
    task: str | None,
    split: str | None = None,
    epochs: int | None,
    protocol: str | None,
    weights: Path | None,
) -> dict[str, Any]:
    """What ``--set`` and the options of their own change in a recipe, by dotted name; the latter go before."""
    given = {"training.epochs": epochs, "training.protocol": protocol, "model.weights": weights}
    given |= {"data.name": data, "data.task": task, "data.split": split}
    changes = dict(_parse(setting) for setting in settings or [])
    changes |= {key: value for key, value in given.items() if value is not None}
    if data is not None:  # another data set: its own task and split, unless given
        changes = {"data.task": None, "data.split": None} | changes
    if isinstance(file := changes.get("model.weights"), Path | str):  # so that a message says where it was looked for
        changes["model.weights"] = str(Path(file).expanduser().resolve())
    return changes


def _parse(setting: str) -> tuple[str, Any]:
    key, equals, value = setting.partition("=")
    if not equals:
        raise AuscultError(f"--set wants KEY=VALUE, for instance training.epochs=5, not '{setting}'.")
    try:
        return key, yaml.safe_load(value)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist
        raise AuscultError(f"--set {key} wants a value in yaml, for instance 5, word or [1, 2], not '{value}'.") from error


def say_short(recipe: "Recipe", dataset: "Dataset") -> None:
    """Tell how many recordings are shorter than a piece."""
    from auscult.training.sides import count_short

    if number := count_short(recipe, dataset):
        seconds = recipe.signal.shortest_seconds
        typer.echo(f"Note: {number} recordings are shorter than {seconds:g} s and are repeated up to that.", err=True)
