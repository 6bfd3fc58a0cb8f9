"""From a recipe to an untrained model and its objective."""

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

import numpy as np
import torch

from auscult.errors import AuscultError
from auscult.features.front_end import FrontEnd
from auscult.models.registry import create_model
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.objectives.base import Objective
from auscult.objectives.registry import create_objective
from auscult.recordings.core import Dataset, Segment, Split
from auscult.recordings.tasks import Task
from auscult.training.contrast_labels import contrast_labels
from auscult.training.data import Side, class_indices
from auscult.training.recipe import ObjectivePart, Recipe


def try_out(recipe: Recipe, task: Task, segments: Sequence[Segment]) -> None:
    """Build model and objective once, so that what is wrong with them is said before anything is written.

    Parameters
    ----------
    recipe, task
        What is to be trained.
    segments
        What it is to be trained on.

    Raises
    ------
    AuscultError
        For a wrong option, for weights that do not fit, for segments of one class only, and for labels that cannot be
        contrasted.
    """
    bands = recipe.features.bands
    channels = FrontEnd(bands=bands, deltas=recipe.features.deltas).channels
    model = create_model(recipe.model.name, classes=task.classes, channels=channels, bands=bands, **recipe.model.options)
    if recipe.model.weights is not None:
        model.encoder.load_pretrained(Path(recipe.model.weights))
    truth = class_indices(segments, task)
    counts, size = torch.from_numpy(np.bincount(truth, minlength=len(task.classes))), model.encoder.embedding_size
    objective = create_objective(recipe.objective.name, class_counts=counts, embedding_size=size, **recipe.objective.options)
    if len(set(truth)) == 1:
        raise AuscultError(f"All training segments are '{task.classes[truth[0]]}'; there is nothing to tell apart.")
    for label in objective.labels if len(segments) else ():
        contrast_labels(label, segments, truth, adult_years=recipe.data.adult_years)


def weights_identity(recipe: Recipe) -> dict[str, str]:
    """Of pretrained weights, where there are any: another file under the same name makes another run."""
    if recipe.model.weights is None:
        return {}
    with open(recipe.model.weights, "rb") as file:
        return {"weights": file_digest(file, "sha256").hexdigest()}


def build_model(recipe: Recipe, dataset: Dataset, task: Task, split: Split, seed: int, learn: Side) -> TrainedModel:
    """The untrained model: its front end fitted to the learning side, its encoder random or from published weights."""
    windowed = task.level == "recording" and "windows" in recipe.data.units
    facts = ModelFacts(
        model=recipe.model.name,
        options=recipe.model.options,
        task=task.name,
        classes=task.classes,
        signal=recipe.signal,
        features=recipe.features,
        deltas=recipe.features.deltas,
        normalize=recipe.features.normalize,
        window_seconds=recipe.data.window_seconds if windowed else None,
        window_step=recipe.data.window_step if windowed else None,
        recipe=recipe.model_dump(mode="json"),
        data=dataset.title,
        split=split.name,
        protocol=recipe.training.protocol,
        seed=seed,
        data_licence=dataset.licence,
        adult_years=recipe.data.adult_years,
    )
    model = TrainedModel(facts)
    if recipe.model.weights is not None:
        model.classifier.encoder.load_pretrained(Path(recipe.model.weights))
    model.front_end.standardize.fit(*learn.pictures.statistics())
    return model


def build_objective(part: ObjectivePart, model: TrainedModel, learn: Side) -> Objective:
    """The objective for a model and what it learns from."""
    counts = torch.from_numpy(np.bincount(learn.truth, minlength=len(model.facts.classes)))
    size = model.classifier.encoder.embedding_size
    return create_objective(part.name, class_counts=counts, embedding_size=size, **part.options)
