"""Train what is missing and write the lung tables: benchmarks/results/*.csv.

    python benchmarks/lung_tables.py icbhi --root data/icbhi --runs runs        # han and han-single, both protocols, 3 seeds
    python benchmarks/lung_tables.py sprsound --root data/sprsound --runs runs  # han on tasks 1-1 and 1-2, and the floors
    python benchmarks/lung_tables.py ablation --root data/icbhi --runs runs     # what made han learn
    python benchmarks/lung_tables.py floors --root data  # answers that need no sound; data holds icbhi and sprsound
    python benchmarks/lung_tables.py lung --root data/sprsound  # the bundled model on the intra-patient test

Runs are resumable and skipped when finished; each row is computed from a run's predictions.csv.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _runs import Job, figures, rows, run_jobs, write


def icbhi_jobs() -> list[Job]:
    return [
        Job(recipe, recipe, "icbhi-pictures", seed, {"training.protocol": "both"})
        for seed in range(3)
        for recipe in ("han", "han-single")
    ]


def sprsound_jobs() -> list[Job]:
    return [
        Job(f"han-{task.removeprefix('sprsound-')}", "han", "sprsound", 0, {"data.task": task})
        for task in ("sprsound-1-1", "sprsound-1-2")
    ]


def ablation_jobs() -> list[Job]:
    """Seed 0 of han with half the frames (to be affordable), one thing changed at a time; validation patients only."""
    changes: dict[str, dict[str, Any]] = {
        "half the frames": {},
        "half the frames, as S1 draws it": {"model.options.normalize": False},
        "half the frames, batch 64": {"training.batch_size": 64},
        "half the frames, no dropout, colour, masks": {
            "model.options.dropout": 0.0,
            "augment.colour": None,
            "augment.mask": None,
        },
    }
    half = {"features.hop_seconds": 0.186}
    return [Job(label, "han", "icbhi-pictures", 0, half | change) for label, change in changes.items()]


def floor_rows(root: Path) -> Iterator[dict[str, Any]]:
    """Always normal, and a tree on the duration of the segment alone."""
    import numpy as np

    from auscult.evaluation.floors import always_normal, duration_tree
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.summary import summarize
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task

    for data, folder, name in (
        ("icbhi-pictures", "icbhi", "icbhi-4"),
        ("sprsound", "sprsound", "sprsound-1-1"),
        ("sprsound", "sprsound", "sprsound-1-2"),
        ("sprsound", "sprsound", "icbhi-4"),
    ):
        dataset, task = load_dataset(data, root / folder), get_task(name)
        split = dataset.get_split()
        sides = [dataset.segments_of(side, task) for side in (split.train, split.test)]
        (train_truth, truth) = ([task.classes.index(task.classify(s.labels) or "") for s in side] for side in sides)
        (train_durations, durations) = (np.array([s.duration for s in side]) for side in sides)
        test = sides[1]
        known = Predictions(
            task=name,
            ids=np.array([s.id for s in test]),
            recordings=np.array([s.recording.id for s in test]),
            patients=np.array([s.recording.patient for s in test]),
            splits=np.array([split.name] * len(test)),
            truth=np.array(truth),
            predicted=np.array(truth),
            probabilities=np.eye(len(task.classes), dtype=np.float32)[truth],
        )
        tree = duration_tree(known, durations, train_durations=train_durations, train_truth=np.array(train_truth))
        for floor, answers in (("always normal", always_normal(known)), ("duration alone", tree)):
            yield {"model": floor, "data": data, "side": split.name, **figures(summarize(answers))}


def lung_rows(root: Path) -> Iterator[dict[str, Any]]:
    """The bundled model's answers to the intra-patient test, through ONNX, as a user gets them."""
    from auscult.analysis.answer import answer_segments
    from auscult.analysis.model import load_model
    from auscult.evaluation.summary import summarize
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task

    model, dataset = load_model("lung"), load_dataset("sprsound", root)
    segments = dataset.segments_of(dataset.select("intra"), get_task(model.card.task))
    predictions = answer_segments(model, dataset, segments, split="intra")
    for task in ("icbhi-4", "sprsound-1-1"):
        yield {"model": "lung", "data": "sprsound", "side": "intra", **figures(summarize(predictions, task=task))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=["icbhi", "sprsound", "ablation", "floors", "lung"])
    parser.add_argument("--root", type=Path, required=True, help="folder with the unpacked data set")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where run folders lie")
    parser.add_argument("--parallel", type=int, default=os.cpu_count(), help="runs at once, sharing the processors")
    parser.add_argument("--collect", action="store_true", help="train nothing, tabulate the runs that are finished")
    given = parser.parse_args()
    if given.table in ("floors", "lung"):
        write(given.table, floor_rows(given.root) if given.table == "floors" else lung_rows(given.root))
        return
    jobs = {"icbhi": icbhi_jobs, "sprsound": sprsound_jobs, "ablation": ablation_jobs}[given.table]()
    if not given.collect:
        run_jobs(jobs, given.root, given.runs, given.parallel)
    finished = [job for job in jobs if job.finished(given.runs)]
    sides = {"icbhi": "official", "sprsound": "intra", "ablation": "validation"}
    if given.table == "icbhi":  # the recipe's own row of the ablation
        write("icbhi_validation", (row for job in finished if job.seed == 0 for row in rows(job, given.runs, "validation")))
    write(f"{given.table}_runs", (row for job in finished for row in rows(job, given.runs, sides[given.table])))


if __name__ == "__main__":
    main()
