"""Train what is missing and write the heart tables: benchmarks/results/heart_*.csv.

    python benchmarks/heart_tables.py reading --root data/physionet2016 --runs runs  # which reading of "50"; validation only
    python benchmarks/heart_tables.py s2 --root data/physionet2016 --runs runs       # heart-cnn and -raw, every kind of fold
    python benchmarks/heart_tables.py floors --root data/physionet2016               # answers that need no sound
    python benchmarks/heart_tables.py mel --root data/physionet2016 --runs runs      # heart-mel by subject and by database
    python benchmarks/heart_tables.py mn --root data/physionet2016 --weights mn04-audioset.safetensors  # mn-heart by subject

Cross-validations are resumable fold by fold and skipped when finished; each row is computed from a predictions.csv.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _runs import write

if TYPE_CHECKING:
    from auscult.evaluation.predictions import Predictions
    from auscult.recordings.core import Dataset

S2_EPOCHS = 20
"""Of the 200 that S2 trains: what two cores can do for seventy trainings (learning curves in docs/recipes/heart-cnn.md)."""
BANDS = {  # readings of S2's 50 rows of a 1024-point transform (reference/methods.md §8)
    "50 bands over 20–850 Hz": {"features.low": 20.0, "features.high": 850.0},
    "50 bands over 0–1000 Hz": {"features.low": 0.0, "features.high": 1000.0},
    "lowest 50 rows, 0–98 Hz": {"features.low": 0.0, "features.high": 97.65625},
}
SEEDS = 2


@dataclass(frozen=True)
class Job:
    """One cross-validation."""

    recipe: str
    by: str
    seed: int = 0
    changes: dict[str, Any] = field(default_factory=dict)

    def folder(self, runs: Path) -> Path:
        return runs / f"{self.recipe}-by-{self.by}-seed{self.seed}"


def s2_jobs() -> list[Job]:
    changes = {"training.epochs": S2_EPOCHS, "training.protocol": "both"}
    kinds = ("subject", "recording", "piece", "database")
    return [Job(recipe, by, 0, changes) for by in kinds for recipe in ("heart-cnn", "heart-cnn-raw")]


def mel_jobs() -> list[Job]:
    return [Job("heart-mel", by) for by in ("subject", "database")]


def mn_jobs(weights: Path) -> list[Job]:
    return [Job("mn-heart", "subject", 0, {"model.weights": str(weights.resolve())})]


def run_job(job: Job, root: Path, runs: Path, parallel: int) -> None:
    from auscult.recordings.core import load_dataset
    from auscult.training.crossval import cross_validate
    from auscult.training.folds import Unit
    from auscult.training.recipe_file import load_recipe

    by: Unit = job.by  # type: ignore[assignment]
    cross_validate(
        load_recipe(job.recipe, job.changes),
        load_dataset("physionet2016", root),
        job.folder(runs),
        by=by,
        seed=job.seed,
        jobs=parallel,
        report=lambda name, _: print("finished", job.folder(runs).name, name, flush=True),
    )


def rows(job: Job, runs: Path) -> Iterator[dict[str, Any]]:
    """A line for each protocol: spread over folds, all answers together, and by database."""
    from auscult.evaluation.predictions import Predictions

    for protocol, file in (("honest", "predictions.csv"), ("published", "published.csv")):
        if (job.folder(runs) / file).is_file():
            predictions = Predictions.load(job.folder(runs) / file)
            yield {"recipe": job.recipe, "by": job.by, "seed": job.seed, "protocol": protocol, **figures(predictions)}


def figures(predictions: "Predictions") -> dict[str, Any]:
    """The figures of one row."""
    from auscult.evaluation.breakdown import break_down
    from auscult.evaluation.over_folds import spread_over_folds
    from auscult.evaluation.summary import summarize

    spread = spread_over_folds(predictions)
    pooled, by_database = summarize(predictions), break_down(predictions, "database")
    low, high = pooled.intervals["score"]
    row: dict[str, Any] = {"answers": pooled.segments, "subjects": pooled.patients, "folds": spread["accuracy"].known}
    for name, value in spread.items():
        row |= {name: round(value.mean, 4), f"{name}_sd": round(value.deviation, 4)}
    row |= {"pooled_macc": pooled.scores.score, "pooled_low": low, "pooled_high": high, "pooled_auroc": pooled.auroc}
    if pooled.official is not None:
        row["official_macc"] = pooled.official.macc
    row |= {"databases_macc": by_database.mean}
    for name in "abcdef":
        if name in by_database.groups:
            row |= {f"macc_{name}": by_database.groups[name].scores.score, f"auroc_{name}": by_database.groups[name].auroc}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def reading_rows(root: Path, runs: Path) -> Iterator[dict[str, Any]]:
    """Validation subjects of the first fold, two choices of them: the test folds are not looked at."""
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.summary import summarize
    from auscult.recordings.core import load_dataset
    from auscult.training.recipe_file import load_recipe
    from auscult.training.train import train

    dataset = load_dataset("physionet2016", root)
    fold = first_fold(dataset)
    for reading, bands in BANDS.items():
        for seed in range(SEEDS):
            changes = bands | {"training.epochs": S2_EPOCHS, "augment.waveform": None}
            folder = runs / f"reading-{bands['features.high']:.0f}-seed{seed}"
            run = train(load_recipe("heart-cnn", changes), dataset, folder, split=fold, seed=seed, quiet=True)
            answers = Predictions.load(run.predictions)
            summary = summarize(answers.where(answers.splits == "validation"))
            print(reading, seed, summary.scores.score, summary.auroc, flush=True)
            yield {
                "reading": reading,
                "seed": seed,
                "recordings": summary.segments,
                "macc": round(summary.scores.score, 4),
                "auroc": round(summary.auroc, 4),
            }


def first_fold(dataset: "Dataset") -> Any:
    from auscult.recordings.tasks import get_task
    from auscult.training.data import class_indices
    from auscult.training.folds import make_folds
    from auscult.training.recipe_file import load_recipe
    from auscult.training.sides import answered_units

    task = get_task("heart-2")
    units = answered_units(dataset, frozenset(dataset.recordings), task, load_recipe("heart-cnn").data)
    return make_folds(units, class_indices(units, task), by="subject", folds=10, seed=0)[0]


def floor_rows(root: Path) -> Iterator[dict[str, Any]]:
    """Answers that need no sound, to the same folds."""
    from _heart_floors import heart_floors

    for by, floor, answers, worked_out in heart_floors(root):
        known = {"recipe": floor, "by": by, "seed": 0, "protocol": "honest"}
        yield known | (worked_out if answers is None else figures(answers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["reading", "s2", "mel", "mn", "floors"])
    parser.add_argument("--root", type=Path, required=True, help="the data set physionet2016")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time")
    parser.add_argument("--collect", action="store_true", help="train nothing, write the table of what is finished")
    parser.add_argument("--weights", type=Path, help="mn04-audioset.safetensors, for mn; not with --collect")
    given = parser.parse_args()
    if given.what == "mn" and given.weights is None and not given.collect:
        parser.error("name --weights, or --collect what is finished")
    if given.what == "reading":
        write("heart_reading", reading_rows(given.root, given.runs))
        return
    if given.what == "floors":
        write("heart_floors", floor_rows(given.root))
        return
    jobs = {"s2": s2_jobs, "mel": mel_jobs, "mn": lambda: mn_jobs(given.weights or Path())}[given.what]()
    for job in jobs if not given.collect else []:
        run_job(job, given.root, given.runs, given.jobs)
    write(f"heart_{given.what}", (row for job in jobs for row in rows(job, given.runs)))


if __name__ == "__main__":
    main()
