"""Patients taken out of the training side, on whom every choice is made (protocol honest)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.training.folds import divide


def take_out_patients(
    patients: Sequence[str], layers: NDArray[np.int64], *, share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Divide training segments into those to learn from and those of validation patients.

    Parameters
    ----------
    patients, layers
        Patient of each segment, and its class or whatever else is to be kept in proportion (n,).
    share
        About this share of the segments is taken out, whole patients only.
    seed
        Other seeds take out other patients.

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
    return divide(np.asarray(patients), layers, folds, seed)[0]
