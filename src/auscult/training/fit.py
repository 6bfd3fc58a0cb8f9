"""One stage of a training: a model and an objective, epoch after epoch, and the choice among the epochs."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import CSVLogger
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.models.base import Classifier, without_map
from auscult.objectives.base import Objective
from auscult.recordings.tasks import Task
from auscult.training.averaging import AverageStep, AverageWeights
from auscult.training.data import PictureDataset, SegmentData, Side
from auscult.training.keep_best import KeepBest
from auscult.training.keep_random import KeepRandom
from auscult.training.module import TrainingModule
from auscult.training.partners import PartnerBatches
from auscult.training.recipe import TrainingPart
from auscult.training.run import RunFolder
from auscult.training.team import ALONE, Team

Precision = Literal["32-true", "bf16-mixed", "16-mixed"]


@dataclass(frozen=True)
class Stage:
    """A model and what it is taught.

    Attributes
    ----------
    classifier, objective
        What is trained, and the loss.
    task
        Names the Score that an epoch is chosen by.
    settings
        Of the course of training.
    epochs
        Stop after so many of the course's epochs; None: after all.
    learn
        What is learned from.
    choosing
        The validation side, and behind it the test side where its best epoch is wanted; none: the last epoch is taken.
    log, checkpoint
        Folder of the log in the run, and name of the file to resume from, without its ending.
    partners
        Draws the batches with partners, where the objective wants such.
    team
        The processes that train it together.
    """

    classifier: Classifier
    objective: Objective
    task: Task
    settings: TrainingPart
    learn: PictureDataset
    choosing: Sequence[Side]
    epochs: int | None = None
    log: str = "log"
    checkpoint: str = "last"
    partners: PartnerBatches | None = None
    team: Team = ALONE


def fit(stage: Stage, run: RunFolder, *, quiet: bool) -> int:
    """Train a stage, or go on from the run's last checkpoint; the classifier has the chosen epoch's weights afterwards.

    Of a team, that of the first process has.

    Parameters
    ----------
    stage
        What to train.
    run
        Where log, checkpoint and best weights are written. With protocol both the best test epoch's weights are in
        ``run.published_weights`` afterwards.
    quiet
        No progress bar.

    Returns
    -------
    int
        The chosen epoch, counted from 1.

    Raises
    ------
    AuscultError
        When no batch of an epoch told the objective anything.
    """
    settings = stage.settings
    choosing = [PictureDataset(side, stage.learn.front_end) for side in stage.choosing]
    data = SegmentData(stage.learn, choosing, settings, stage.partners, stage.team)
    if stage.team.size > 1:
        torch.manual_seed(stage.team.own_seed(torch.initial_seed()))  # else all would drop out the same
    steps = settings.epochs * len(data.train_dataloader())
    module = TrainingModule(stage.classifier, stage.objective, stage.task, settings, steps=steps, sides=stage.choosing)
    best = KeepBest(run.best_weights, "score") if choosing else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Lightning's advice on workers and log intervals: the data are in memory
        trainer = lightning.Trainer(
            devices=stage.team.devices,
            num_nodes=stage.team.nodes,
            # An objective may leave some of the weights alone for a batch.
            strategy="ddp_find_unused_parameters_true" if stage.team.size > 1 else "auto",
            use_distributed_sampler=False,
            max_epochs=stage.epochs or settings.epochs,
            precision=precision_here(settings),
            gradient_clip_val=settings.clip,
            callbacks=_callbacks(stage, run, best, data.generators, quiet=quiet),
            logger=CSVLogger(run.path, name=stage.log),
            num_sanity_val_steps=0,
            enable_model_summary=False,
            enable_progress_bar=not quiet,
            deterministic="warn",
        )
        last = run.path / f"{stage.checkpoint}.ckpt"
        with without_map(stage.classifier.encoder):
            trainer.fit(module, data, ckpt_path=str(last) if last.is_file() else None, weights_only=True)
    if best is None or not stage.team.first:
        return stage.epochs or settings.epochs
    stage.classifier.load_state_dict(load_file(run.best_weights))
    return best.epoch


def precision_here(settings: TrainingPart) -> Precision:
    """Lightning's name of the recipe's precision on this machine.

    Raises
    ------
    AuscultError
        For ``16-mixed`` without a GPU, in whose place Lightning would take bf16.
    """
    if settings.precision == "16-mixed" and not torch.cuda.is_available():
        raise AuscultError(
            "training.precision=16-mixed needs a GPU with CUDA, and there is none here: choose auto, bf16-mixed or 32-true."
        )
    if settings.precision != "auto":
        return settings.precision
    on_gpu = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    bf16 = on_gpu or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return "bf16-mixed" if bf16 else "32-true"  # a processor that only imitates bf16 is far slower with it


def _callbacks(
    stage: Stage, run: RunFolder, best: KeepBest | None, generators: Sequence[np.random.Generator], *, quiet: bool
) -> list[lightning.Callback]:
    """What is done after each epoch, in order."""
    settings = stage.settings
    last = ModelCheckpoint(
        dirpath=run.path, filename=stage.checkpoint, save_top_k=1, monitor=None, enable_version_counter=False
    )
    callbacks: list[lightning.Callback] = [KeepRandom(generators, stage.team), last]
    if best is not None:
        callbacks.insert(0, best)
    if best is not None and settings.protocol == "both":
        callbacks.append(KeepBest(run.published_weights, "published_score"))
    if settings.average is not None:
        callbacks.append(AverageWeights(settings.average))
    if settings.step_average is not None:
        callbacks.append(AverageStep(settings.step_average))
    if best is not None and settings.patience is not None:
        callbacks.append(EarlyStopping("score", mode="max", patience=settings.patience))
    return callbacks if quiet else [*callbacks, RichProgressBar(leave=True)]
