"""The scores of the field: specificity, pooled sensitivity, AS, HS and Score, all read off one confusion matrix.

**Sensitivity is pooled**: correctly named abnormal segments over all abnormal segments, whatever their class. It is not the
mean of the recalls of the abnormal classes, nor of all classes, and specificity is the recall of the normal class, not a mean
of one-against-rest specificities. Both macro-averaged variants are in circulation and both inflate the score: a model that
never once answered "normal" correctly (Sp = 0) was found to reach 0.55 with them (docs/protocol.md, "Wrong variants").
"""

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.evaluation.number import Number
from auscult.evaluation.weighted import weighted_accuracy
from auscult.recordings.tasks import Scoring, Task


@dataclass(frozen=True)
class Scores:
    """The five scores, each from 0 to 1.

    A score is NaN where it has no meaning: specificity without normal segments, sensitivity without abnormal ones, and the
    other three unless there are both (weighted accuracy only where there is nothing to score).

    Attributes
    ----------
    specificity
        Sp: correct normal segments / normal segments.
    sensitivity
        Se: abnormal segments given their exact class / abnormal segments.
    average_score
        AS = (Sp + Se) / 2.
    harmonic_score
        HS = 2 Sp Se / (Sp + Se); 0 where both are 0.
    score
        What the task is ranked by: AS for ICBHI tasks; AS too, there called MAcc, for heart-2; (AS + HS) / 2 for SPRSound
        tasks; weighted accuracy for CirCor tasks (`auscult.evaluation.weighted`).

    References
    ----------
    ICBHI: B. M. Rocha et al., "An open access database for the evaluation of respiratory sound classification algorithms",
    Physiological Measurement 40(3) 035001, 2019.

    SPRSound: Q. Zhang et al., "Grand Challenge on Respiratory Sound Classification", IEEE BioCAS 2022; data in Q. Zhang et al.,
    "SPRSound: Open-Source SJTU Paediatric Respiratory Sound Database", IEEE TBioCAS 16(5), 2022.
    """

    specificity: Number
    sensitivity: Number
    average_score: Number
    harmonic_score: Number
    score: Number


SCORE_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Scores))
SCORE_TITLES: dict[Scoring, str] = {"icbhi": "Score", "sprsound": "Score", "macc": "MAcc", "circor": "weighted accuracy"}
"""What the field calls the score that a task is ranked by."""


LEAST_SENSITIVITY = 0.05
"""What answers nearly everything normal has a Score of 0.5 for nothing; as in the field's released code it is not chosen."""


def usable_score(scores: Scores) -> float:
    """What to choose an epoch or a setting by: the Score, but 0 where nearly everything was called normal.

    Where normal or abnormal segments are missing, the one half of the Score that has a meaning.
    """
    if math.isnan(scores.average_score):
        return scores.specificity if math.isnan(scores.sensitivity) else scores.sensitivity
    return scores.score if scores.sensitivity > LEAST_SENSITIVITY else 0.0


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Count how often each class was answered with each class.

    Parameters
    ----------
    truth, predicted
        Class indices, (n,).
    classes
        How many classes there are.

    Returns
    -------
    NDArray[np.int64]
        (classes, classes): rows are the truth, columns the answer.

    Raises
    ------
    ValueError
        When the two differ in length or hold an index outside 0 … classes - 1.
    """
    true, answered = np.asarray(truth, dtype=np.int64), np.asarray(predicted, dtype=np.int64)
    if true.ndim != 1 or true.shape != answered.shape:
        raise ValueError(f"truth {true.shape} and predicted {answered.shape} must be two lists of the same length")
    both = np.concatenate([true, answered])
    if both.size and not (both.min() >= 0 and both.max() < classes):
        raise ValueError(f"class indices must lie in 0 … {classes - 1}, found {both.min()} … {both.max()}")
    cells = np.bincount(true * classes + answered, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def scores_from_confusion(confusion: ArrayLike, task: Task) -> NDArray[np.float64]:
    """Read the five scores off one confusion matrix or a stack of them.

    Parameters
    ----------
    confusion
        (…, classes, classes), rows the truth; the first class is the normal one. Poor-quality recordings of SPRSound count as
        abnormal, like every class but the first.
    task
        Says by which formula ``score`` is made.

    Returns
    -------
    NDArray[np.float64]
        (…, 5) in the order of `SCORE_NAMES`; NaN where a score has no meaning (see `Scores`).
    """
    counts = np.asarray(confusion, dtype=np.float64)
    correct = np.diagonal(counts, axis1=-2, axis2=-1)  # (…, classes)
    total = counts.sum(axis=-1)  # (…, classes)
    specificity = ratio(correct[..., 0], total[..., 0])
    sensitivity = ratio(correct[..., 1:].sum(axis=-1), total[..., 1:].sum(axis=-1))
    average = (specificity + sensitivity) / 2
    harmonic = np.where(average == 0, 0.0, ratio(specificity * sensitivity, average))
    final = _final(counts, average, harmonic, task)
    return np.stack([specificity, sensitivity, average, harmonic, final], axis=-1)


def _final(
    counts: NDArray[np.float64], average: NDArray[np.float64], harmonic: NDArray[np.float64], task: Task
) -> NDArray[np.float64]:
    if task.scoring == "sprsound":
        return (average + harmonic) / 2
    if task.scoring == "circor":
        return weighted_accuracy(counts, task.classes)
    return average


def score(truth: ArrayLike, predicted: ArrayLike, task: Task, *, weights: ArrayLike | None = None) -> Scores:
    """Score answers against the truth.

    Parameters
    ----------
    truth, predicted
        Class indices, (n,); class 0 is the normal one.
    task
        Whose classes and whose formula.
    weights
        How much each answer counts (n,); alike if not given. With 1 / (answers of the same group and class) the scores are
        means over groups.

    Examples
    --------
    Two of three normal segments and one of two abnormal ones are right; a wheeze (2) called crackle (1) is a miss:

    >>> from auscult.recordings.tasks import get_task
    >>> scores = score([0, 0, 0, 1, 2], [0, 0, 1, 1, 1], get_task("icbhi-4"))
    >>> round(scores.specificity, 3), scores.sensitivity, round(scores.score, 3)
    (0.667, 0.5, 0.583)
    """
    confusion: NDArray[np.float64] | NDArray[np.int64] = confusion_matrix(truth, predicted, len(task.classes))
    if weights is not None:
        confusion = np.zeros(confusion.shape)
        np.add.at(confusion, (np.asarray(truth), np.asarray(predicted)), np.asarray(weights))
    return Scores(*scores_from_confusion(confusion, task).tolist())


def auroc(abnormal: ArrayLike, suspicion: ArrayLike) -> float:
    """Area under the ROC curve: how often an abnormal segment looks more suspicious than a normal one, ties counting half.

    Parameters
    ----------
    abnormal
        True where the segment is abnormal, (n,).
    suspicion
        Anything that grows with the belief that it is, (n,); for instance minus the probability of normal.

    Returns
    -------
    float
        0 to 1 from the ranks (Mann-Whitney U); NaN where all segments are normal or all abnormal.
    """
    positive, values = np.asarray(abnormal, dtype=bool), np.asarray(suspicion)
    positives = int(positive.sum())
    negatives = positive.size - positives
    if not positives or not negatives:
        return float("nan")
    _, place, ties = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]  # tied values share their mean rank
    wins = ranks[positive].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * negatives))


def ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide element by element, NaN where the whole is zero or NaN."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)
