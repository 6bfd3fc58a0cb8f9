"""Export trained runs with weights of 32 and of 8 bits, and write benchmarks/results/export.csv: size, time, score of both.

    python benchmarks/export.py --root data/sprsound runs/sprsound-mn-lung-seed0 runs/sprsound-cnn6-ce-seed0 …

Every run is exported anew; 8 bits are calibrated with its training recordings. Both files answer the run's own test side (name
a fold of a cross-validation) through ONNX Runtime, as `auscult evaluate` does. Times are of this process on one thread, the two
files called in turns, so that their ratio stands whatever else the machine does. A run in the table already is replaced.
"""

import argparse
import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime

from _runs import RESULTS, write
from auscult.analysis.answer import answer_segments
from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import summarize
from auscult.export.heard import learned_sounds
from auscult.export.int8 import MOST_SOUNDS, quantize_int8
from auscult.export.of_run import export_run
from auscult.recordings.core import Dataset, load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.run import RunFolder

_SECONDS, _CALLS = 8.0, 41


def measure(run: Path, root: Path) -> dict[str, Any]:
    """One row: what the run's two files weigh, take and answer."""
    identity = RunFolder(run).identity
    dataset = load_dataset(identity["data"], root)
    with TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "int8.onnx"
        export_run(run, whole, name=run.name)
        found: dict[str, Any] = {"run": _name(run), "mb": round(whole.stat().st_size / 1e6, 2)}
        try:
            model = OnnxModel(whole)
            made = quantize_int8(whole, small, learned_sounds(RunFolder(run), dataset, model.card, most=MOST_SOUNDS))
        except AuscultError as error:
            return found | {"why_no_int8": str(error)}
        test = _tested(run)
        answers = {name: _answers(OnnxModel(file), dataset, test) for name, file in (("fp32", whole), ("int8", small))}
        scores = {f"score_{name}": round(100 * summarize(one).scores.score, 2) for name, one in answers.items()}
        same = float(np.mean(answers["fp32"].predicted == answers["int8"].predicted))
        return (
            found
            | {"mb_int8": round(small.stat().st_size / 1e6, 2), "manner": made.manner, "layers": made.layers}
            | _times(whole, small, model.card.samples(_SECONDS))
            | scores
            | {"same_class": round(100 * same, 1), "task": model.card.task, "segments": len(answers["fp32"].truth)}
        )


def _name(run: Path) -> str:
    """Of a fold together with that of its cross-validation."""
    return f"{run.parent.name}/{run.name}" if (run.parent / "run.json").is_file() else run.name


def _tested(run: Path) -> list[str]:
    """Recordings of the test side that the run was scored on."""
    answers = Predictions.load(RunFolder(run).predictions)
    return sorted(set(answers.recordings[answers.splits != "validation"].tolist()))


def _answers(model: OnnxModel, dataset: Dataset, recordings: list[str]) -> Predictions:
    return answer_segments(model, dataset, dataset.segments_of(recordings, get_task(model.card.task)), split="test")


def _times(whole: Path, small: Path, samples: int) -> dict[str, float]:
    """Median milliseconds of the processor for some seconds of sound, in turns, and their ratio."""
    sound = np.random.default_rng(0).normal(0, 0.05, (1, samples)).astype(np.float32)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    sessions = [onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"]) for file in (whole, small)]
    taken: list[list[float]] = [[], []]
    for _ in range(_CALLS):
        for session, times in zip(sessions, taken, strict=True):
            begin = time.process_time()
            session.run(None, {"samples": sound})
            times.append(1000 * (time.process_time() - begin))
    fp32, int8 = (float(np.median(times)) for times in taken)
    return {"ms": round(fp32, 1), "ms_int8": round(int8, 1), "ratio": round(int8 / fp32, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+", help="folders of finished runs")
    parser.add_argument("--root", type=Path, required=True, help="the data set that they have learned from")
    given = parser.parse_args()
    table = RESULTS / "export.csv"
    rows: dict[str, dict[str, Any]] = {}
    if table.is_file():
        with open(table, encoding="utf-8") as file:
            rows = {row["run"]: row for row in csv.DictReader(file)}
    for run in given.runs:
        try:
            rows[_name(run)] = measure(run, given.root)
        except AuscultError as error:  # the others are measured all the same
            print(error, flush=True)
            continue
        print(rows[_name(run)], flush=True)
        write("export", rows.values())


if __name__ == "__main__":
    main()
