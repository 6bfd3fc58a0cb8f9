"""Calibration of a run before and after its temperature, from its predictions and the temperature in its model.json.

The temperature is chosen on validation patients (`auscult.evaluation.decision.fit_temperature`). The normal offset shifts
decisions and no probabilities, so it plays no part here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.evaluation.calibration import brier_score, expected_calibration_error, untemper
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.scored import each_split

UNTEMPERED = "untempered.csv"
"""Answers of a run at T = 1 (`auscult.training.untempered.write_untempered`)."""


@dataclass(frozen=True)
class Calibration:
    """How well probabilities fit one side, before and after the temperature.

    Attributes
    ----------
    split
        The side.
    segments
        How many answers.
    temperatures
        The lowest, the mean and the highest over answers: they differ between the folds of a cross-validation.
    ece_before, ece_after, brier_before, brier_after
        `auscult.evaluation.calibration`; NaN before where the answers are means over pieces, unless `UNTEMPERED` is there.
    """

    split: str
    segments: int
    temperatures: tuple[float, float, float]
    ece_before: float
    ece_after: float
    brier_before: float
    brier_after: float


@dataclass(frozen=True)
class Tempered:
    """Answers of a run, and what they were before the temperature.

    Attributes
    ----------
    predictions
        As they are scored, (n,).
    temperatures
        T of each answer, (n,).
    before
        Probabilities at T = 1, (n, classes); None where the answers are means over pieces of a recording, from which the
        temperature cannot be taken back, and the run has not been made to answer again (`UNTEMPERED`).
    """

    predictions: Predictions
    temperatures: NDArray[np.float64]
    before: NDArray[np.float64] | None

    def where(self, mask: NDArray[np.bool_]) -> "Tempered":
        """Pick answers by a boolean mask (n,)."""
        before = None if self.before is None else self.before[mask]
        return Tempered(self.predictions.where(mask), self.temperatures[mask], before)


def read_tempered(run: Path, predictions: Predictions) -> Tempered:
    """Take the temperature back from the predictions of a run folder, of one training or of a cross-validation.

    Parameters
    ----------
    run
        The folder, with ``model.json``, or with one in each fold's folder.
    predictions
        Its answers; of a cross-validation with the grouping ``fold``.

    Raises
    ------
    AuscultError
        When a model.json is missing or says no temperature.
    """
    folds = predictions.groups.get("fold")
    places: Sequence[str] = [""] * len(predictions) if folds is None else folds.tolist()
    facts = {place: _read_facts(run / place / "model.json") for place in dict.fromkeys(places)}
    temperatures = np.array([facts[place]["temperature"] for place in places], dtype=np.float64)
    in_pieces = any(known.get("window_seconds") is not None for known in facts.values())
    pooled = in_pieces and bool((predictions.ids == predictions.recordings).all())  # else each piece has an answer of its own
    before = _answered_again(run, predictions) if pooled else untemper(predictions.probabilities, temperatures)
    return Tempered(predictions, temperatures, before)


def calibrations(tempered: Tempered) -> list[Calibration]:
    """One for each side, in the order they appear."""
    splits = tempered.predictions.splits
    return [_of_side(tempered.where(splits == part.splits[0])) for part in each_split(tempered.predictions)]


def describe_temperatures(temperatures: tuple[float, float, float]) -> str:
    """`Calibration.temperatures` in few letters: one number, or the mean and the ends of folds that differ."""
    low, mean, high = (f"{temperature:.2f}" for temperature in temperatures)
    return mean if low == high else f"{mean} ({low}–{high})"


def _answered_again(run: Path, predictions: Predictions) -> NDArray[np.float64] | None:
    """Probabilities at T = 1 of the same answers, (n, classes); None where the file is not there, or is of others."""
    if not (run / UNTEMPERED).is_file():
        return None
    again = Predictions.load(run / UNTEMPERED)
    rows = {name: row for row, name in enumerate(again.ids.tolist())}
    if not set(predictions.ids.tolist()) <= rows.keys():
        return None
    return again.probabilities[[rows[name] for name in predictions.ids.tolist()]].astype(np.float64)


def _of_side(side: Tempered) -> Calibration:
    truth, after, temperatures = side.predictions.truth, side.predictions.probabilities, side.temperatures
    return Calibration(
        split=str(side.predictions.splits[0]),
        segments=len(truth),
        temperatures=(float(temperatures.min()), float(temperatures.mean()), float(temperatures.max())),
        ece_before=float("nan") if side.before is None else expected_calibration_error(side.before, truth),
        ece_after=expected_calibration_error(after, truth),
        brier_before=float("nan") if side.before is None else brier_score(side.before, truth),
        brier_after=brier_score(after, truth),
    )


def _read_facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        known = isinstance(facts, dict) and float(facts["temperature"]) > 0
    except FileNotFoundError:
        raise AuscultError(f"There is no {file}, which says the temperature: name the folder of a finished run.") from None
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise AuscultError(f"{file} says no temperature above 0: name the folder of a finished run.")
    return dict(facts)
