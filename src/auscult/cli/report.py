"""`auscult report`: pictures and a page from run folders."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table as RichTable

    from auscult.evaluation.report.table import Table

_MOST_COLUMNS = 7
"""Tables with more show no second lines (deviations, intervals) on the terminal; the page does."""


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders of one task, at most 8.")],
    out: Annotated[Path, typer.Option(help="Folder for the pictures and report.html.")],
    root: Annotated[
        Path | None, typer.Option(help="Folder with the unpacked data set: also draw spectrograms before and after.")
    ] = None,
    recording: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Recording to draw; may be repeated; the first normal and abnormal one if not given."),
    ] = None,
) -> None:
    """Draw runs side by side: learning curves, scores, scores by database, spectrograms before and after preprocessing.

    Cross-validations show mean and spread over folds; what is not finished is shown as far as it is.

    Example: auscult report runs/heart-cnn runs/heart-cnn-raw --out report --root data/physionet2016
    """
    from rich.console import Console

    from auscult.evaluation.report.write import write_report

    console = Console()
    with Console(stderr=True).status("Drawing"):
        written = write_report(runs, out, root=root, recordings=recording or [])
    for table in written.tables:
        console.print(_layout(table))
    for note in written.notes:
        console.print(note, style="yellow", markup=False, highlight=False, soft_wrap=True)
    for file in written.files:
        typer.echo(file)


def _layout(table: "Table") -> "RichTable":
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    laid = RichTable(
        box=box.SIMPLE_HEAD, title=Text(table.title, style="bold"), caption=Text(table.caption, style="dim"), pad_edge=False
    )
    laid.title_justify = laid.caption_justify = "left"
    brief = len(table.header) > _MOST_COLUMNS
    for number, name in enumerate(table.header):
        laid.add_column(Text(name), justify="center" if number else "left", overflow="fold")
    for row in table.rows:
        laid.add_row(*(Text(cell.partition("\n")[0] if brief else cell) for cell in row))
    return laid
