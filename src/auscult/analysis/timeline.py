"""Window probabilities → an answer for the whole recording, and one for every moment of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.analysis.windows import Windows

TOP_SHARE = 0.1
TOP_AT_LEAST = 4
"""A recording is judged by its most abnormal tenth, and by no fewer than this many windows."""


@dataclass(frozen=True, eq=False)
class Timeline:
    """Probabilities at every moment: means over the windows that cover it.

    Attributes
    ----------
    frame_seconds
        Step between two moments; frame t lasts from ``t * frame_seconds`` to the next.
    abnormal
        Probability that something is heard, (frames,); NaN where no window lies.
    labels
        The same for each label (``crackle``, ``wheeze``).
    """

    frame_seconds: float
    abnormal: NDArray[np.float64]
    labels: Mapping[str, NDArray[np.float64]]


def shift_normal(probabilities: NDArray[np.float32], offset: float) -> NDArray[np.float32]:
    """Add ``offset`` to the logarithm of the normal class, (…, classes); then the most probable class is the answer.

    With the card's offset this is the decision that was scored (`auscult.evaluation.decision`), spread over all classes so that
    the numbers shown agree with the answer given.
    """
    weights = np.ones(probabilities.shape[-1], dtype=np.float32)
    weights[0] = math.exp(offset)
    shifted = probabilities * weights
    return shifted / shifted.sum(axis=-1, keepdims=True)


def label_probabilities(probabilities: NDArray[np.float32], card: Card) -> dict[str, NDArray[np.float64]]:
    """Class probabilities (windows, classes) → by label, (windows,): ``both`` is added to crackle and to wheeze."""
    return {label: probabilities[:, list(numbers)].sum(axis=1, dtype=np.float64) for label, numbers in card.labels.items()}


def kind_probabilities(probabilities: NDArray[np.float32], label: str, card: Card) -> dict[str, NDArray[np.float64]]:
    """Class probabilities (windows, classes) → by kind of a label, (windows,); empty where the model knows no kinds."""
    kinds = card.kinds.get(label, {})
    return {kind: probabilities[:, list(numbers)].sum(axis=1, dtype=np.float64) for kind, numbers in kinds.items()}


def pool_kinds(probabilities: NDArray[np.float32], card: Card) -> dict[str, float]:
    """Whether each kind of sound is heard anywhere in a recording: as `recording_probabilities` does it for crackles.

    Parameters
    ----------
    probabilities
        With the card's offset, (windows, classes), at least one window.
    card
        The model's.

    Returns
    -------
    dict
        Such as ``{'coarse_crackle': 0.1, 'fine_crackle': 0.8, 'rhonchus': 0.0, …}``; empty where the model knows no kinds.
    """
    return {
        kind: _mean_of_highest(values)
        for label in card.kinds
        for kind, values in kind_probabilities(probabilities, label, card).items()
    }


def pool_windows(probabilities: NDArray[np.float32], card: Card) -> NDArray[np.float64]:
    """Probabilities of a whole recording's answers, with the card's offset: the most probable one is the answer.

    The offset stands where it was chosen. With ``top`` that is at single windows, which are shifted before the most abnormal
    decide (`recording_probabilities`); with ``mean`` at whole recordings, so that the mean over the windows is shifted.

    Parameters
    ----------
    probabilities
        As the model gives them, (windows, classes), at least one window.
    card
        The model's.

    Returns
    -------
    ndarray
        (answer classes,), adding up to 1.
    """
    if card.pooling == "mean":
        return card.to_answers(shift_normal(probabilities.mean(axis=0), card.normal_offset))
    return recording_probabilities(card.to_answers(shift_normal(probabilities, card.normal_offset)), card.answer_classes)


def recording_probabilities(probabilities: NDArray[np.floating], classes: Sequence[str]) -> NDArray[np.float64]:
    """Class probabilities of a whole recording, from its most abnormal part.

    A mean over all windows would hide a minute of crackles in ten minutes; the largest value would be at the mercy of one
    window that errs. So the mean over the highest tenth of the windows, but at least four of them (one breath), says whether
    anything abnormal is heard, whether crackles are, and whether wheezes are. Where the classes are the four of icbhi-4 these
    three are put together: a recording with crackles in one place and wheezes in another has both.

    Parameters
    ----------
    probabilities
        (windows, classes), at least one window.
    classes
        Names of the classes.

    Returns
    -------
    ndarray
        (classes,), adding up to 1.
    """
    wide = probabilities.astype(np.float64)
    if tuple(classes) != ("normal", "crackle", "wheeze", "both"):
        most_abnormal = np.argsort(wide[:, 0], kind="stable")[: _top(len(wide))]
        return wide[most_abnormal].mean(axis=0)
    abnormal, crackle, wheeze = (_mean_of_highest(wide[:, list(c)].sum(axis=1)) for c in ((1, 2, 3), (1, 3), (2, 3)))
    # P(crackle and wheeze) = P(crackle) + P(wheeze) - P(either). None is negative: of sums, the mean of the highest is at most
    # the sum of the means of the highest.
    answer = np.array([1 - abnormal, abnormal - wheeze, abnormal - crackle, crackle + wheeze - abnormal])
    return np.clip(answer, 0.0, 1.0)


def make_timeline(windows: Windows, card: Card, seconds: float) -> Timeline:
    """Means over the windows that cover each moment of a recording of ``seconds``."""
    labels = label_probabilities(windows.probabilities, card)
    abnormal = 1.0 - windows.probabilities[:, 0].astype(np.float64)
    rows = overlap_mean(np.stack([abnormal, *labels.values()]), windows, card.frame_seconds, seconds)
    return Timeline(card.frame_seconds, rows[0], dict(zip(labels, rows[1:], strict=True)))


def overlap_mean(values: NDArray[np.float64], windows: Windows, frame_seconds: float, seconds: float) -> NDArray[np.float64]:
    """Values of windows (rows, windows) → means over the windows that cover each frame, (rows, frames); NaN for none."""
    frames = frame_count(seconds, frame_seconds)
    first = np.minimum(np.round(windows.starts / frame_seconds).astype(int), frames - 1)
    stop = np.clip(np.round(windows.ends / frame_seconds).astype(int), first + 1, frames)
    stop[windows.ends > seconds - frame_seconds] = frames  # to the very end
    changes = np.zeros((len(values) + 1, frames + 1))  # the last row counts windows
    given = np.vstack([values, np.ones(len(windows))])
    for window in range(len(windows)):
        changes[:, first[window]] += given[:, window]
        changes[:, stop[window]] -= given[:, window]
    sums = changes.cumsum(axis=1)[:, :-1]
    count = np.round(sums[-1])
    return np.where(count > 0, np.maximum(sums[:-1], 0.0) / np.maximum(count, 1), np.nan)


def find_bins(timeline: Timeline, bins: int) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Find the highest probability in each of ``bins`` equal stretches of time, for a line of so many columns.

    Returns
    -------
    abnormal
        (bins,), or (frames,) where there are fewer frames; NaN where no window lies.
    labels
        The same by label.
    """
    frames = len(timeline.abnormal)
    first = np.arange(min(bins, frames)) * frames // min(bins, frames)
    return (
        np.fmax.reduceat(timeline.abnormal, first),
        {label: np.fmax.reduceat(values, first) for label, values in timeline.labels.items()},
    )


def frame_count(seconds: float, frame_seconds: float) -> int:
    """Frames that a recording has."""
    return max(1, math.ceil(seconds / frame_seconds - 1e-6))


def _top(windows: int) -> int:
    return min(windows, max(TOP_AT_LEAST, round(TOP_SHARE * windows)))


def _mean_of_highest(values: NDArray[np.float64]) -> float:
    return float(np.sort(values)[-_top(len(values)) :].mean())
