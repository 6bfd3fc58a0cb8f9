"""Spectrograms of recordings before and after preprocessing, and the picture that the model is given."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from numpy.typing import NDArray

from auscult.evaluation.report import style
from auscult.evaluation.report.examples import Example, Preparation
from auscult.features.settings import SpectrogramSettings
from auscult.figures import new_figure
from auscult.signal.preprocess import Preprocess

_DYNAMICS = 60.0
"""dB from the darkest to the brightest colour."""
_COLUMN_INCHES = 4.6


def draw_examples(examples: Sequence[Example], preparation: Preparation) -> Figure:
    """Draw a column for each recording; before and after are dB below the loudest moment before, in the same colours."""
    figure = new_figure(max(style.WIDTH, 1.4 + _COLUMN_INCHES * len(examples)), 8.2)
    axes = figure.subplots(3, len(examples), squeeze=False, sharex="col")
    given, fine = preparation.features, preparation.fine
    for column, example in zip(axes.T, examples, strict=True):
        loudest = float(example.before.max())
        image = _draw(column[0], example.before - loudest, fine)
        _draw(column[1], example.after - loudest, fine)
        _draw(column[2], example.given - float(example.given.max()), given)
        style.dress(column[0], f"{example.title}\nbefore")
        style.dress(column[1], f"after {describe(preparation.signal)}")
        style.dress(column[2], f"what {preparation.recipe} is given: {' × '.join(map(str, example.given.shape))}")
        column[2].set_xlabel("time (s)", color=style.INK, fontsize=10)
        column[2].set_xlim(left=0)  # after all are drawn: a short recording is longer where it was repeated
    for row in axes:
        row[0].set_ylabel("Hz", color=style.INK, fontsize=10)
    bar = figure.colorbar(image, ax=axes, location="right", shrink=0.5, aspect=30, pad=0.01)
    bar.set_label("dB, 0 = the loudest moment", color=style.INK, fontsize=10)
    style.add_caption(
        figure, "before and after: below the loudest moment before; the model's picture: below its own loudest moment"
    )
    return figure


def describe(signal: Preprocess) -> str:
    """Say in a few words what is done to the samples."""
    band = [f"band-pass {signal.band[0]:g}–{signal.band[1]:g} Hz"] if signal.band else []
    wavelet = [f"denoising ({signal.wavelet})"] if signal.wavelet else []
    return " and ".join(band + wavelet)


def _draw(axis: Axes, decibels: NDArray[np.float32], settings: SpectrogramSettings) -> ScalarMappable:
    """Draw (bands, frames) in dB below 0 over seconds and Hz."""
    first = (settings.span_seconds - settings.frame_seconds) / 2  # a frame stands at the middle of its window
    edges = first + settings.frame_seconds * np.arange(decibels.shape[1] + 1)
    high = settings.high or settings.rate / 2
    if settings.scale == "linear":
        limits = np.linspace(settings.low, high, len(decibels) + 1)
    else:
        centres = settings.centres()
        limits = np.concatenate([[settings.low], (centres[1:] + centres[:-1]) / 2, [high]])
    image = axis.pcolorfast(edges, limits, decibels, cmap="magma", vmin=-_DYNAMICS, vmax=0)
    axis.set_facecolor("black")
    axis.set_ylim(0, settings.rate / 2)
    return image
