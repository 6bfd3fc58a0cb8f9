"""What was logged after each epoch of a training, read from its run folder."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_NO_NUMBERS = ("epoch", "step")
_ENCODER = "encoder_"


@dataclass(frozen=True)
class History:
    """The course of one training.

    Attributes
    ----------
    values
        By logged name (``loss``, ``validation_accuracy``, ``score`` …) one number an epoch, (epochs,); NaN where none was.
        Of a training in two stages these are of the second, and what the first one logged is called ``encoder_loss`` and so on.
    """

    values: dict[str, NDArray[np.float64]]

    @property
    def chosen(self) -> int | None:
        """The epoch whose weights were kept, counted from 0: the first with the highest ``score``; None before any has one."""
        score = self.values.get("score", np.empty(0))
        return int(np.nanargmax(score)) if not np.isnan(score).all() else None


def read_history(run: Path) -> History | None:
    """Join the logs of all starts of a training, the later ones over the earlier; None where nothing was logged.

    Parameters
    ----------
    run
        Folder of one training, with ``log/version_N/metrics.csv`` for each start, and the same in ``log-encoder`` where there
        are two stages.
    """
    encoder = {_ENCODER + name: values for name, values in _read_stage(run / "log-encoder").items()}
    values = encoder | _read_stage(run / "log")
    return History(values) if values else None


def stack(histories: list[History], name: str) -> NDArray[np.float64]:
    """What several trainings logged under one name, (trainings, epochs); NaN after the end of the shorter ones."""
    logged = [history.values.get(name, np.empty(0)) for history in histories]
    stacked = np.full((len(logged), max(map(len, logged), default=0)), math.nan)
    for row, values in zip(stacked, logged, strict=True):
        row[: len(values)] = values
    return stacked


def _read_stage(folder: Path) -> dict[str, NDArray[np.float64]]:
    """All starts of one stage by logged name, (epochs,) each; nothing where nothing was logged."""
    found: dict[str, dict[int, float]] = {}
    for log in sorted(folder.glob("version_*/metrics.csv"), key=_number_of_start):
        for epoch, name, value in _cells(log):
            found.setdefault(name, {})[epoch] = value
    epochs = 1 + max((epoch for column in found.values() for epoch in column), default=-1)
    return {name: np.array([column.get(e, math.nan) for e in range(epochs)]) for name, column in found.items()}


def _number_of_start(log: Path) -> int:
    number = log.parent.name.removeprefix("version_")
    return int(number) if number.isdigit() else -1


def _cells(log: Path) -> Iterator[tuple[int, str, float]]:
    """Epoch, name and number of each cell; cells without a number are passed over, since the file may be growing."""
    with log.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            epoch = row.get("epoch") or ""
            for name, text in row.items():
                if epoch.isdigit() and isinstance(name, str) and name not in _NO_NUMBERS and _is_number(text):
                    yield int(epoch), name, float(text)


def _is_number(text: object) -> bool:
    try:
        return isinstance(text, str) and math.isfinite(float(text))
    except ValueError:
        return False
