"""What `auscult train` and `auscult crossval` share: the options that choose a recipe and change it, and a note on its data."""

import re
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
Epochs = Annotated[int | None, typer.Option(metavar="N", help="Short for --set training.epochs=N.", min=1)]
Protocol = Annotated[str | None, typer.Option(help="honest (default), published or both.")]
Weights = Annotated[
    str | None,
    typer.Option(
        help="Weights to start from: a file (for cnn6, cnn10 and cnn14 one of PANNs, such as Cnn6_mAP=0.343.pth of "
        "zenodo.org/record/3987831; for mn one of EfficientAT, as .safetensors), a folder with config.json and "
        "model.safetensors, or a name on the Hugging Face hub (for ast, such as MIT/ast-finetuned-audioset-10-10-0.4593; for "
        "clap-audio and bts laion/clap-htsat-unfused, for resnet18 microsoft/resnet-18), or the folder of a finished run of "
        "the same architecture, to go on from what it learned; none: random ones. Short for --set model.weights=WEIGHTS."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a setting of the recipe, such as training.batch_size=16; may be repeated. Options of model and objective "
        "need no .options: objective.temperature=0.05.",
    ),
]


class _Loader(yaml.SafeLoader):
    """Reads 1e-3 as a number, as yaml 1.2 does; PyYAML wants a point and a sign, 1.0e-3 and 1.0e+3."""


_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789"))


def parse_settings(
    settings: list[str] | None,
    *,
    data: str | None,
    task: str | None,
    split: str | None = None,
    epochs: int | None,
    protocol: str | None,
    weights: str | None,
) -> dict[str, Any]:
    """What ``--set`` and the options of their own change in a recipe, by dotted name; the latter go before."""
    given = {"training.epochs": epochs, "training.protocol": protocol, "model.weights": weights}
    given |= {"data.name": data, "data.task": task, "data.split": split}
    changes = dict(parse_setting(setting) for setting in settings or [])
    changes |= {key: value for key, value in given.items() if value is not None}
    if data is not None:  # another data set: its own task and split, unless given
        changes = {"data.task": None, "data.split": None} | changes
    if weights is not None:
        changes["model.weights"] = _resolve_weights(weights)
    return changes


def _resolve_weights(source: str) -> str | None:
    """A file or folder as an absolute path, anything else (a name on the hub) as it is; ``none`` as None."""
    if not source:
        raise AuscultError("--weights is empty: give a file, a folder, a name on the Hugging Face hub, or none.")
    if source == "none":
        return None
    path = Path(source).expanduser()
    return str(path.resolve()) if path.exists() else source


def parse_setting(setting: str) -> tuple[str, Any]:
    """Name and value of a setting that is written ``KEY=VALUE``, the value in yaml."""
    key, equals, value = setting.partition("=")
    if not equals:
        raise AuscultError(f"--set wants KEY=VALUE, for instance training.epochs=5, not '{setting}'.")
    try:
        parsed = yaml.load(value, _Loader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that does not exist
        raise AuscultError(f"--set {key} wants a value in yaml, for instance 5, word or [1, 2], not '{value}'.") from error
    if key == "model.weights" and isinstance(parsed, str):
        parsed = _resolve_weights(parsed)
    return key, parsed


def say_short(recipe: "Recipe", dataset: "Dataset") -> None:
    """Tell how many recordings are shorter than a piece."""
    from auscult.training.sides import count_short

    if number := count_short(recipe, dataset):
        seconds = recipe.signal.shortest_seconds
        typer.echo(f"Note: {number} recordings are shorter than {seconds:g} s and are repeated up to that.", err=True)
