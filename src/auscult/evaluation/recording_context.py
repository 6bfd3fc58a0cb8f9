"""The answer to a segment in the context of its recording: what is heard elsewhere in a recording makes it likelier here.

Segments of one recording are of one chest on one day: where one breath crackles the next often does. So the answer to each may
lean on the mean answer to all annotated segments of its recording, by a share that is chosen on validation patients.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax

from auscult.evaluation.decision import LOWEST_LOG_PROBABILITY, fit_temperature

SHARES: NDArray[np.float64] = np.round(np.arange(0, 10) * 0.1, 1)
"""Shares that are tried: 0 to 0.9 in steps of 0.1."""


def in_recording(log_probabilities: ArrayLike, recordings: ArrayLike, share: float) -> NDArray[np.float64]:
    """Lean each answer: log p_i ← (1 − λ) log p_i + λ mean_j log p_j over the recording of i, brought to a sum of 1.

    Parameters
    ----------
    log_probabilities
        (n, classes) of segments.
    recordings
        Which recording each is of, (n,).
    share
        λ: 0 leaves the answers as they are, with 1 all segments of a recording have the same.

    Returns
    -------
    NDArray[np.float64]
        Log-probabilities (n, classes). A temperature before gives the same as after.
    """
    logs = np.maximum(np.asarray(log_probabilities, dtype=np.float64), LOWEST_LOG_PROBABILITY)
    if share == 0.0:
        return logs
    _, of, counts = np.unique(np.asarray(recordings), return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), logs.shape[1]))
    np.add.at(sums, of, logs)
    mixed: NDArray[np.float64] = log_softmax((1 - share) * logs + share * (sums / counts[:, None])[of], axis=1)
    return mixed


def choose_recording_share(log_probabilities: ArrayLike, truth: ArrayLike, recordings: ArrayLike) -> float:
    """Find the share in `SHARES` that makes the truth most likely, each at the temperature that suits it best.

    Parameters
    ----------
    log_probabilities
        (n, classes) of validation segments.
    truth, recordings
        Class index and recording of each, (n,).

    Returns
    -------
    float
        λ of `in_recording`; of equally good ones the smallest.

    Raises
    ------
    AuscultError
        When there are no segments.
    """
    true = np.asarray(truth, dtype=np.int64)

    def likelihood(share: float) -> float:
        logs = in_recording(log_probabilities, recordings, share)
        tempered = log_softmax(logs / fit_temperature(logs, true), axis=1)
        return float(tempered[np.arange(len(true)), true].mean())

    return float(max(SHARES, key=likelihood))
