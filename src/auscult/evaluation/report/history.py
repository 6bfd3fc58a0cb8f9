"""What was logged after each epoch of a training, read from its run folder."""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_NO_NUMBERS = ("epoch", "step")


@dataclass(frozen=True)
class History:
    """The course of one training.

    Attributes
    ----------
    values
        By logged name (``loss``, ``validation_accuracy``, ``score`` …) one number an epoch, (epochs,); NaN where none was.
    """

    values: dict[str, NDArray[np.float64]]

    @property
    def epochs(self) -> int:
        """How many epochs are over."""
        return max(map(len, self.values.values()))

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
        Folder of one training, with ``log/version_N/metrics.csv`` for each start.
    """
    found: dict[str, dict[int, float]] = {}
    for log in sorted((run / "log").glob("version_*/metrics.csv"), key=_number_of_start):
        for epoch, name, value in _cells(log):
            found.setdefault(name, {})[epoch] = value
    if not found:
        return None
    epochs = 1 + max(epoch for column in found.values() for epoch in column)
    return History({name: np.array([column.get(e, math.nan) for e in range(epochs)]) for name, column in found.items()})


def stack(histories: list[History], name: str) -> NDArray[np.float64]:
    """What several trainings logged under one name, (trainings, epochs); NaN after the end of the shorter ones."""
    epochs = max((history.epochs for history in histories), default=0)
    stacked = np.full((len(histories), epochs), math.nan)
    for row, history in zip(stacked, histories, strict=True):
        values = history.values.get(name, np.empty(0))
        row[: len(values)] = values
    return stacked


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
