"""Sweeps: a training for every combination of settings and every seed, each a run of its own, and one table of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from auscult.errors import AuscultError
from auscult.features.pictures import Progress
from auscult.recordings.core import Dataset, Split
from auscult.recordings.tasks import Task, get_task
from auscult.training.build import try_out
from auscult.training.grid import combination_name
from auscult.training.identity import digest_weights
from auscult.training.recipe import Recipe
from auscult.training.sides import divide_segments
from auscult.training.sweep_folder import Settings, SweepFolder
from auscult.training.sweep_runs import Planned, train_each
from auscult.training.sweep_table import SweepTable

Checking = Callable[[Sequence[Planned], int], Iterator[Planned]]
"""Wraps trainings, of which there are so many, to show how far the check of them is."""
Report = Callable[[str, str | None], None]
"""Called with the name of each run that has ended, and with a sentence where it went wrong."""


@dataclass(frozen=True)
class Variant:
    """One combination of settings, by whole dotted name, and the recipe that has them."""

    settings: Settings
    recipe: Recipe


def sweep(
    variants: Sequence[Variant],
    dataset: Dataset,
    out: Path,
    *,
    seeds: int = 1,
    jobs: int = 1,
    with_test: bool = False,
    checking: Checking | None = None,
    progress: Progress | None = None,
    report: Report | None = None,
    quiet: bool = True,
) -> SweepTable:
    """Train every variant with every seed; runs that are finished are left as they are, others go on where they were.

    A run that goes wrong does not stop the others; the table's ``failed`` names it, and the next call tries it again. Later
    calls may add values and seeds to a folder; its table then has all of them.

    Parameters
    ----------
    variants
        What to compare: one recipe with different values of the same settings.
    dataset
        What to train on.
    out
        Folder to write, see `SweepFolder`.
    seeds
        Trainings of each variant, with the seeds 0, 1, ….
    jobs
        Trainings at a time, each in a process of its own where there are several. They share the processors.
    with_test
        Put scores of the test side into the table too; for comparisons that choose nothing, since what is chosen by them is
        tuned on the test side.
    checking, progress
        Show how far the check of the variants and the preparation of pictures are.
    report
        Called after each run.
    quiet
        No progress bar for single trainings.

    Raises
    ------
    AuscultError
        Before anything is written: when a variant cannot be trained, two are the same, or they cannot be compared; when the
        folder holds something else, or another process is at it.
    """
    _require_comparable(variants, with_test=with_test)
    data = variants[0].recipe.data
    task, split = get_task(data.task or dataset.tasks[0]), dataset.get_split(data.split)
    folder = SweepFolder(out)
    planned = [Planned(one.recipe, seed, folder.run(one.settings, seed)) for seed in range(seeds) for one in variants]
    same_patients = _check(planned if checking is None else checking(planned, len(planned)), dataset, task, split)
    with folder.claim(_identity(variants[0], dataset, task, split)):
        settings, most = folder.extend([one.settings for one in variants], seeds)
        sides = {"validation": "validation"} | ({"test": split.name} if with_test else {})
        table = SweepTable(folder, settings, most, task.name, sides, same_patients)
        table.save()
        for name, problem in train_each(planned, dataset, jobs=jobs, progress=progress, quiet=quiet):
            if problem is not None:
                table.failed[name] = problem
            table.save()
            if report is not None:
                report(name, problem)
    return table


def _require_comparable(variants: Sequence[Variant], *, with_test: bool) -> None:
    """Refuse variants that are no comparison."""
    for name in ("name", "task", "split"):
        if len({getattr(one.recipe.data, name) for one in variants}) > 1:
            raise AuscultError(f"A sweep compares settings on one data set, task and split: give data.{name} one value.")
    if not with_test and any(one.recipe.training.protocol == "published" for one in variants):
        raise AuscultError(
            "Protocol published has no validation patients to compare settings on: choose another, or add --with-test for "
            "a comparison that chooses nothing."
        )
    for one, other in combinations(variants, 2):
        name = combination_name(one.settings)
        if one.recipe == other.recipe or name == combination_name(other.settings):
            raise AuscultError(f"Two of the combinations are the same, {name}: give every value once, and in one place.")


def _check(planned: Iterable[Planned], dataset: Dataset, task: Task, split: Split) -> bool:
    """Build what is to be trained; returns whether, seed by seed, the validation patients are the same."""
    patients: dict[int, set[frozenset[str]]] = {}
    tried: list[Recipe] = []
    for one in planned:
        division = divide_segments(one.recipe, dataset, task, split, seed=one.seed)
        patients.setdefault(one.seed, set()).add(frozenset(segment.recording.patient for segment in division.validate))
        if not one.run.finished and one.recipe not in tried:
            try_out(one.recipe, task, division.learn)
            tried.append(one.recipe)
    return all(len(different) == 1 for different in patients.values())


def _identity(variant: Variant, dataset: Dataset, task: Task, split: Split) -> dict[str, Any]:
    """What makes a sweep this one: its data, and all of its recipe but the values that differ. Each run has its own too."""
    recipe = variant.recipe.without_paths().model_dump(mode="json")
    for key in variant.settings:
        _leave_out(recipe, key)
    swept = {"model", "model.weights"} & set(variant.settings)
    source = None if swept else variant.recipe.model.weights
    return {
        "settings": sorted(variant.settings),
        "recipe": recipe,
        "weights": None if source is None else digest_weights(source),
        "data": dataset.name,
        "task": task.name,
        "split": split.name,
    }


def _leave_out(recipe: dict[str, Any], key: str) -> None:
    *parts, last = key.split(".")
    for part in parts:
        recipe = recipe.get(part) or {}
    recipe.pop(last, None)
