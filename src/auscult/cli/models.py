"""`auscult models`: the trained models that come with auscult."""

import typer


def models() -> None:
    """List the bundled models.

    Example: auscult models
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from auscult.analysis.card import load_card
    from auscult.analysis.model import BUNDLED, DEFAULTS, list_bundled

    names = list_bundled()
    if not names:
        typer.echo("This installation has no bundled models.")
        return
    table = Table("model", "organ", "unless named", "what it is", "task", "classes", "MB", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        card, size = load_card(BUNDLED / f"{name}.json"), (BUNDLED / f"{name}.onnx").stat().st_size
        table.add_row(
            name,
            card.organ,
            "answers" if name == DEFAULTS[card.organ] else "",
            card.title,
            card.task,
            ", ".join(card.classes),
            f"{size / 1e6:.1f}",
        )
    Console().print(table)
