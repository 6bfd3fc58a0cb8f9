"""`auscult recipes`: what can be trained."""

from typing import Annotated

import typer


def recipes(
    name: Annotated[str | None, typer.Argument(help="Print this recipe with every setting, defaults too.")] = None,
) -> None:
    """List the recipes, or print one.

    Examples: auscult recipes

    auscult recipes han > mine.yaml
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from auscult.training.recipe_file import list_recipes, load_recipe

    if name is not None:
        typer.echo(load_recipe(name).to_yaml(), nl=False)
        return
    every = [load_recipe(known) for known in list_recipes()]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("recipe", no_wrap=True)
    table.add_column("what it is")
    table.add_column("data", no_wrap=True)
    table.add_column("paper", no_wrap=True)
    for recipe in every:
        paper = recipe.paper.partition(":")[0]  # "S4", or "none"
        table.add_row(recipe.name, recipe.title, recipe.data.name, "" if paper == "none" else paper)
    console = Console()
    console.print(table)
    for paper in sorted({recipe.paper for recipe in every if not recipe.paper.startswith("none")}):
        console.print(paper, style="dim", highlight=False)
