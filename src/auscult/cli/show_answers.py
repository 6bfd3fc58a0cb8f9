"""The answers to several recordings: gathered, written to files, and shown as one or as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from auscult.analysis.card import Card
from auscult.analysis.many import Answered
from auscult.analysis.report.csv_file import make_csv
from auscult.analysis.report.row import Row
from auscult.analysis.result_json import join_json, save_json
from auscult.cli.show_analysis import brief_row, show_analysis, show_rows
from auscult.cli.show_cycles import show_cycles
from auscult.files import as_text, write_whole


@dataclass(frozen=True)
class Results:
    """What is made of the answers.

    Attributes
    ----------
    json, csv, html
        As the command's options.
    several
        Whether they are a list, however many there are.
    assumed
        Whether nobody asked for the organ.
    by_cycle
        Whether breathing cycles are shown.
    """

    json: str | None
    csv: Path | None
    html: Path | None
    several: bool
    assumed: bool
    by_cycle: bool = False


def gather(answers: Iterator[Answered], files: Sequence[Path], card: Card, wanted: Results) -> bool:
    """Show answers and write them to files; whether any recording went wrong."""
    console, quiet = Console(), wanted.json == "-"
    texts: list[str] = []
    table: list[Row | tuple[str, str]] = []
    failed = 0
    for file, answered in zip(files, answers, strict=True):
        failed += answered.problem is not None
        table.append(answered.row or (as_text(file), as_text(answered.problem or "")))
        if answered.json is not None:
            texts.append(answered.json)
        if answered.analysis is not None and not quiet:
            show_analysis(answered.analysis, console, assumed=wanted.assumed)
            if wanted.by_cycle:
                show_cycles(answered.analysis, console)
    rows = [row for row in table if isinstance(row, Row)]
    if wanted.several and not quiet:
        _show_several(rows, failed, console, card, wanted)
    _write(texts, table, wanted)
    return failed > 0


def _show_several(rows: Sequence[Row], failed: int, console: Console, card: Card, wanted: Results) -> None:
    """Print a table, or where there is a report how often each finding stands in it, and where it is."""
    if wanted.html is None:
        if rows:
            show_rows([brief_row(row, console) for row in rows], console, card, assumed=wanted.assumed)
        return
    found = [f"{number} {finding}" for finding, number in Counter(row.finding for row in rows).most_common()]
    lines = [" · ".join([*found, *([f"{failed} went wrong"] if failed else [])])]
    for line in [*lines, f"{wanted.html / 'index.html'}: {len(rows)} recordings"]:
        console.print(Text(line), soft_wrap=True)


def _write(texts: Sequence[str], table: Sequence[Row | tuple[str, str]], wanted: Results) -> None:
    if wanted.json == "-":
        typer.echo(join_json(texts, as_list=wanted.several), nl=False)
    elif wanted.json is not None and texts:
        save_json(texts, wanted.json, as_list=wanted.several)
    if wanted.csv is not None:
        write_whole(wanted.csv, make_csv(table).encode())
