"""The scores of the PhysioNet Challenge 2022 on CirCor: answers are given per patient; errors and referrals cost money.

Weighted accuracy stands in `auscult.evaluation.weighted`. All constants here are those of the challenge's own program,
github.com/physionetchallenges/evaluation-2022 (evaluate_model.py).

References
----------
M. A. Reyna et al., "Heart murmur detection from phonocardiogram recordings: The George B. Moody PhysioNet Challenge 2022", PLOS
Digital Health 2(9) e0000324, 2023.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.errors import AuscultError
from auscult.evaluation.pooling import pool
from auscult.evaluation.predictions import Predictions

PRESCREENING_COST = 10
"""Of one patient, by the algorithm; in US dollars, like all costs."""
TREATMENT_COST = 10_000
MISSED_COST = 50_000
"""Of a patient with an abnormal outcome who was not referred: late treatment or none."""


def expert_cost(share: float) -> float:
    """Cost of expert screening per patient of the whole population, when a share of it (0 to 1) is referred.

    25 + 397 s − 1718 s² + 11296 s⁴: experts are few, so the cost rises steeply once many are referred.
    """
    return 25 + 397 * share - 1718 * share**2 + 11296 * share**4


def referral_cost(abnormal: ArrayLike, referred: ArrayLike) -> float:
    """Mean cost per patient, the lower the better.

    Parameters
    ----------
    abnormal
        True where the *outcome* is abnormal, (n,) one a patient; the challenge takes the outcome also to judge murmur answers.
    referred
        True where the algorithm sends the patient to an expert, (n,): outcome answered abnormal, or murmur present or unknown.
        That is every answer but the first class of a task.

    Returns
    -------
    float
        Prescreening of all, expert screening of the referred, treatment of the referred with an abnormal outcome, and the
        error cost of those not referred; NaN without patients.

    Examples
    --------
    Of two abnormal patients one is referred, of two normal ones one: 10 + (25 + 397/2 − 1718/4 + 11296/16) + 10000/4 + 50000/4

    >>> referral_cost([True, True, False, False], [True, False, True, False])
    15510.0
    """
    ill, sent = np.asarray(abnormal, dtype=bool), np.asarray(referred, dtype=bool)
    if not len(ill):
        return float("nan")
    treated, missed = float((ill & sent).mean()), float((ill & ~sent).mean())
    return PRESCREENING_COST + expert_cost(float(sent.mean())) + TREATMENT_COST * treated + MISSED_COST * missed


def pool_patients(predictions: Predictions) -> Predictions:
    """One row a patient: the mean of the probabilities of all recordings, then the most probable class.

    Returns
    -------
    Predictions
        Patients in the order of first appearance, their names also as ids and recordings. A grouping in which a patient's
        recordings differ (location) is "" for this patient.

    Raises
    ------
    AuscultError
        When recordings of one patient differ in truth: the challenge labels patients.
    """
    names, pooled = pool(predictions.probabilities, predictions.patients)
    place = {name: i for i, name in enumerate(names)}
    owner = np.array([place[name] for name in predictions.patients])  # (n,)
    _, first = np.unique(owner, return_index=True)  # (patients,)
    differs = predictions.truth != predictions.truth[first][owner]
    if differs.any():
        raise AuscultError(
            f"Recordings of patient {predictions.patients[differs][0]} have different labels; {predictions.task} is scored per "
            "patient: give all recordings of a patient the same label."
        )
    groups = {name: _shared(column, first, owner) for name, column in predictions.groups.items()}
    rows = replace(predictions.where(first), ids=names, recordings=names, groups=groups)
    return rows.answered(pooled)


def _shared(column: NDArray[np.str_], first: NDArray[np.intp], owner: NDArray[np.intp]) -> NDArray[np.str_]:
    """The value of each patient, (patients,); "" where recordings differ."""
    value = column[first]
    differs = np.zeros(len(first), dtype=bool)
    differs[owner[column != value[owner]]] = True
    return np.where(differs, "", value)
