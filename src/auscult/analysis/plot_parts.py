"""What the pictures of lung and heart sounds have in common."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from auscult.analysis.attention import frame_range
from auscult.analysis.overview import Overview
from auscult.analysis.result import Analysis
from auscult.analysis.result_json import DISCLAIMER
from auscult.errors import AuscultError

INK = "#333333"
LABEL_COLORS = {"crackle": "#D55E00", "wheeze": "#0072B2", "abnormal": "#C53030"}
"""Okabe and Ito's palette, which the colour-blind can tell apart."""
OTHER_COLOR = "#009E73"
ABNORMAL_COLOR = "#555555"
SPECTROGRAM_STYLE: dict[str, Any] = {"origin": "lower", "aspect": "auto", "cmap": "Greys", "vmin": 0.0, "vmax": 1.0}
_QUIET_PERCENTILE, _LOUD_PERCENTILE = 10, 99.9
_LONGEST_NAME = 44


class Shades(NamedTuple):
    """A spectrogram to draw: values from 0 (quiet) to 1 (loud), (bins, columns), and the limits of its frequencies in Hz."""

    values: NDArray[np.float32]
    limits: tuple[float, float]


def shade_spectrogram(analysis: Analysis, *, highest: float, columns: int | None = None) -> Shades:
    """Make the spectrogram from 0 Hz to ``highest``, or to the bin above it, of no more than so many columns."""
    decibels = overview_of(analysis).decibels
    if columns is not None and columns < decibels.shape[1]:
        begins = np.arange(columns) * decibels.shape[1] // columns
        decibels = np.add.reduceat(decibels, begins, axis=1) / np.diff(begins, append=decibels.shape[1])
    bin_hz = analysis.rate / 2 / (len(decibels) - 1)
    decibels = decibels[: math.ceil(highest / bin_hz - 1e-6) + 1]
    quiet, loud = np.percentile(decibels, [_QUIET_PERCENTILE, _LOUD_PERCENTILE])
    values = np.clip((decibels - quiet) / max(loud - quiet, 1.0), 0.0, 1.0).astype(np.float32)
    return Shades(values, (-bin_hz / 2, (len(values) - 0.5) * bin_hz))


def overview_of(analysis: Analysis) -> Overview:
    """The overview that a picture is made of.

    Raises
    ------
    AuscultError
        Where it was taken away (`auscult.analysis.result.Analysis.without_pictures`).
    """
    if analysis.overview is None:
        raise AuscultError(f"The analysis of {analysis.file} was kept without its pictures: analyse the recording again.")
    return analysis.overview


def cut_columns(picture: NDArray[np.float32], start: float, end: float, seconds: float) -> NDArray[np.float32]:
    """Cut out the columns between two times of a picture that lasts ``seconds``."""
    columns = picture.shape[1]
    first = min(round(start / seconds * columns), columns - 1)
    return picture[:, first : max(first + 1, round(end / seconds * columns))]


def draw_timeline(analysis: Analysis, axis: Axes, start: float, end: float, *, name: str = "probability") -> None:
    """Draw the probabilities along time."""
    axis.set_ylim(0, 1)
    axis.set_yticks([0, 0.5, 1], ["0", "½", "1"])
    axis.set_ylabel(name, color=INK, fontsize=9)
    axis.grid(axis="y", color="#dddddd", linewidth=0.8)
    axis.spines[["top", "right"]].set_visible(False)
    if analysis.timeline is None:
        return
    timeline = analysis.timeline
    first, stop = frame_range(timeline.frame_seconds, len(timeline.abnormal), start, end)
    shown = slice(max(first - 1, 0), stop + 1)
    time = (np.arange(len(timeline.abnormal)) + 0.5)[shown] * timeline.frame_seconds
    axis.fill_between(time, timeline.abnormal[shown], color=ABNORMAL_COLOR, alpha=0.15, linewidth=0)
    for label, probability in timeline.labels.items():
        axis.plot(time, probability[shown], color=LABEL_COLORS.get(label, OTHER_COLOR), linewidth=1.6)


def draw_words(analysis: Analysis, figure: Figure, facts: Sequence[str]) -> None:
    """Write the title with name, duration and some facts, and warnings and disclaimer at the foot."""
    name = Path(analysis.file).name
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    title = "   ·   ".join([short, f"{analysis.seconds:.1f} s", *facts])
    figure.suptitle(title.replace("$", r"\$"), x=0.01, ha="left", fontsize=12, color=INK)
    words = " · ".join([*analysis.warnings, f"model {analysis.model.name}", DISCLAIMER])
    figure.supxlabel(words.replace("$", r"\$"), x=0.01, ha="left", fontsize=8, color="#777777")


def tell_answer(analysis: Analysis) -> str:
    """The answer for the recording as words."""
    answer = analysis.recording
    if answer.probabilities is None:
        return "nothing can be told"
    return "   ".join(f"{name} {probability:.0%}" for name, probability in answer.probabilities.items())
