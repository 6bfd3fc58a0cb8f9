"""From a recipe and a data set to a finished run folder."""

import logging
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import lightning
import numpy as np
from safetensors.torch import load_file
from scipy.special import log_softmax

from auscult.errors import AuscultError
from auscult.evaluation.decision import choose_normal_offset, fit_temperature
from auscult.evaluation.predictions import Predictions, concatenate
from auscult.evaluation.recording_context import choose_recording_share, in_recording
from auscult.evaluation.summary import summarize_each
from auscult.features.pictures import Progress
from auscult.models.trained import TrainedModel
from auscult.recordings.core import Dataset, Split
from auscult.recordings.tasks import Task, get_task
from auscult.training.answer import answer_side
from auscult.training.build import build_model, try_out
from auscult.training.data import PictureDataset, Side
from auscult.training.identity import digest_test, recipe_identity
from auscult.training.learn import learn, learn_again
from auscult.training.memory import keep_freed_memory
from auscult.training.predict import log_probabilities
from auscult.training.recipe import Recipe, TrainingPart
from auscult.training.run import RunFolder
from auscult.training.sides import Division, Sides, divide_segments, make_sides
from auscult.training.team import ALONE, Team
from auscult.training.texts import tell_sides


def train(
    recipe: Recipe,
    dataset: Dataset,
    out: Path,
    *,
    split: Split | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    quiet: bool = False,
    team: Team = ALONE,
) -> RunFolder:
    """Train a recipe, or go on with a training that was killed.

    Parameters
    ----------
    recipe, dataset
        What to train on what.
    out
        Run folder; a finished run of the same recipe, seed and data is left as it is.
    split
        Another division than the recipe's, for instance a fold.
    seed
        Of weights, sampling, random changes and the choice of validation patients.
    progress
        Shows how far the preparation of pictures is.
    quiet
        No progress bar while training.
    team
        The processes that train it together, each of which calls this; the run is finished when the first has returned.

    Raises
    ------
    AuscultError
        When the folder holds another run, the data set cannot be trained on, or a team shall learn twice (``training.refit``).
    """
    team.check()
    if recipe.training.refit and team.size > 1:
        raise AuscultError("training.refit learns twice, in one process alone: leave out --devices and --nodes.")
    task = get_task(recipe.data.task or dataset.tasks[0])
    split = split or dataset.get_split(recipe.data.split)
    run = RunFolder(out)
    division = divide_segments(recipe, dataset, task, split, seed=seed)
    if not run.finished:
        try_out(recipe, dataset, task, division.learn)
    identity = recipe_identity(recipe, run) | _identity(dataset, task, split, seed) | team.identity
    if team.first:
        run.claim(identity, recipe.without_paths().to_yaml())
    if run.finished:
        return run
    keep_freed_memory()
    for room in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(room).setLevel(logging.ERROR)  # no tips, no advertising
    with run.lock() if team.first else nullcontext():
        lightning.seed_everything(seed, verbose=False)
        model, sides = _begin(recipe, dataset, task, split, division, seed=seed, progress=progress)
        epoch = learn(recipe, task, model, sides, run, seed=seed, quiet=quiet, team=team)
        if not team.first:
            return run
        model.facts = model.facts.model_copy(update={"epoch": epoch})
        answers = _choose(recipe, task, model, sides, run, test_name=split.name)
        if recipe.training.refit:
            model = _refit(recipe, dataset, task, split, model, run, seed=seed, quiet=quiet)
        answers.append(answer_side(model, sides.test, split=split.name))
        _write(model, concatenate(answers), run)
    run.clean()
    return run


def _identity(dataset: Dataset, task: Task, split: Split, seed: int) -> dict[str, object]:
    """What makes a run this run, besides the recipe."""
    return {
        "data": dataset.name,
        "recordings": len(dataset.recordings),
        "task": task.name,
        "split": split.name,
        "test": digest_test(split),
        "seed": seed,
    }


def _begin(
    recipe: Recipe,
    dataset: Dataset,
    task: Task,
    split: Split,
    division: Division,
    *,
    seed: int,
    progress: Progress | None = None,
) -> tuple[TrainedModel, Sides]:
    """The untrained model and what it learns from."""
    sides = make_sides(recipe, dataset, task, split, division, seed=seed, progress=progress)
    model = build_model(recipe, dataset, task, split, seed, sides.learn)
    return model, tell_sides(model.classifier.encoder, dataset, sides)


def _choose(recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, test_name: str) -> list[Predictions]:
    """Choose temperature and offset on validation patients; returns their answers, if there are any.

    With protocol both the answers of the best test epoch are written too.
    """
    if recipe.training.protocol == "published":
        return []
    if recipe.training.protocol == "both":
        _take_weights(model, run.published_weights)
        answer_side(model, sides.test, split=test_name).save(run.published)
        _take_weights(model, run.best_weights)
    _calibrate(model, sides.validate, task, recipe.training)
    return [answer_side(model, sides.validate, split="validation")]


def _refit(
    recipe: Recipe, dataset: Dataset, task: Task, split: Split, chosen: TrainedModel, run: RunFolder, *, seed: int, quiet: bool
) -> TrainedModel:
    """A model that has learned from everybody, up to the epoch, and with the temperature and offset, of the chosen one."""
    lightning.seed_everything(seed, verbose=False)
    choosing_nothing = recipe.training.model_copy(update={"protocol": "published"})  # so that nobody is taken out
    everybody = recipe.model_copy(update={"training": choosing_nothing})
    division = divide_segments(everybody, dataset, task, split, seed=seed)
    model, sides = _begin(everybody, dataset, task, split, division, seed=seed)
    learn_again(everybody, task, model, sides, run, epochs=chosen.facts.epoch, seed=seed, quiet=quiet)
    model.facts = chosen.facts
    return model


def _take_weights(model: TrainedModel, file: Path) -> None:
    """Put weights of an epoch into the classifier; after a probe they are those of its head alone."""
    model.classifier.load_state_dict(model.classifier.state_dict() | load_file(file))


def _write(model: TrainedModel, predictions: Predictions, run: RunFolder) -> None:
    """Write the model with its scores, and then all answers, which says that the run is finished."""
    model.facts = model.facts.model_copy(update={"scores": _scores(predictions)})
    model.save(run.path)
    predictions.save(run.predictions)


def _calibrate(model: TrainedModel, validate: Side, task: Task, settings: TrainingPart) -> None:
    """Set recording share, temperature and decision offset from the validation patients."""
    untempered = log_probabilities(model, PictureDataset(validate, model.front_end))
    truth, recordings = validate.truth[validate.answered], [validate.segments[i].recording for i in validate.answered]
    if settings.recording_context:
        of = [recording.id for recording in recordings]
        share = choose_recording_share(untempered, truth, of)
        model.facts = model.facts.model_copy(update={"recording_share": share})
        untempered = in_recording(untempered, of, share)
    temperature = fit_temperature(untempered, truth, pool=validate.pool)
    model.facts = model.facts.model_copy(update={"temperature": temperature})
    logs = validate.pool(log_softmax(untempered / temperature, axis=1))
    weights = validate.weights(settings.balance_over)
    offset = choose_normal_offset(logs, truth, task, patients=[r.patient for r in recordings], weights=weights)
    model.facts = model.facts.model_copy(update={"normal_offset": offset})


def _scores(predictions: Predictions) -> dict[str, dict[str, float | None]]:
    """By side and task; None where a score has no meaning."""
    return {
        f"{summary.split} {summary.task}": {k: None if np.isnan(v) else v for k, v in asdict(summary.scores).items()}
        for summary in summarize_each(predictions)
    }
