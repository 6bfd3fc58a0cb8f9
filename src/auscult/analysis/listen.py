"""A recording as it was read → the windows that a model hears in it: one way for analysis and for scoring."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.analysis.model import OnnxModel
from auscult.analysis.windows import Windows, run_windows
from auscult.signal.level import FRAME_SECONDS, SILENCE, frame_rms
from auscult.signal.quality import SHORT_SECONDS

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
    seconds = samples.size / model.card.rate
    windows = run_windows(model, sound)
    windows = replace(windows, ends=np.minimum(windows.ends, seconds)).where(windows.starts < seconds)
    if is_silent(sound, model.card.rate) or (sound.size > samples.size and seconds < SHORT_SECONDS):
        return windows.where(np.zeros(len(windows), dtype=bool))
    return windows.where(_heard(windows, samples, model.card.rate))


def is_silent(samples: NDArray[np.float32], rate: int) -> bool:
    """Whether there is nothing but digital silence, or a constant."""
    return bool(np.all(frame_rms(samples, rate) <= SILENCE))


def _heard(windows: Windows, samples: NDArray[np.float32], rate: int) -> list[bool]:
    sound = frame_rms(samples - samples.mean(dtype=np.float64).astype(np.float32), rate) > SILENCE  # (frames,)
    first = np.minimum((windows.starts / FRAME_SECONDS).astype(int), len(sound) - 1)
    stop = np.maximum(first + 1, np.round(windows.ends / FRAME_SECONDS).astype(int))
    return [bool(sound[a:b].mean() >= HEARD_SHARE) for a, b in zip(first, stop, strict=True)]
