"""Several runs' answers to the same segments as one answer."""

from collections.abc import Sequence

import numpy as np

from auscult.errors import AuscultError
from auscult.evaluation.decision import decide
from auscult.evaluation.predictions import Predictions


def average_answers(parts: Sequence[Predictions], normal_offsets: Sequence[float]) -> Predictions:
    """Mean of the probabilities, decided with the mean of the normal offsets: as the runs' models exported together answer.

    Parameters
    ----------
    parts
        One a run, of the same segments in any order.
    normal_offsets
        Of each run, chosen on its own validation patients.

    Returns
    -------
    Predictions
        In the order of the first part.

    Raises
    ------
    AuscultError
        When there are none, or they answer different segments.
    """
    if not parts:
        raise AuscultError("There are no answers to average: name at least one run.")
    first, aligned = parts[0], []
    for part in parts:
        rows = {name: row for row, name in enumerate(part.ids.tolist())}
        if part.task != first.task or rows.keys() != set(first.ids.tolist()):
            raise AuscultError("Only answers to the same segments can be averaged: take runs of one task, data set and split.")
        aligned.append(part.probabilities[[rows[name] for name in first.ids.tolist()]])
    mean = np.mean(aligned, axis=0, dtype=np.float64)  # (n, classes)
    return first.answered(mean, decide(np.log(np.maximum(mean, np.finfo(np.float64).tiny)), float(np.mean(normal_offsets))))
