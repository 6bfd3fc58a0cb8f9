"""Scores of two-class tasks in the words of statistics. **Positive is always the class that is not normal** (index 1)."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.evaluation.metrics import confusion_matrix, ratio
from auscult.evaluation.number import Number


@dataclass(frozen=True)
class BinaryScores:
    """Six scores of a two-class task, each from 0 to 1; positive = the class that is not normal.

    A score is NaN where its denominator is zero; it is never set to 0 or 1 by convention.

    Attributes
    ----------
    accuracy
        Right answers / all answers; NaN without answers.
    recall
        Sensitivity, Se: positives found / positives; NaN without positives.
    precision
        Positives found / answers "positive"; NaN where nothing was answered positive.
    f1
        2 found / (positives + answers "positive"), which is 2 · precision · recall / (precision + recall); NaN only without
        positives in truth and answers.
    specificity
        Sp: normal ones answered normal / normal ones; NaN without normal ones.
    macc
        (Sp + Se) / 2, the mean of specificity and recall ("balanced accuracy"); NaN unless there are both.
    """

    accuracy: Number
    recall: Number
    precision: Number
    f1: Number
    specificity: Number
    macc: Number


BINARY_NAMES: tuple[str, ...] = tuple(field.name for field in fields(BinaryScores))


def binary_from_confusion(confusion: ArrayLike) -> NDArray[np.float64]:
    """Read the six scores off one confusion matrix or a stack of them; positive = the class that is not normal.

    Parameters
    ----------
    confusion
        (…, 2, 2), rows the truth, columns the answer, the normal class first.

    Returns
    -------
    NDArray[np.float64]
        (…, 6) in the order of `BINARY_NAMES`; NaN as in `BinaryScores`.

    Examples
    --------
    Of 8 normal recordings 6 are right, of 4 abnormal ones 3:

    >>> binary_from_confusion([[6, 2], [1, 3]]).tolist()
    [0.75, 0.75, 0.6, 0.6666666666666666, 0.75, 0.75]
    """
    counts = np.asarray(confusion, dtype=np.float64)
    right_normal, false_alarm = counts[..., 0, 0], counts[..., 0, 1]
    missed, found = counts[..., 1, 0], counts[..., 1, 1]
    accuracy = ratio(right_normal + found, counts.sum(axis=(-2, -1)))
    recall = ratio(found, missed + found)
    precision = ratio(found, false_alarm + found)
    f1 = ratio(2 * found, missed + 2 * found + false_alarm)
    specificity = ratio(right_normal, right_normal + false_alarm)
    return np.stack([accuracy, recall, precision, f1, specificity, (specificity + recall) / 2], axis=-1)


def binary_scores(truth: ArrayLike, predicted: ArrayLike) -> BinaryScores:
    """Score answers to a two-class task; positive = the class that is not normal.

    Parameters
    ----------
    truth, predicted
        Class indices, (n,): 0 normal, 1 positive.
    """
    return BinaryScores(*binary_from_confusion(confusion_matrix(truth, predicted, 2)).tolist())
