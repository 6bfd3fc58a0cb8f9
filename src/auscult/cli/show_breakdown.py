"""Break-downs on the terminal: a row for each group, the worst one marked, and what they come to together."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from auscult.cli.show import number, score_cell
from auscult.evaluation.breakdown import Breakdown
from auscult.evaluation.metrics import SCORE_TITLES
from auscult.evaluation.summary import Summary
from auscult.recordings.tasks import get_task

_WORST_STYLE = "red"


def print_breakdowns(breakdowns: Sequence[Breakdown], console: Console) -> None:
    """Print several break-downs one below the other."""
    for breakdown in breakdowns:
        heading = Text(f"{breakdown.task} · {breakdown.split} · by {breakdown.by}", style="bold")
        caption = Text("\n".join(_captions(breakdown)), style="dim")
        console.print(Group(heading, breakdown_table(breakdown), caption))


def breakdown_table(breakdown: Breakdown) -> Table:
    """Lay out a row for each group: how many segments, patients and normal segments, and scores times 100 over intervals."""
    table = Table(box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    table.add_column(breakdown.by, overflow="fold")
    for title in ("n", "patients", get_task(breakdown.task).normal):
        table.add_column(title, justify="right")
    for title in ("Sp", "Se", _score_name(breakdown), "AUROC"):
        table.add_column(title, justify="center", header_style="bold")
    for name, group in breakdown.groups.items():
        worst = name == breakdown.worst and breakdown.gap > 0
        table.add_row(Text(f"{name}\nworst" if worst else name), *_cells(group), style=_WORST_STYLE if worst else "")
    return table


def _cells(group: Summary) -> Iterator[Text]:
    normal = next(iter(group.class_counts.values()))
    yield from (Text(str(count)) for count in (group.segments, group.patients, normal))
    for name in ("specificity", "sensitivity", "score"):
        yield score_cell(getattr(group.scores, name), group.intervals[name], bold=name == "score")
    yield Text(number(group.auroc, 3))


def _captions(breakdown: Breakdown) -> Iterator[str]:
    score = _score_name(breakdown)
    counted = len(breakdown.groups) - len(breakdown.left_out)
    if counted:
        low, high = (number(100 * end, 1) for end in breakdown.mean_interval)
        mean = number(100 * breakdown.mean, 2)
        interval = f" ({low}–{high})" if breakdown.mean_interval.low >= 0 else ""  # not NaN
        yield f"mean over {counted} {'group' if counted == 1 else 'groups'}: {score} {mean}{interval}"
    if counted > 1:
        yield f"gap {number(100 * breakdown.gap, 2)}: worst {breakdown.worst}, best {breakdown.best}"
    if breakdown.left_out:
        yield f"left out, having no normal or nothing but normal: {', '.join(breakdown.left_out)}"
    if breakdown.unknown:
        yield f"{breakdown.by} not known: {breakdown.unknown}"


def _score_name(breakdown: Breakdown) -> str:
    return SCORE_TITLES[get_task(breakdown.task).scoring]
