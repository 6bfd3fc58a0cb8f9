"""A run folder, of one training or of a cross-validation, as far as it is finished."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions, concatenate
from auscult.evaluation.report.history import History, read_history

PUBLISHED = "published"
"""The protocol that takes the best test epoch, and what rows made by it are called."""
_VALIDATION = "validation"


@dataclass(frozen=True)
class Run:
    """What a run folder tells.

    Attributes
    ----------
    path
        The folder.
    label
        What it is called in pictures and tables; no two runs of a report have the same.
    identity
        ``run.json``: recipe, data set, task, seed and how it was divided.
    environment
        ``environment.json``; empty where it is missing.
    finished
        Whether all is done.
    folds, folds_left
        Names of the folds of a cross-validation, and how many of them are not finished; none and 0 for one training.
    predictions
        Answers to the test side, of a cross-validation to those of all finished folds (grouping ``fold``); None before there
        are any.
    published
        Answers of the best test epoch (protocol both); None where there are none.
    histories
        Courses of the training, or of the finished folds; of all folds while none is finished.
    """

    path: Path
    label: str
    identity: dict[str, Any]
    environment: dict[str, Any]
    finished: bool
    folds: tuple[str, ...]
    folds_left: int
    predictions: Predictions | None
    published: Predictions | None
    histories: tuple[History, ...]

    @property
    def recipe(self) -> dict[str, Any]:
        """The resolved recipe."""
        recipe: dict[str, Any] = self.identity["recipe"]
        return recipe

    @property
    def recipe_yaml(self) -> str:
        """The resolved recipe as text."""
        return yaml.safe_dump(self.recipe, sort_keys=False, allow_unicode=True)

    @property
    def task(self) -> str:
        """Name of the task."""
        return str(self.identity["task"])

    @property
    def protocol(self) -> str:
        """How choices were made: honest, published, or both."""
        return str(self.recipe.get("training", {}).get("protocol", "honest"))

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the objectives that it is trained with: of its only stage, or of the encoder's and the classifier's."""
        first = str(self.recipe.get("objective", {}).get("name", "cross-entropy"))
        return (first, "cross-entropy") if self.recipe.get("probe") else (first,)

    @property
    def lacks(self) -> str | None:
        """What is missing because the run is not finished, as a sentence; None where nothing is."""
        if self.finished:
            return None
        done = f"{len(self.folds) - self.folds_left} of {len(self.folds)} folds are" if self.folds else "the training is not"
        told = "there are learning curves only" if self.predictions is None else "its numbers are over those"
        begun = any("loss" in history.values or "score" in history.values for history in self.histories)
        stage = ", so far of the first of two stages" if len(self.stages) > 1 and self.histories and not begun else ""
        return f"{self.path}: {done} finished, {told}{stage}."


def read_runs(folders: Sequence[Path]) -> list[Run]:
    """Read some run folders to be reported together, and give each a label of its own.

    Raises
    ------
    AuscultError
        When one is no run folder, is named twice or is broken; when their tasks differ; when nothing can be told of any.
    """
    twice = [path for path, times in Counter(folder.resolve() for folder in folders).items() if times > 1]
    if twice:
        raise AuscultError(f"{twice[0]} is named twice: name each run once.")
    runs = [_read_run(folder) for folder in folders]
    for other in runs[1:]:
        if other.task != runs[0].task:
            raise AuscultError(
                f"{runs[0].path} answers {runs[0].task} and {other.path} {other.task}: report runs of one task together."
            )
    if not any(run.predictions or run.histories for run in runs):
        raise AuscultError(
            f"{runs[0].path} has nothing to report yet, not one epoch is over: wait, or start the training again."
        )
    return _with_labels(runs)


def _read_run(folder: Path) -> Run:
    if not (folder / "run.json").is_file():
        raise AuscultError(f"{folder} is no run folder, it has no run.json: name one that auscult train or crossval wrote.")
    identity = _read_json(folder / "run.json")
    if not isinstance(identity.get("recipe"), dict) or not {"task", "data"} <= identity.keys():
        raise AuscultError(
            f"{folder / 'run.json'} lacks recipe, task or data: name a folder that auscult train or crossval wrote."
        )
    folds = tuple(identity.get("folds", ()))
    done = [fold for fold in folds if (folder / fold / "predictions.csv").is_file()]
    trainings = [folder / fold for fold in done or folds] if folds else [folder]
    finished = (folder / "predictions.csv").is_file()  # written last
    environment = folder / "environment.json"
    return Run(
        path=folder,
        label=_describe(identity),
        identity=identity,
        environment=_read_json(environment) if environment.is_file() else {},
        finished=finished,
        folds=folds,
        folds_left=0 if finished else len(folds) - len(done),
        predictions=_answers(folder, "predictions.csv", done),
        published=_answers(folder, "published.csv", done),
        histories=tuple(history for run in trainings if (history := read_history(run)) is not None),
    )


def _read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise AuscultError(f"{file} is not valid json: name a folder that auscult train or crossval wrote.")
    return found


def _answers(folder: Path, name: str, done: Sequence[str]) -> Predictions | None:
    """The answers to the test side; while folds are missing, those of the folds that are done put together."""
    if (folder / name).is_file():
        answers = Predictions.load(folder / name)
        return answers.where(answers.splits != _VALIDATION)
    folds = [fold for fold in done if (folder / fold / name).is_file()]
    return concatenate([_fold_answers(folder / fold / name, fold) for fold in folds]) if folds else None


def _fold_answers(file: Path, fold: str) -> Predictions:
    answers = Predictions.load(file)
    test = answers.where(answers.splits != _VALIDATION)
    return replace(test, groups=test.groups | {"fold": np.full(len(test), fold)})


def _describe(identity: dict[str, Any]) -> str:
    """Recipe, how the data were divided, and the protocol where it is not the honest one."""
    recipe = identity["recipe"]
    side = f"by {identity['crossval']}" if "crossval" in identity else identity.get("split")
    published = PUBLISHED if recipe.get("training", {}).get("protocol") == PUBLISHED else None
    return " · ".join(str(part) for part in (recipe.get("name", "?"), side, published) if part)


def _with_labels(runs: list[Run]) -> list[Run]:
    """Call runs whose label stands twice by their folder's name, or where that is the same too by its path."""
    names = {run.path: run.path.resolve().name for run in runs}
    for told in (names, {path: str(path) for path in names}):
        times = Counter(run.label for run in runs)
        runs = [replace(run, label=told[run.path]) if times[run.label] > 1 else run for run in runs]
    return runs
