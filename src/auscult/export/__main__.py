"""``python -m auscult.export RUN OUT.onnx [--root DIR]``: write a finished run as one ONNX file with its card.

RUN is a training, or a cross-validation: then the file holds the models of all folds, and answers with their mean.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.evaluation.breakdown import break_down
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import summarize
from auscult.export.onnx_file import export_onnx, write_card
from auscult.export.thresholds import choose_thresholds
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.run import RunFolder


def main() -> None:
    """Parse, load, export, and print how well the two agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="run folder of a training or a cross-validation")
    parser.add_argument("out", type=Path, help="the .onnx file; its card is written beside it")
    parser.add_argument("--root", type=Path, help="the run's data set: thresholds are chosen on its validation patients")
    parser.add_argument("--window", type=float, help="seconds of sound in an answer; what it was trained with, or 2")
    parser.add_argument("--step", type=float, help="seconds between two answers; half a second if not given")
    parser.add_argument("--licence", default="Apache-2.0")
    given = parser.parse_args()
    run = RunFolder(given.run)
    identity = run.identity if run.record.is_file() else {}
    folds = identity.get("folds", [])
    models = [load_trained(run.path / fold) for fold in folds or [""]]
    card = {
        "name": given.out.stem,
        "title": models[0].facts.recipe["title"],
        "organ": get_task(models[0].facts.task).organ,
        "licence": given.licence,
        "intended_use": "An aid for listening, research and teaching; not a medical device, never a diagnosis.",
    } | (_about_folds(run) if folds else {})
    window = given.window or models[0].facts.window_seconds or 2.0
    difference = export_onnx(models, given.out, card=card, window_seconds=window, step_seconds=given.step or 0.5)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB, differs from torch by at most {difference:.1e}")
    if given.root is not None:
        print(f"thresholds: {add_thresholds(given.out, run, given.root)}")


def _about_folds(run: RunFolder) -> dict[str, Any]:
    """What the card says of the mean of all folds' models: each answer scored here is of the one that had not heard it."""
    predictions, identity = Predictions.load(run.predictions), run.identity
    scores = {"all answers": asdict(summarize(predictions).scores)}
    if "database" in predictions.groups:
        by_database = break_down(predictions, "database")
        scores |= {f"database {name}": asdict(group.scores) for name, group in by_database.groups.items()}
        scores["mean of databases"] = {"score": by_database.mean}
    return {
        "split": f"mean of the models of {len(identity['folds'])} folds by {identity['crossval']}; "
        "scores: each recording by the model that has not heard it",
        "scores": scores,
    }


def add_thresholds(onnx: Path, run: RunFolder, root: Path) -> dict[str, float]:
    """Choose thresholds on the run's validation patients and write them into the card."""
    predictions = Predictions.load(run.predictions)
    validation = predictions.where(predictions.splits == "validation")
    dataset = load_dataset(run.identity["data"], root)
    thresholds = choose_thresholds(OnnxModel(onnx), dataset, set(validation.recordings.tolist()))
    path = onnx.with_suffix(".json")
    write_card(path, json.loads(path.read_text(encoding="utf-8")) | {"thresholds": thresholds})
    return thresholds


if __name__ == "__main__":
    try:
        main()
    except AuscultError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
