"""The layout of predictions.csv: columns of predictions to rows of text and back."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.evaluation.grouping import Groups, read_groups
from auscult.evaluation.rows import Row, index_column, number_columns, require_columns, write_rows
from auscult.recordings.tasks import get_task

_ORIGIN = {"id": "ids", "recording": "recordings", "patient": "patients", "split": "splits"}
_ANSWER = ("truth", "predicted")


def fixed_columns(task: str) -> list[str]:
    """Names of the columns that every file has; the groupings stand between ``split`` and ``truth``."""
    return ["task", *_ORIGIN, *_ANSWER, *_probability_columns(task)]


def write_columns(path: Path | str, task: str, columns: Mapping[str, NDArray[Any]], groups: Groups) -> None:
    """Write the columns of `auscult.evaluation.predictions.Predictions`, whole or not at all."""
    header = ["task", *_ORIGIN, *groups, *_ANSWER, *_probability_columns(task)]
    write_rows(path, header, _rows(task, columns, groups))


def columns_from(rows: Sequence[Row]) -> dict[str, Any]:
    """Turn rows that `write_columns` wrote into the fields of `auscult.evaluation.predictions.Predictions`.

    Raises
    ------
    AuscultError
        When a column is missing or a line holds an unknown class or no number; the file is left for the caller to name.
    """
    require_columns(rows[0], ["task", *_ORIGIN, *_ANSWER])
    task = get_task(rows[0]["task"])
    index_column(rows, "task", [task.name])
    probabilities = _probability_columns(task.name)
    require_columns(rows[0], probabilities)
    return {
        "task": task.name,
        **{field: np.array([row[column] for row in rows]) for column, field in _ORIGIN.items()},
        **{column: np.array(index_column(rows, column, task.classes)) for column in _ANSWER},
        "probabilities": np.array(number_columns(rows, probabilities), dtype=np.float32),
        "groups": read_groups(rows, fixed_columns(task.name)),
    }


def _rows(task: str, columns: Mapping[str, NDArray[Any]], groups: Groups) -> Iterator[list[str]]:
    names = np.array(get_task(task).classes)
    origin = [columns[field] for field in _ORIGIN.values()]
    answer = [names[columns[field]] for field in _ANSWER]
    for *cells, probabilities in zip(*origin, *groups.values(), *answer, columns["probabilities"], strict=True):
        yield [task, *cells, *(f"{p:.9g}" for p in probabilities)]  # 9 digits keep a float32 whole


def _probability_columns(task: str) -> list[str]:
    return [f"p_{name}" for name in get_task(task).classes]
