from collections.abc import Callable, Sequence

import numpy as np
import pytest

from auscult.evaluation.predictions import Predictions
from auscult.recordings.tasks import get_task


@pytest.fixture
def predictions_of() -> Callable[..., Predictions]:
    """Predictions of a task from lists of class indices; each answer has probability 0.7, the rest is shared out."""

    def build(
        task: str,
        truth: Sequence[int],
        predicted: Sequence[int],
        *,
        patients: Sequence[str] | None = None,
        split: str = "test",
        groups: dict[str, Sequence[str]] | None = None,
    ) -> Predictions:
        classes, n = len(get_task(task).classes), len(truth)
        probabilities = np.full((n, classes), 0.3 / (classes - 1))
        probabilities[np.arange(n), predicted] = 0.7
        people = np.array([f"p{i // 2}" for i in range(n)]) if patients is None else np.array(patients)
        return Predictions(
            task=task,
            ids=np.array([f"{split}{i}:0" for i in range(n)]),
            recordings=np.array([f"{split}{i}" for i in range(n)]),
            patients=people,
            splits=np.array([split] * n),
            truth=np.array(truth),
            predicted=np.array(predicted),
            probabilities=probabilities.astype(np.float32),
            groups={name: np.array(list(column)) for name, column in (groups or {}).items()},
        )

    return build
