"""`auscult sweep`: a recipe with several values of some settings, into one table."""

from collections.abc import Sequence
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
    Task,
    Weights,
    parse_setting,
    parse_settings,
    say_short,
)
from auscult.errors import AuscultError


def sweep(
    recipe: RecipeName,
    root: Root,
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=A,B,C",
            help="A setting and the values to compare; may be repeated. Commas inside [1, 2] or {a: 1, b: 2} part nothing. "
            "With one value it is the same for all. Options of model and objective need no .options: objective.temperature=….",
        ),
    ],
    one_at_a_time: Annotated[
        bool, typer.Option("--one-at-a-time", help="Not all combinations: each value beside the first one of the others.")
    ] = False,
    data: Data = None,
    task: Task = None,
    split: Annotated[str | None, typer.Option(help="Split; the data set's first if not given.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/RECIPE-DATA-SETTINGS if not given. Values may be added later.")
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Trainings of each combination, with the seeds 0, 1, ….", min=1)] = 1,
    jobs: Annotated[int, typer.Option(metavar="N", help="Trainings at a time; they share the processors.", min=1)] = 1,
    with_test: Annotated[
        bool,
        typer.Option(
            "--with-test",
            help="Show test scores too. Only for ablations that choose nothing: a setting chosen with an eye on the test side "
            "is tuned on it, and its score is no longer honest.",
        ),
    ] = False,
    epochs: Epochs = None,
    protocol: Protocol = None,
    weights: Weights = None,
) -> None:
    """Compare settings of a recipe on the validation patients; the same command goes on where a killed one was.

    Examples: auscult sweep ast-patchmix-cl --set objective.temperature=0.05,0.06,0.1 --root data/icbhi --out runs/temperature

    auscult sweep cnn6-ce --set training.learning_rate=0.001,0.0003 --set model.width=16,32 --seeds 3 --jobs 2 --root data/icbhi
    """
    several, fixed = _part(settings)

    from auscult.cli.show_sweep import SweepProgress, print_sweep
    from auscult.recordings.core import load_dataset
    from auscult.training.grid import combine, short_keys
    from auscult.training.recipe import load_recipe
    from auscult.training.sweep import Variant
    from auscult.training.sweep import sweep as run_sweep

    variants = []
    for chosen in combine(several, one_at_a_time=one_at_a_time):
        own = [f"{key}={text}" for key, text in chosen.items()]
        changes = parse_settings(
            [*fixed, *own], data=data, task=task, split=split, epochs=epochs, protocol=protocol, weights=weights
        )
        variants.append(Variant(dict(map(parse_setting, own)), load_recipe(recipe, changes)))
    first = variants[0].recipe
    out = out or Path("runs") / "-".join([first.name, first.data.name, *short_keys(list(several)).values()])
    dataset = load_dataset(first.data.name, root)
    say_short(first, dataset)
    show = SweepProgress(len(variants) * seeds, jobs)
    with show.bar:
        table = run_sweep(
            variants,
            dataset,
            out,
            seeds=seeds,
            jobs=jobs,
            with_test=with_test,
            checking=show.watch("Checking settings"),
            progress=show.watch("Preparing pictures"),
            report=show.report,
            quiet=jobs > 1,
        )
    print_sweep(table, Console())
    typer.echo(f"Table: {table.folder.table}")
    if table.failed:
        raise AuscultError(
            f"{len(table.failed)} of {len(variants) * seeds} runs went wrong; the same command tries them again."
        )


def _part(settings: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Part settings into those with several values, as texts by whole dotted name, and those with one, as they are."""
    from auscult.training.grid import split_values
    from auscult.training.recipe import full_key

    several: dict[str, list[str]] = {}
    fixed: dict[str, str] = {}
    for setting in settings:
        key, _, text = setting.partition("=")
        whole, values = full_key(key), split_values(text)
        if whole in several or whole in fixed:
            raise AuscultError(f"--set {key} is given twice; list all of its values in one.")
        if len(values) == 1:
            fixed[whole] = setting
        elif "" in values:
            raise AuscultError(f"--set {key} has an empty value between its commas; write null where nothing is meant.")
        else:
            several[whole] = values
    if not several:
        raise AuscultError(
            "Nothing is to be compared: give a --set several values, such as training.learning_rate=0.001,0.0003, or use "
            "auscult train."
        )
    return several, list(fixed.values())
