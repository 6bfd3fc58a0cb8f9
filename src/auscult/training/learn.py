"""Teach a model what a recipe says: in one stage, in two, or in one go; and once more, when everything is chosen."""

from dataclasses import replace

from safetensors.torch import load_file, save_file

from auscult.files import replacing
from auscult.models.trained import TrainedModel
from auscult.objectives.base import Objective
from auscult.recordings.tasks import Task
from auscult.training.build import build_objective, find_partners
from auscult.training.contrast_labels import contrast_labels
from auscult.training.data import PictureDataset, Side
from auscult.training.fit import Stage, fit
from auscult.training.fit_head import fit_head
from auscult.training.places import Places
from auscult.training.probe import embed_sides, probe_of
from auscult.training.recipe import ObjectivePart, ProbePart, Recipe, TrainingPart
from auscult.training.run import RunFolder
from auscult.training.sides import Sides
from auscult.training.team import ALONE, Team


def learn(
    recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, *, seed: int, quiet: bool, team: Team
) -> int:
    """Train what the recipe says, in one stage or two, or fit it in one go; returns the chosen epoch, or number of settings.

    Of a team all train the network; what is fitted in one go, and a second stage, is left to the first, the only one to
    return something.
    """
    if not model.classifier.encoder.learns:
        return fit_head(recipe.training, task, model, sides, run, seed=seed, quiet=quiet) if team.first else 0
    stage = _stage(recipe, task, model, sides, team.own_seed(seed), team)
    if recipe.probe is None:
        return fit(stage, run, quiet=quiet)
    encoder = model.classifier.encoder
    if not run.encoder_weights.is_file():
        fit(replace(stage, choosing=[], log="log-encoder", checkpoint=run.encoder_checkpoint.stem), run, quiet=quiet)
        if team.first:
            with replacing(run.encoder_weights) as partial:
                save_file(encoder.state_dict(), partial)
    if not team.first:
        return 0
    encoder.load_state_dict(load_file(run.encoder_weights))
    return fit(_probe_stage(recipe.training, recipe.probe, task, model, sides), run, quiet=quiet)


def learn_again(
    recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, *, epochs: int, seed: int, quiet: bool
) -> None:
    """Train the network for the first ``epochs`` of the recipe's course, and choose nothing."""
    stage = _stage(recipe, task, model, sides, seed, ALONE)
    last = run.refit_checkpoint.stem
    fit(replace(stage, choosing=[], epochs=epochs, log="log-refit", checkpoint=last), run, quiet=quiet)


def _stage(recipe: Recipe, task: Task, model: TrainedModel, sides: Sides, seed: int, team: Team) -> Stage:
    """The network with the recipe's objective, on the learning side as the objective wants it."""
    side, years = sides.learn, recipe.data.adult_years
    objective = build_objective(recipe.objective, model.classifier, side.segments, side.truth, adult_years=years)
    return Stage(
        model.classifier,
        objective,
        task,
        recipe.training,
        _pictures_to_learn(recipe, model, side, objective, seed),
        _choosing(sides, recipe.training),
        partners=find_partners(objective, side.segments, side.truth, batch_size=recipe.training.batch_size, seed=seed),
        team=team,
    )


def _pictures_to_learn(recipe: Recipe, model: TrainedModel, learn: Side, objective: Objective, seed: int) -> PictureDataset:
    """The learning side as the objective wants it: randomly changed, in views, with labels."""
    years = recipe.data.adult_years
    return PictureDataset(
        learn,
        model.front_end,
        changes=recipe.augment.on_decibels(),
        mask=recipe.augment.mask,
        views=objective.views,
        labels={name: contrast_labels(name, learn.segments, learn.truth, adult_years=years) for name in objective.labels},
        places=Places(learn.segments, learn.abnormal, recipe.features.frame_seconds) if objective.wants_places else None,
        seed=seed,
    )


def _probe_stage(settings: TrainingPart, probe: ProbePart, task: Task, model: TrainedModel, sides: Sides) -> Stage:
    """The second stage: the classifier alone, on embeddings of the encoder as it is now."""
    embedded, front_end = embed_sides(model, sides)
    cross_entropy = ObjectivePart(name="cross-entropy", options={"class_weights": probe.class_weights})
    return Stage(
        probe_of(model.classifier),
        build_objective(cross_entropy, model.classifier, sides.learn.segments, sides.learn.truth),
        task,
        settings.model_copy(update=probe.as_training()),
        PictureDataset(embedded.learn, front_end),
        _choosing(embedded, settings),
    )


def _choosing(sides: Sides, settings: TrainingPart) -> list[Side]:
    return [sides.validate, sides.test] if settings.protocol == "both" else [sides.validate]
