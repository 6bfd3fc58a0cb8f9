"""`auscult crossval`: a recipe on every fold of a data set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from auscult.cli.train import parse_settings, say_short
from auscult.errors import AuscultError

if TYPE_CHECKING:
    from auscult.training.run import RunFolder


def crossval(
    recipe: Annotated[str, typer.Argument(help="Name of a recipe (see `auscult recipes`) or a yaml file.")],
    root: Annotated[Path, typer.Option(help="Folder with the unpacked data set.")],
    data: Annotated[str | None, typer.Option(help="Data set; the recipe's own if not given.")] = None,
    task: Annotated[str | None, typer.Option(help="Task; the data set's first if not given.")] = None,
    folds: Annotated[int, typer.Option(help="Number of folds; not used with --by database.", min=2)] = 10,
    by: Annotated[
        str, typer.Option(help="What stands on one side only: subject (honest), recording, piece (leaks) or database.")
    ] = "subject",
    out: Annotated[Path | None, typer.Option(help="Folder to write; runs/RECIPE-DATA-by-BY-seedN if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Of the division and of every training.")] = 0,
    jobs: Annotated[int, typer.Option(help="Trainings at a time; they share the processors.", min=1)] = 1,
    epochs: Annotated[int | None, typer.Option(help="Short for --set training.epochs=N.", min=1)] = None,
    protocol: Annotated[str | None, typer.Option(help="honest (default), published or both.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a setting of the recipe; may be repeated.")
    ] = None,
) -> None:
    """Cross-validate a recipe; the same command goes on where a killed one was.

    Examples: auscult crossval heart-cnn --data physionet2016 --root data/physionet2016 --folds 10 --by subject --jobs 2

    auscult crossval heart-mel --data physionet2016 --root data/physionet2016 --by database
    """
    changes = parse_settings(settings, {"training.epochs": epochs, "training.protocol": protocol}, data, task, None)

    from auscult.cli.progress import track
    from auscult.cli.show_folds import print_fold, print_folds
    from auscult.recordings.core import load_dataset
    from auscult.training.crossval import cross_validate
    from auscult.training.folds import UNITS
    from auscult.training.recipe import load_recipe

    if by not in UNITS:
        raise AuscultError(f"--by {by} is unknown; choose one of {', '.join(UNITS)}.")
    resolved = load_recipe(recipe, changes)
    out = out or Path("runs") / f"{resolved.name}-{resolved.data.name}-by-{by}-seed{seed}"
    console = Console()

    def report(name: str, run: "RunFolder") -> None:
        print_fold(name, run.predictions, console)

    dataset = load_dataset(resolved.data.name, root)
    say_short(resolved, dataset)
    whole = cross_validate(
        resolved,
        dataset,
        out,
        by=by,
        folds=folds,
        seed=seed,
        jobs=jobs,
        progress=track("Preparing pictures"),
        report=report,
        quiet=jobs > 1,
    )
    print_folds(whole.predictions, console)
    typer.echo(f"Folder: {whole.path}")
