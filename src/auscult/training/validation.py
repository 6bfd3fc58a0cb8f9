"""Patients taken out of the training side, on whom every choice is made (protocol honest)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.training.folds import divide


def take_out_patients(
    patients: Sequence[str],
    truth: NDArray[np.int64],
    *,
    share: float,
    seed: int,
    layers: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide training segments into those to learn from and those of validation patients.

    Parameters
    ----------
    patients, truth
        Patient and class of each segment (n,).
    share
        About this share of the segments is taken out, whole patients only.
    seed
        Other seeds take out other patients.
    layers
        What is to be kept in proportion (n,); the class if not given.

    Returns
    -------
    learn, validate
        Indices of segments.
    """
    folds = max(2, round(1 / share))
    if len(set(patients)) < folds:
        raise AuscultError(
            f"{len(set(patients))} training patients are too few to take out a share of {share} for validation; "
            "raise data.validation_share or use more patients."
        )
    divisions = divide(np.asarray(patients), truth if layers is None else layers, folds, seed)
    both = [division for division in divisions if 0 < (truth[division[1]] == 0).sum() < len(division[1])]
    return (both or divisions)[0]  # a choice needs normal and abnormal segments
