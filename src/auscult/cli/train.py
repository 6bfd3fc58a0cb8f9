"""`auscult train`: a recipe on a data set, into a run folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console

from auscult.errors import AuscultError

if TYPE_CHECKING:
    from auscult.recordings.core import Dataset
    from auscult.training.recipe import Recipe


def train(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe (see `auscult recipes`) or a yaml file.")],
    root: Annotated[Path, typer.Option(help="Folder with the unpacked data set.")],
    out: Annotated[Path, typer.Option(help="Run folder; a killed training goes on from there.")],
    data: Annotated[str | None, typer.Option(help="Data set; the recipe's own if not given.")] = None,
    task: Annotated[str | None, typer.Option(help="Task; the data set's first if not given.")] = None,
    split: Annotated[str | None, typer.Option(help="Split; the data set's first if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Of weights, sampling and the choice of validation patients.")] = 0,
    epochs: Annotated[int | None, typer.Option(help="Short for --set training.epochs=N.", min=1)] = None,
    protocol: Annotated[str | None, typer.Option(help="honest (default), published or both.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of the recipe; may be repeated.")
    ] = None,
) -> None:
    """Train a recipe and score it.

    Example: auscult train han --data sprsound --root data/sprsound --task sprsound-1-2 --out runs/han --seed 0
    """
    given = {"training.epochs": epochs, "training.protocol": protocol}
    changes = parse_settings(settings, given, data, task, split)

    from auscult.cli.progress import track
    from auscult.cli.show import print_summaries
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.summary import summarize_each
    from auscult.recordings.core import load_dataset
    from auscult.training.recipe import load_recipe
    from auscult.training.train import train as run_training

    resolved = load_recipe(recipe, changes)
    dataset = load_dataset(resolved.data.name, root)
    say_short(resolved, dataset)
    run = run_training(resolved, dataset, out, seed=seed, progress=track("Preparing pictures"))
    predictions = Predictions.load(run.predictions)
    print_summaries(summarize_each(predictions, tasks=[predictions.task]), Console())
    typer.echo(f"Run folder: {run.path}")


def say_short(recipe: "Recipe", dataset: "Dataset") -> None:
    """Tell how many recordings are shorter than a piece."""
    from auscult.training.sides import count_short

    if number := count_short(recipe, dataset):
        seconds = recipe.signal.shortest_seconds
        typer.echo(f"Note: {number} recordings are shorter than {seconds:g} s and are repeated up to that.", err=True)


def parse_settings(
    settings: list[str] | None, given: dict[str, Any], data: str | None, task: str | None, split: str | None
) -> dict[str, Any]:
    """What ``--set`` and the options of their own change in a recipe, by dotted name."""
    changes = dict(_parse(setting) for setting in settings or [])
    given = given | {"data.name": data, "data.task": task, "data.split": split}
    changes |= {key: value for key, value in given.items() if value is not None}
    if data is not None:  # another data set: its own task and split, unless given
        changes = {"data.task": None, "data.split": None} | changes
    return changes


def _parse(setting: str) -> tuple[str, Any]:
    key, equals, value = setting.partition("=")
    if not equals:
        raise AuscultError(f"--set wants KEY=VALUE, for instance training.epochs=5, not '{setting}'.")
    return key, yaml.safe_load(value)
