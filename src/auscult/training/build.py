"""From a recipe to an untrained model and its objective."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.features.front_end import FrontEnd
from auscult.models.base import Classifier
from auscult.models.registry import create_model
from auscult.models.start import start_from
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.objectives.base import Objective
from auscult.objectives.registry import create_objective
from auscult.recordings.core import Dataset, Segment, Split
from auscult.recordings.groups import OF_AGE
from auscult.recordings.tasks import Task
from auscult.training.contrast_labels import contrast_labels
from auscult.training.data import Side, class_indices
from auscult.training.fit import precision_here
from auscult.training.fit_head import check_fitted
from auscult.training.partners import PartnerBatches
from auscult.training.recipe import ObjectivePart, Recipe
from auscult.training.texts import read_texts


def try_out(recipe: Recipe, dataset: Dataset, task: Task, segments: Sequence[Segment]) -> None:
    """Build model and objective once, so that what is wrong with them is said before anything is written.

    Parameters
    ----------
    recipe, dataset, task
        What is to be trained on what.
    segments
        What it is to be trained on.

    Raises
    ------
    AuscultError
        For a wrong option, for the context of what is a whole recording, for settings that mean nothing to the model, for
        weights that do not fit, for texts that are too long, for labels that cannot be contrasted, for partners that nobody
        has, and for a precision that this machine has not.
    """
    precision_here(recipe.training)
    if recipe.training.recording_context and task.level == "recording":
        raise AuscultError(
            f"{task.name} answers whole recordings, which have no context: set training.recording_context=false."
        )
    bands = recipe.features.bands
    channels = FrontEnd(bands=bands, deltas=recipe.features.deltas).channels
    model = create_model(recipe.model.name, classes=task.classes, channels=channels, bands=bands, **recipe.model.options)
    if not model.encoder.learns:
        check_fitted(recipe)
    if recipe.model.weights is not None:
        start_from(model.encoder, recipe.model.weights)
    read_texts(model.encoder, dataset, segments)
    truth = class_indices(segments, task)
    objective = build_objective(recipe.objective, model, segments, truth, adult_years=recipe.data.adult_years)
    if recipe.probe is None and not objective.teaches_classifier:
        raise AuscultError(
            f"The objective {recipe.objective.name} does not teach the classifier; add a stage that does: --set probe={{}}."
        )
    if objective.wants_places and (recipe.augment.crop or recipe.augment.stretch):
        raise AuscultError(
            f"The objective {recipe.objective.name} teaches when something is heard, which a cropped or stretched picture does "
            "not tell: set augment.crop=null and augment.stretch=null."
        )
    for label in objective.labels:
        contrast_labels(label, segments, truth, adult_years=recipe.data.adult_years)
    if recipe.training.batch_size < objective.smallest_batch:
        raise AuscultError(
            f"The objective {recipe.objective.name} needs at least {objective.smallest_batch} segments at a time: "
            "raise training.batch_size."
        )
    find_partners(objective, segments, truth, batch_size=recipe.training.batch_size)


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
        recipe=recipe.without_paths().model_dump(mode="json"),
        data=dataset.title,
        split=split.name,
        protocol=recipe.training.protocol,
        seed=seed,
        data_licence=dataset.licence,
        adult_years=recipe.data.adult_years,
        batch_size=recipe.training.batch_size,
    )
    model = TrainedModel(facts)
    if recipe.model.weights is not None:
        start_from(model.classifier.encoder, recipe.model.weights)
    model.front_end.fit(learn.pictures)
    return model


def build_objective(
    part: ObjectivePart,
    classifier: Classifier,
    segments: Sequence[Segment],
    truth: NDArray[np.int64],
    *,
    adult_years: float = OF_AGE,
) -> Objective:
    """The objective for a model, the segments that it learns from and their classes (n,)."""

    def domains(label: str) -> int:
        return int(contrast_labels(label, segments, truth, adult_years=adult_years).max()) + 1

    counts = torch.from_numpy(np.bincount(truth, minlength=len(classifier.classes)))
    size = classifier.encoder.embedding_size
    objective = create_objective(part.name, class_counts=counts, embedding_size=size, domains=domains, **part.options)
    objective.check(classifier)
    return objective


def find_partners(
    objective: Objective, segments: Sequence[Segment], truth: NDArray[np.int64], *, batch_size: int, seed: int = 0
) -> PartnerBatches | None:
    """What draws the partners that an objective wants among the segments it learns from; None where it wants none."""
    if objective.partners is None:
        return None
    _, files = np.unique([segment.recording.id for segment in segments], return_inverse=True)
    return PartnerBatches(objective.partners, truth, files, batch_size=batch_size, seed=seed)
