"""Cross-validations on the terminal: a line for each fold, then the spread over folds and all answers taken together."""

import math
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.cli.show import print_summaries
from auscult.evaluation.over_folds import scores_by_fold, spread_over_folds
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.spread import Spread
from auscult.evaluation.summary import summarize

TITLES = {"macc": "MAcc", "auroc": "AUROC", "f1": "F1"}


def print_fold(name: str, predictions: Path, console: Console) -> None:
    """Print how a finished fold scores on its test side."""
    test = Predictions.load(predictions)
    summary = summarize(test.where(test.splits == name), draws=2)
    score = "–" if math.isnan(summary.scores.score) else f"{100 * summary.scores.score:.1f}"
    console.print(f"{name}: Score {score}, AUROC {summary.auroc:.3f}, {summary.segments} answers", highlight=False)


def print_folds(predictions: Path, console: Console) -> None:
    """Print the spread over folds, then the scores of all answers together."""
    answers = Predictions.load(predictions)
    console.print(spread_table(spread_over_folds(answers), folds=len(scores_by_fold(answers))))
    print_summaries([summarize(answers)], console)


def spread_table(spread: dict[str, Spread], *, folds: int) -> Table:
    """Lay out mean ± standard deviation of each score, times 100 but for AUROC."""
    table = Table(box=box.SIMPLE_HEAD, title=f"mean ± sd over {folds} folds", title_style="dim", pad_edge=False)
    for name in spread:
        table.add_column(TITLES.get(name, name.replace("_", " ")), justify="center")
    table.add_row(*(_cell(name, value, folds) for name, value in spread.items()))
    return table


def _cell(name: str, spread: Spread, folds: int) -> Text:
    scale, decimals = (1, 3) if name == "auroc" else (100, 1)
    if not spread.known:
        return Text("–")
    text = Text(f"{scale * spread.mean:.{decimals}f}")
    if not math.isnan(spread.deviation):
        text.append(f" ± {scale * spread.deviation:.{decimals}f}", style="dim")
    if spread.known < folds:
        text.append(f" ({spread.known} folds)", style="dim")
    return text
