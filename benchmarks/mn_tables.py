"""Train what is missing of the mn recipes and write benchmarks/results/mn_*.csv.

    python benchmarks/mn_tables.py sprsound --root data/sprsound --weights mn04-audioset.safetensors  # benchmark and windows
    python benchmarks/mn_tables.py records --root data/sprsound --weights mn04-audioset.safetensors  # whole recordings
    python benchmarks/mn_tables.py icbhi --root data/icbhi --weights mn04-audioset.safetensors
    python benchmarks/mn_tables.py shipped --root data/sprsound  # the bundled lung model on the windows that mn-lung answers
    python benchmarks/mn_tables.py size --root data/sprsound  # file and milliseconds for 8 s, of the finished mn-lung

Runs are resumable and skipped when finished; each row is computed from a run's predictions.csv.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _runs import AROUND_SECONDS, Job, figures, rows, run_jobs, table_parser, write

SEEDS = {"mn-sprsound": 3, "mn-lung": 1, "mn-records": 3, "mn-icbhi": 5}
_RECIPES = {"sprsound": ("mn-sprsound", "mn-lung"), "records": ("mn-records",), "icbhi": ("mn-icbhi",)}
_SIDES = {"sprsound": "intra", "records": "intra", "icbhi": "official"}
_SCORED_AS = {
    "sprsound": ("sprsound-1-2", "sprsound-1-1"),
    "records": ("sprsound-2-2", "sprsound-2-1"),
    "icbhi": ("icbhi-4", "icbhi-2"),
}
_UNLOCATED = {
    "training.epochs": 8,
    "model.options": {"width": 0.4, "dropout": 0.2},
    "objective": {"name": "mixup", "options": {"concentration": 0.3}},
}
_VARIANTS = {  # recipe → suffix, seeds, and what is otherwise, to see what it is worth
    "mn-lung": ("unlocated", 1, _UNLOCATED),
    "mn-sprsound": ("once", 1, {"training.refit": False, "training.recording_context": False}),
    "mn-records": ("once", 1, {"training.refit": False}),
    "mn-icbhi": ("again", 2, {"training.refit": True, "training.recording_context": True}),
}
_COMPARED = ("icbhi-4", "sprsound-1-1")
_SECONDS, _CALLS = 8.0, 50


def jobs(table: str, weights: Path) -> list[Job]:
    start = {"model.weights": str(weights.resolve())}
    data = {"sprsound": "sprsound", "records": "sprsound", "icbhi": "icbhi-pictures"}[table]
    every = [Job(recipe, recipe, data, seed, start) for recipe in _RECIPES[table] for seed in range(SEEDS[recipe])]
    for recipe in (recipe for recipe in _RECIPES[table] if recipe in _VARIANTS):
        suffix, seeds, changes = _VARIANTS[recipe]
        every += [Job(f"{recipe}-{suffix}", recipe, data, seed, start | changes) for seed in range(seeds)]
    return every


def scored(table: str, finished: list[Job], runs: Path) -> Iterator[dict[str, Any]]:
    """Validation patients and the test side of each run, as the task answered and as the coarser one; then means of seeds."""
    for job in finished:
        for side in ("validation", _SIDES[table]):
            for task in _SCORED_AS[table]:
                yield from rows(job, runs, side, task)
    for label in dict.fromkeys(job.label for job in finished):
        together = [job for job in finished if job.label == label]
        if len(together) == SEEDS[together[0].recipe] > 1:
            yield from averaged(label, together, runs, _SIDES[table], _SCORED_AS[table])


def averaged(label: str, together: list[Job], runs: Path, side: str, tasks: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The mean of the seeds' answers to the test side, as their models exported together would give it."""
    from auscult.evaluation.ensemble import average_answers
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.summary import summarize

    every = [Predictions.load(job.folder(runs) / "predictions.csv") for job in together]
    facts = [json.loads((job.folder(runs) / "model.json").read_text(encoding="utf-8")) for job in together]
    mean = average_answers([one.where(one.splits == side) for one in every], [one["normal_offset"] for one in facts])
    for task in tasks:
        known = {"model": f"{label}-mean-of-{len(together)}", "data": together[0].data, "side": side, "protocol": "honest"}
        yield known | {"seed": 0} | figures(summarize(mean, task=task))


def shipped(root: Path, runs: Path) -> Iterator[dict[str, Any]]:
    """The bundled lung model and the finished mn-lung on the same windows of real sound around the events of the test side."""
    from auscult.analysis.answer import answer_segments
    from auscult.analysis.model import load_model
    from auscult.evaluation.summary import summarize
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task
    from auscult.recordings.windows import around

    model, dataset = load_model("lung"), load_dataset("sprsound", root)
    segments = dataset.segments_of(dataset.select("intra"), get_task(model.card.task))
    answers = answer_segments(model, dataset, around(segments, seconds=AROUND_SECONDS), split="intra")
    for task in _COMPARED:
        yield {"model": "lung", "data": "sprsound", "side": "intra", **figures(summarize(answers, task=task))}
    for job in (Job("mn-lung", "mn-lung", "sprsound", seed) for seed in range(3)):
        if job.finished(runs):
            for task in _COMPARED:
                yield from rows(job, runs, "intra", task)


def size(run: Path, step_seconds: float) -> dict[str, Any]:
    """What the exported model weighs, and how long 8 s of audio take it on one thread: the median of some calls."""
    import numpy as np
    import onnxruntime

    from auscult.export.onnx_file import export_onnx
    from auscult.models.trained import load_trained

    model = load_trained(run)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        card = {"name": "mn", "title": "mn", "organ": "lung", "licence": "none"}
        export_onnx(model, file, card=card, window_seconds=2.0, step_seconds=step_seconds)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        samples = round(_SECONDS * model.facts.features.rate)
        sound = np.random.default_rng(0).normal(0, 1, (1, samples)).astype(np.float32)
        taken = sorted(_seconds(lambda: session.run(None, {"samples": sound})) for _ in range(_CALLS))
        megabytes = file.stat().st_size / 1e6
    return {"step_s": step_seconds, "file_mb": round(megabytes, 2), "ms_for_8_s": round(1000 * taken[_CALLS // 2], 1)}


def _seconds(call: Any) -> float:
    begin = time.process_time()
    call()
    return time.process_time() - begin


def main() -> None:
    parser = table_parser(__doc__, [*_RECIPES, "shipped", "size"])
    parser.add_argument("--weights", type=Path, help="mn04-audioset.safetensors; not with --collect")
    given = parser.parse_args()
    if given.table == "size":
        run = Job("mn-lung", "mn-lung", "sprsound", 0).folder(given.runs)
        write("mn_size", (size(run, step) for step in (0.5, 1.0)))
        return
    if given.table == "shipped":
        if given.root is None:
            parser.error("name --root")
        write("mn_shipped", shipped(given.root, given.runs))
        return
    if not given.collect and (given.root is None or given.weights is None):
        parser.error("name --root and --weights, or --collect what is finished")
    every = jobs(given.table, given.weights or Path())
    if not given.collect:
        run_jobs(every, given.root, given.runs, given.parallel)
    write(f"mn_{given.table}", scored(given.table, [job for job in every if job.finished(given.runs)], given.runs))


if __name__ == "__main__":
    main()
