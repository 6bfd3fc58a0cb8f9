"""`auscult train`: a recipe on a data set, into a run folder."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from auscult.cli.recipe_options import (
    Data,
    Epochs,
    Protocol,
    RecipeName,
    Root,
    Settings,
    Task,
    Weights,
    parse_settings,
    say_short,
)


def train(
    recipe: RecipeName,
    root: Root,
    out: Annotated[Path, typer.Option(help="Run folder; a killed training goes on from there.")],
    data: Data = None,
    task: Task = None,
    split: Annotated[str | None, typer.Option(help="Split; the data set's first if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Of weights, sampling and the choice of validation patients.")] = 0,
    epochs: Epochs = None,
    protocol: Protocol = None,
    weights: Weights = None,
    settings: Settings = None,
) -> None:
    """Train a recipe and score it.

    Example: auscult train han --data sprsound --root data/sprsound --task sprsound-1-2 --out runs/han --seed 0
    """
    changes = parse_settings(settings, data=data, task=task, split=split, epochs=epochs, protocol=protocol, weights=weights)

    from auscult.cli.progress import track
    from auscult.cli.show import print_summaries
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.summary import summarize_each
    from auscult.recordings.core import load_dataset
    from auscult.training.recipe_file import load_recipe
    from auscult.training.train import train as run_training

    resolved = load_recipe(recipe, changes)
    dataset = load_dataset(resolved.data.name, root)
    say_short(resolved, dataset)
    run = run_training(resolved, dataset, out, seed=seed, progress=track("Preparing pictures"))
    predictions = Predictions.load(run.predictions)
    print_summaries(summarize_each(predictions, tasks=[predictions.task]), Console())
    typer.echo(f"Run folder: {run.path}")
