"""From a data set and a split to the three sides of a training: to learn from, to choose on, to score."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from auscult.errors import AuscultError
from auscult.features.pictures import Change, Progress, SegmentPictures, check_hearing, prepare_pictures
from auscult.recordings.core import Dataset, Segment, Split
from auscult.recordings.tasks import Task
from auscult.recordings.windows import around, cut_windows
from auscult.training.data import Side, class_indices
from auscult.training.folds import Fold, group_of, strata
from auscult.training.places import find_abnormal
from auscult.training.recipe import DataPart, Recipe
from auscult.training.started import started_from
from auscult.training.validation import take_out_patients


class Division(NamedTuple):
    """The segments of each side; ``validate`` is the test side where nothing is taken out (protocol published)."""

    learn: list[Segment]
    validate: list[Segment]
    test: list[Segment]


class Sides(NamedTuple):
    """The same with pictures and classes."""

    learn: Side
    validate: Side
    test: Side


def divide_segments(recipe: Recipe, dataset: Dataset, task: Task, split: Split, *, seed: int) -> Division:
    """What is learned from, chosen on and scored.

    Parameters
    ----------
    recipe, dataset, task, split
        What is trained on what.
    seed
        Of the choice of validation patients; a training that goes on from a run on the same data has that run's.

    Raises
    ------
    AuscultError
        When the recipe wants audio and the data set has none, a side is empty, there are too few patients to take some out, a
        side tells too little (only one class to learn from, or only normal or only abnormal segments to choose on), or the run
        that is started from has learned from the test side.
    """
    check_hearing(dataset, recipe.features, recipe.signal, changed=recipe.augment.waveform is not None)
    _check_around(recipe.data, dataset, task)
    units = answered_units(dataset, split.train | split.test, task, recipe.data)
    known, test = ([s for s in units if s.recording.id in side or s.id in side] for side in (split.train, split.test))
    if not known or not test:
        raise AuscultError(f"{dataset.name} at {dataset.root} lacks the train or the test side of the split '{split.name}'.")
    honest, before = recipe.training.protocol != "published", started_from(recipe, dataset)
    if before is not None:
        before.check_unheard(split, test)
    if not honest:
        learn, validate = known, test
    else:
        learn, validate = before.take_out(known) if before else _take_out(known, task, recipe, split, seed)
    if not recipe.data.noisy:
        learn = [segment for segment in learn if not segment.recording.labels.get("poor_quality")]
    if task.level == "segment":
        learn = _learning_units(learn, task, recipe.data)
        validate, test = (around(side, seconds=recipe.data.around_seconds) for side in (validate, test))
    classes = {task.classify(segment.labels) for segment in learn}
    if len(classes) == 1:
        raise AuscultError(f"All training segments are '{classes.pop()}'; there is nothing to tell apart.")
    if honest and len({task.classify(segment.labels) == task.classes[0] for segment in validate}) == 1:
        raise AuscultError("The validation patients have only normal or only abnormal segments; raise data.validation_share.")
    return Division(learn, validate, test)


def make_sides(
    recipe: Recipe,
    dataset: Dataset,
    task: Task,
    split: Split,
    division: Division,
    *,
    seed: int,
    progress: Progress | None = None,
) -> Sides:
    """Pictures and classes of the three sides.

    Parameters
    ----------
    recipe, dataset, task, split
        What is trained on what.
    division
        Of `divide_segments`.
    seed
        Of randomly changed copies.
    progress
        Shows how far the preparation of pictures is.
    """
    everything = [segment for side in division for segment in side]
    pictures = prepare_pictures(dataset, everything, recipe.features, signal=recipe.signal, progress=progress)
    truth = class_indices(everything, task)
    pooled = task.level == "recording" and not (isinstance(split, Fold) and split.by == "piece")
    ends = np.cumsum([0, *map(len, division)])
    parts = [np.arange(first, end) for first, end in pairwise(ends)]
    sides = [Side(side, pictures.take(part), truth[part], pooled) for side, part in zip(division, parts, strict=True)]
    copies = changed_copies(recipe, dataset, division.learn, seed=seed, progress=progress)
    abnormal = find_abnormal(dataset, division.learn, task)
    return Sides(replace(sides[0], copies=copies, abnormal=abnormal), sides[1], sides[2])


def answered_units(dataset: Dataset, ids: frozenset[str], task: Task, data: DataPart) -> list[Segment]:
    """What is learned from and answered: annotated segments; or, where recordings are answered, their pieces.

    Parameters
    ----------
    ids
        Recordings, or pieces (``recording:w0`` …), to take it from.
    """
    segments = dataset.segments_of({i.partition(":w")[0] for i in ids}, task)
    if task.level == "recording" and "windows" in data.units:
        return cut_windows(segments, seconds=data.window_seconds, step=data.window_step)
    return segments


def count_short(recipe: Recipe, dataset: Dataset) -> int:
    """How many recordings are so short that the recipe repeats them to fill a piece."""
    shortest = recipe.signal.shortest_seconds or 0.0
    return sum(recording.duration < shortest for recording in dataset.recordings.values())


def prepare_once(
    recipe: Recipe, dataset: Dataset, segments: Sequence[Segment], *, seed: int, progress: Progress | None = None
) -> None:
    """Make the pictures before trainings in several processes start, which then find them."""
    prepare_pictures(dataset, segments, recipe.features, signal=recipe.signal, progress=progress)
    changed_copies(recipe, dataset, segments, seed=seed, progress=progress)


def changed_copies(
    recipe: Recipe, dataset: Dataset, segments: Sequence[Segment], *, seed: int, progress: Progress | None = None
) -> tuple[SegmentPictures, ...]:
    """Pictures of the recipe's randomly changed copies; those of the whole data set are made, so that folds can share them."""
    waveform = recipe.augment.waveform
    if waveform is None:
        return ()
    changes = [Change(waveform, asdict(waveform), 1000 * seed + copy) for copy in range(waveform.copies)]
    return tuple(
        prepare_pictures(dataset, segments, recipe.features, signal=recipe.signal, change=change, progress=progress)
        for change in changes
    )


def _check_around(data: DataPart, dataset: Dataset, task: Task) -> None:
    """Refuse windows around segments where there are no single segments to answer, or no sound around them."""
    if data.around_seconds is None:
        return
    if task.level != "segment":
        problem = f"{task.name} answers whole recordings"
    elif not dataset.has_audio:
        problem = f"{dataset.name} has ready pictures of its segments, and no sound around them"
    else:
        return
    raise AuscultError(f"{problem}: add --set data.around_seconds=null.")


def _take_out(known: list[Segment], task: Task, recipe: Recipe, split: Split, seed: int) -> tuple[list[Segment], list[Segment]]:
    """Take validation patients out; where folds leak on purpose, validation leaks in the same way."""
    by = split.by if isinstance(split, Fold) and split.by != "database" else "subject"
    groups = [group_of(segment, by) for segment in known]
    truth = class_indices(known, task)
    share = recipe.data.validation_share
    chosen, validation = take_out_patients(groups, truth, share=share, seed=seed, layers=strata(known, truth))
    return [known[i] for i in chosen], [known[i] for i in validation]


def _learning_units(segments: list[Segment], task: Task, data: DataPart) -> list[Segment]:
    """The annotated segments or windows around them, windows cut from the same recordings, or both."""
    units: list[Segment] = around(segments, seconds=data.around_seconds) if "annotated" in data.units else []
    if "windows" in data.units:
        units += cut_windows(segments, seconds=data.window_seconds, step=data.window_step)
    return [unit for unit in units if task.classify(unit.labels) is not None]
