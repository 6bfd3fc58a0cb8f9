"""A recording as it was read → the windows that a model hears in it: one way for analysis and for scoring."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.analysis.model import OnnxModel
from auscult.analysis.sound import Heard, hear_samples
from auscult.analysis.windows import Windows, join_windows, run_parts
from auscult.signal.level import FRAME_SECONDS, SILENCE
from auscult.signal.quality.meter import SHORT_SECONDS

HEARD_SHARE = 0.5
"""A window of which less than this share is sound, the rest digital silence, gets no answer."""


def prepare(samples: NDArray[np.float32], card: Card) -> NDArray[np.float32]:
    """Preprocess a recording as the card says, its level included.

    Parameters
    ----------
    samples
        The whole recording as it was read, (n,) at ``card.rate``.
    card
        The model's.

    Returns
    -------
    ndarray
        (m,); m exceeds n where the card wants short recordings repeated.
    """
    return card.preprocess(samples, card.rate)


def listen(model: OnnxModel, samples: NDArray[np.float32], sound: NDArray[np.float32]) -> Windows:
    """Run a model over a recording and keep the windows in which there is something to hear.

    Left out are windows of digital silence: a model has nothing to go by there, but answers all the same. Where a short
    recording was repeated, no window begins after its true end, and none is said to last longer.

    Parameters
    ----------
    model
        A trained model.
    samples
        The recording as it was read, (n,).
    sound
        What `prepare` made of it, (m,).

    Returns
    -------
    Windows
        With the probabilities as the model gives them; none where the recording is silent, or is after preprocessing.
    """
    return join_windows([no_windows(model.card), *listen_parts(model, hear_samples(samples, sound, model.card.rate))])


def listen_parts(model: OnnxModel, heard: Heard) -> Iterator[Windows]:
    """`listen` for a recording of any length: the windows of one chunk after the other."""
    seconds = heard.seconds
    if heard.after.is_silent or (heard.sound.size > heard.samples.size and seconds < SHORT_SECONDS):
        return
    for part in run_parts(model, heard.sound):
        windows = replace(part, ends=np.minimum(part.ends, seconds)).where(part.starts < seconds)
        yield windows.where(_sounding(windows, heard.before.rms))


def no_windows(card: Card) -> Windows:
    """Windows of a recording in which there is nothing to hear."""
    return Windows(np.empty(0), np.empty(0), np.empty((0, len(card.classes)), dtype=np.float32))


def _sounding(windows: Windows, rms: NDArray[np.float32]) -> list[bool]:
    """Whether enough of each window is more than digital silence."""
    sound = rms > SILENCE  # (frames,)
    first = np.minimum((windows.starts / FRAME_SECONDS).astype(int), len(sound) - 1)
    stop = np.maximum(first + 1, np.round(windows.ends / FRAME_SECONDS).astype(int))
    return [bool(sound[a:b].mean() >= HEARD_SHARE) for a, b in zip(first, stop, strict=True)]
