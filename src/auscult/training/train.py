"""From a recipe and a data set to a finished run folder."""

import logging
import warnings
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import CSVLogger
from safetensors.torch import load_file

from auscult.evaluation.decision import choose_normal_offset, fit_temperature
from auscult.evaluation.predictions import Predictions, concatenate
from auscult.evaluation.summary import summarize_each
from auscult.features.pictures import Progress
from auscult.models.registry import create_model
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.objectives.registry import create_objective
from auscult.recordings.core import Dataset, Split
from auscult.recordings.tasks import Task, get_task
from auscult.training.answer import answer_side
from auscult.training.averaging import AverageWeights
from auscult.training.data import PictureDataset, SegmentData, Side
from auscult.training.keep_best import KeepBest
from auscult.training.memory import keep_freed_memory
from auscult.training.module import TrainingModule
from auscult.training.predict import log_probabilities
from auscult.training.recipe import Recipe, TrainingPart
from auscult.training.run import RunFolder
from auscult.training.sides import Sides, make_sides


def train(
    recipe: Recipe,
    dataset: Dataset,
    out: Path,
    *,
    split: Split | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    quiet: bool = False,
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

    Raises
    ------
    AuscultError
        When the folder holds another run, or the data set cannot be trained on.
    """
    task = get_task(recipe.data.task or dataset.tasks[0])
    split = split or dataset.get_split(recipe.data.split)
    _try_out(recipe, task)
    run = RunFolder(out)
    run.claim(_identity(recipe, dataset, task, split, seed), recipe.to_yaml())
    if run.finished:
        return run
    keep_freed_memory()
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)  # no tips, no advertising
    with run.lock():
        lightning.seed_everything(seed, verbose=False)
        sides = make_sides(recipe, dataset, task, split, seed=seed, progress=progress)
        model = _build(recipe, dataset, task, split, seed, sides.learn)
        best = _fit(recipe, task, model, sides, run, seed, quiet)
        if recipe.training.protocol == "both":
            model.classifier.load_state_dict(load_file(run.published_weights))
            answer_side(model, sides.test, split=split.name, batch_size=recipe.training.batch_size).save(run.published)
        model.classifier.load_state_dict(load_file(run.best_weights))
        model.facts = model.facts.model_copy(update={"epoch": best.epoch})
        _finish(recipe, task, model, sides, run, test_name=split.name)
    run.clean()
    return run


def _try_out(recipe: Recipe, task: Task) -> None:
    """Build model and objective once, so that a wrong option is said before anything is written."""
    create_model(recipe.model.name, classes=task.classes, bands=recipe.features.bands, **recipe.model.options)
    counts = torch.ones(len(task.classes))
    create_objective(recipe.objective.name, class_counts=counts, **recipe.objective.options)


def _identity(recipe: Recipe, dataset: Dataset, task: Task, split: Split, seed: int) -> dict[str, object]:
    """What makes a run this run."""
    return {
        "recipe": recipe.model_dump(mode="json"),
        "data": dataset.name,
        "recordings": len(dataset.recordings),
        "task": task.name,
        "split": split.name,
        "test": sha256("\n".join(sorted(split.test)).encode()).hexdigest()[:16],
        "seed": seed,
    }


def _build(recipe: Recipe, dataset: Dataset, task: Task, split: Split, seed: int, learn: Side) -> TrainedModel:
    """The untrained model, its front end fitted to the learning side."""
    windowed = task.level == "recording" and "windows" in recipe.data.units
    facts = ModelFacts(
        model=recipe.model.name,
        options=recipe.model.options,
        task=task.name,
        classes=task.classes,
        signal=recipe.signal,
        features=recipe.features,
        deltas=recipe.features.deltas,
        window_seconds=recipe.data.window_seconds if windowed else None,
        window_step=recipe.data.window_step if windowed else None,
        recipe=recipe.model_dump(mode="json"),
        data=dataset.title,
        split=split.name,
        protocol=recipe.training.protocol,
        seed=seed,
        data_licence=dataset.licence,
    )
    model = TrainedModel(facts)
    model.front_end.standardize.fit(*learn.pictures.statistics())
    return model


def _fit(recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, seed: int, quiet: bool) -> KeepBest:
    """Train; the best epoch's weights are in ``run.best_weights`` afterwards."""
    settings = recipe.training
    counts = torch.from_numpy(np.bincount(sides.learn.truth, minlength=len(task.classes)))
    objective = create_objective(recipe.objective.name, class_counts=counts, **recipe.objective.options)
    choosing = [sides.validate, sides.test] if settings.protocol == "both" else [sides.validate]
    data = SegmentData(
        PictureDataset(sides.learn, model.front_end, changes=recipe.augment.on_decibels(), mask=recipe.augment.mask, seed=seed),
        PictureDataset(sides.validate, model.front_end),
        settings,
        test=PictureDataset(sides.test, model.front_end) if settings.protocol == "both" else None,
    )
    best = KeepBest(run.best_weights, "score")
    callbacks: list[lightning.Callback] = [
        best,
        ModelCheckpoint(dirpath=run.path, filename="last", save_top_k=1, monitor=None, enable_version_counter=False),
    ]
    if settings.protocol == "both":
        callbacks.append(KeepBest(run.published_weights, "published_score"))
    if settings.average is not None:
        callbacks.append(AverageWeights(settings.average))
    if settings.patience is not None:
        callbacks.append(EarlyStopping("score", mode="max", patience=settings.patience))
    if not quiet:
        callbacks.append(RichProgressBar(leave=True))
    steps = settings.epochs * len(data.train_dataloader())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Lightning's advice on workers and log intervals: the data are in memory
        trainer = lightning.Trainer(
            max_epochs=settings.epochs,
            precision=settings.precision,
            gradient_clip_val=settings.clip,
            callbacks=callbacks,
            logger=CSVLogger(run.path, name="log"),
            num_sanity_val_steps=0,
            enable_model_summary=False,
            enable_progress_bar=not quiet,
            deterministic="warn",
        )
        resume = str(run.last_checkpoint) if run.last_checkpoint.is_file() else None
        trainer.fit(
            TrainingModule(model.classifier, objective, task, settings, steps=steps, sides=choosing),
            data,
            ckpt_path=resume,
            weights_only=True,
        )
    return best


def _finish(recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, test_name: str) -> None:
    """Choose temperature and offset on validation patients, score the test side once, write model and predictions."""
    batch_size = recipe.training.batch_size
    parts = []
    if recipe.training.protocol != "published":
        _calibrate(model, sides.validate, task, recipe.training)
        parts.append(answer_side(model, sides.validate, split="validation", batch_size=batch_size))
    parts.append(answer_side(model, sides.test, split=test_name, batch_size=batch_size))
    predictions = concatenate(parts)
    model.facts = model.facts.model_copy(update={"scores": _scores(predictions)})
    model.save(run.path)
    predictions.save(run.predictions)


def _calibrate(model: TrainedModel, validate: Side, task: Task, settings: TrainingPart) -> None:
    """Set temperature and decision offset from the validation patients."""
    dataset = PictureDataset(validate, model.front_end)
    truth = validate.truth[validate.answered]
    temperature = fit_temperature(log_probabilities(model, dataset, settings.batch_size), truth, pool=validate.pool)
    model.facts = model.facts.model_copy(update={"temperature": temperature})
    logs = validate.pool(log_probabilities(model, dataset, settings.batch_size))
    patients = [validate.segments[i].recording.patient for i in validate.answered]
    weights = validate.weights(settings.balance_over)
    offset = choose_normal_offset(logs, truth, task, patients=patients, weights=weights)
    model.facts = model.facts.model_copy(update={"normal_offset": offset})


def _scores(predictions: Predictions) -> dict[str, dict[str, float | None]]:
    """By side and task; None where a score has no meaning."""
    return {
        f"{summary.split} {summary.task}": {k: None if np.isnan(v) else v for k, v in asdict(summary.scores).items()}
        for summary in summarize_each(predictions)
    }
