"""Learning curves: what was logged after each epoch, over the folds of a cross-validation as mean and range."""

import textwrap
import warnings
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from auscult.evaluation.metrics import SCORE_TITLES
from auscult.evaluation.report import style
from auscult.evaluation.report.history import History, stack
from auscult.evaluation.report.run import Run
from auscult.figures import new_figure
from auscult.recordings.tasks import get_task

_SHORT = 20
"""Up to so many epochs each is a dot too."""
_TITLE_LETTERS = 58
"""That fit above a panel."""


def draw_curves(runs: Sequence[Run]) -> Figure | None:
    """Draw a panel for each of training loss, validation loss, accuracy and score that was logged; None where nothing was.

    Of two stages the encoder's training loss has a panel of its own, and the others are of the second stage. The score is the
    one by which the epoch is chosen; a diamond marks the chosen epoch of each training. Where a training called nearly
    everything normal its score was logged as 0, which is no score: the line is interrupted.
    """
    titles = {name: title for name, title in _titles(runs).items() if any(_has(run.histories, name) for run in runs)}
    if not titles:
        return None
    columns, rows = min(2, len(titles)), (len(titles) + 1) // 2
    figure = new_figure(style.WIDTH, 1.0 + 2.9 * rows)
    axes = figure.subplots(rows, columns, squeeze=False)
    for axis, (name, title) in zip(axes.flat, titles.items(), strict=False):
        _draw_panel(axis, runs, name)
        style.dress(axis, textwrap.fill(title, _TITLE_LETTERS, break_on_hyphens=False))
    for axis in axes.flat[len(titles) :]:
        axis.set_axis_off()
    for axis in axes.flat[: len(titles)][-columns:]:  # the lowest of each column
        axis.set_xlabel("epoch", color=style.INK, fontsize=10)
    style.add_legend(figure, [run.label for run in runs])
    style.add_caption(figure, _caption(runs))
    return figure


def _has(histories: Sequence[History], name: str) -> bool:
    return any(name in history.values for history in histories)


def _titles(runs: Sequence[Run]) -> dict[str, str]:
    """What is drawn, by logged name. Protocol published has no validation patients: its epoch is chosen on the test side."""
    two = [run for run in runs if len(run.stages) > 1]
    encoders, losses = ", ".join(sorted({run.stages[0] for run in two})), ", ".join(sorted({run.stages[-1] for run in runs}))
    second = "" if not two else "second stage: " if len(two) == len(runs) else "second or only stage: "
    sides = {"test" if run.protocol == "published" else "validation" for run in runs}
    side = " or ".join(sorted(sides, reverse=True))
    return {
        "encoder_loss": f"first stage: the encoder's loss ({encoders})",
        "loss": f"{second}training loss ({losses})",
        "validation_loss": f"{side} loss (cross-entropy)",
        "validation_accuracy": f"{side} accuracy",
        "score": f"{side} {SCORE_TITLES[get_task(runs[0].task).scoring]}, by which the epoch is chosen",
    }


def _draw_panel(axis: Axes, runs: Sequence[Run], name: str) -> None:
    for color, run in zip(style.COLORS, runs, strict=False):
        values = _known(stack(list(run.histories), name), name)
        if np.isnan(values).all():
            continue
        _draw_line(axis, values, color)
        if name == "score":
            _mark_chosen(axis, run.histories, values, color)
            test = stack(list(run.histories), "published_score")
            if not np.isnan(test).all():
                axis.plot(*_mean(_known(test, name)), color=color, linewidth=1.2, linestyle=":")
    axis.grid(axis="y", color=style.GRID, linewidth=0.8)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _mark_chosen(axis: Axes, histories: Sequence[History], values: NDArray[np.float64], color: str) -> None:
    """A diamond at the chosen epoch of each training (trainings, epochs)."""
    chosen = [(row, history.chosen) for row, history in enumerate(histories) if history.chosen is not None]
    epochs, scores = [epoch + 1 for _, epoch in chosen], [values[row, epoch] for row, epoch in chosen]
    size = 48 if len(scores) == 1 else 26
    axis.scatter(epochs, scores, s=size, marker="D", color=color, edgecolor="white", linewidth=0.7, zorder=3)


def _known(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    return np.where(values == 0, np.nan, values) if name == "score" else values


def _draw_line(axis: Axes, values: NDArray[np.float64], color: str) -> None:
    """The mean over trainings (trainings, epochs), and from the lowest to the highest as a band."""
    epochs, mean = _mean(values)
    axis.plot(epochs, mean, color=color, linewidth=1.8, marker="." if len(epochs) <= _SHORT else None)
    if len(values) > 1:
        known = ~np.isnan(mean)
        low, high = np.nanmin(values[:, known], axis=0), np.nanmax(values[:, known], axis=0)
        axis.fill_between(epochs[known], low, high, color=color, alpha=0.15, linewidth=0)


def _mean(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Epochs counted from 1, and the mean over the trainings that know each (trainings, epochs) → (epochs,)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an epoch that no training knows is NaN
        return np.arange(values.shape[1]) + 1, np.nanmean(values, axis=0)


def _caption(runs: Sequence[Run]) -> str:
    histories = [history for run in runs for history in run.histories]
    said = {
        "line: mean over folds; band: lowest to highest fold": any(len(run.histories) > 1 for run in runs),
        "two stages: the encoder, then a classifier on the encoder of the last epoch": _has(histories, "encoder_loss"),
        "diamond: the epoch that was chosen": any(history.chosen is not None for history in histories),
        "dotted: on the test side": _has(histories, "published_score"),
    }
    return "; ".join(text for text, holds in said.items() if holds)
