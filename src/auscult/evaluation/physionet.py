"""The official score of the PhysioNet/CinC Challenge 2016: MAcc with weights for signal quality and an answer "unsure".

Se = wa1 · Aa1 / (Aa1 + Aq1 + An1) + wa2 · (Aa2 + Aq2) / (Aa2 + Aq2 + An2),
Sp = wn1 · Nn1 / (Na1 + Nq1 + Nn1) + wn2 · (Nn2 + Nq2) / (Na2 + Nq2 + Nn2),
MAcc = (Se + Sp) / 2.

The capital is the truth (A abnormal, N normal), the small letter the answer (a abnormal, q unsure, n normal), 1 means clean and
2 noisy. An answer "unsure" is a miss on a clean recording and a hit on a noisy one. The weights are the shares of clean and of
noisy recordings within each class. Taken from the recordings that are scored they cancel out, so **without an answer "unsure"
official and plain MAcc are the same**; they differ where weights come from a larger set, as in the challenge, which took them
from its complete hidden test set.

References
----------
G. D. Clifford et al., "Classification of normal/abnormal heart sound recordings: the PhysioNet/Computing in Cardiology
Challenge 2016", Computing in Cardiology 43, 2016; physionet.org/content/challenge-2016, section Scoring.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import AuscultError
from auscult.evaluation.number import Number
from auscult.evaluation.predictions import Predictions

UNSURE = -1
"""The answer of a model that finds a recording too noisy to tell."""
_GOOD, _NOISY = "good", "noisy"


@dataclass(frozen=True)
class OfficialScores:
    """Modified sensitivity and specificity and their mean, 0 to 1; NaN without recordings of the class (MAcc: of either)."""

    se: Number
    sp: Number
    macc: Number


def official_macc(
    truth: ArrayLike, answers: ArrayLike, good_quality: ArrayLike, *, good_shares: tuple[float, float] | None = None
) -> OfficialScores:
    """Score answers as the PhysioNet/CinC Challenge 2016 did.

    Parameters
    ----------
    truth
        0 normal, 1 abnormal, (n,).
    answers
        0 normal, 1 abnormal, `UNSURE`, (n,).
    good_quality
        True where the recording is clean, (n,).
    good_shares
        Share of clean recordings among the normal and among the abnormal ones of a larger set, for the weights; those of the
        recordings scored if not given.

    Returns
    -------
    OfficialScores
        A stratum (clean or noisy recordings of a class) without recordings has weight 0, and the other one then weight 1.

    Examples
    --------
    Three clean and one noisy abnormal recording, one clean one answered "unsure" (a miss), the noisy one too (a hit), so
    Se = 3/4 · 2/3 + 1/4 · 1/1; a clean and a noisy normal one, both right:

    >>> official_macc([1, 1, 1, 1, 0, 0], [1, 1, -1, -1, 0, 0], [True, True, True, False, True, False])
    OfficialScores(se=0.75, sp=1.0, macc=0.875)
    """
    true, answered, clean = np.asarray(truth), np.asarray(answers), np.asarray(good_quality, dtype=bool)
    shares = (None, None) if good_shares is None else good_shares
    sp, se = (_weighted_recall(answered[true == c], clean[true == c], c, shares[c]) for c in (0, 1))
    return OfficialScores(se, sp, (se + sp) / 2)


def unsure_between(predictions: Predictions, low: float, high: float) -> NDArray[np.int64]:
    """Answer "unsure" where the probability of abnormal lies between two bounds; elsewhere the decision stands.

    Parameters
    ----------
    predictions
        Of a two-class task.
    low, high
        Bounds of the probability of abnormal, 0 to 1, themselves not unsure any more.

    Returns
    -------
    NDArray[np.int64]
        0 normal, 1 abnormal, `UNSURE`, (n,).

    Raises
    ------
    AuscultError
        When the task has more than two classes or the bounds are not in order.
    """
    if len(predictions.classes) != 2:
        raise AuscultError(f"Only two-class tasks have an answer 'unsure', not {predictions.task}; leave --unsure out.")
    if not 0 <= low <= high <= 1:
        raise AuscultError(f"--unsure wants two probabilities with 0 ≤ LOW ≤ HIGH ≤ 1, not {low:g} {high:g}.")
    abnormal = predictions.probabilities[:, 1]
    return np.where((low < abnormal) & (abnormal < high), UNSURE, predictions.predicted)


def official_of(predictions: Predictions, *, unsure: tuple[float, float] | None = None) -> tuple[OfficialScores, int] | None:
    """Score predictions of the task heart-2 over the recordings whose quality is known.

    The official tables of quality lack some recordings of database e; these are left out, and how many are scored is told.

    Parameters
    ----------
    predictions
        With the grouping ``quality``: good or noisy.
    unsure
        Bounds for `unsure_between`; without them no answer is "unsure".

    Returns
    -------
    tuple[OfficialScores, int] or None
        Scores, and the number of recordings scored; None where no quality is known.
    """
    answers = predictions.predicted if unsure is None else unsure_between(predictions, *unsure)
    quality = predictions.groups.get("quality", np.full(len(predictions), ""))
    known = np.isin(quality, (_GOOD, _NOISY))
    if not known.any():
        return None
    return official_macc(predictions.truth[known], answers[known], quality[known] == _GOOD), int(known.sum())


def _weighted_recall(answers: NDArray[np.int64], clean: NDArray[np.bool_], right: int, share: float | None) -> float:
    """Se or Sp from the answers (n,) to recordings of one class."""
    if not len(answers):
        return float("nan")
    if not clean.any() or clean.all():
        weight = float(clean.any())
    else:
        weight = float(clean.mean()) if share is None else share
    hits = (answers == right) | (~clean & (answers == UNSURE))
    return sum(w * float(hits[rows].mean()) for w, rows in ((weight, clean), (1 - weight, ~clean)) if w)
