"""``python -m auscult.export RUN OUT.onnx [--root DIR]``: write a finished run as one ONNX file with its card.

RUN is a training, or a cross-validation: then the file holds the models of all folds, and answers with their mean.
"""

import argparse
import json
import sys
from pathlib import Path

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.export.of_run import export_run
from auscult.export.onnx_file import write_card
from auscult.export.thresholds import choose_thresholds
from auscult.recordings.core import load_dataset
from auscult.training.run import RunFolder


def main() -> None:
    """Parse, load, export, and print how well the two agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="run folder of a training or a cross-validation")
    parser.add_argument("out", type=Path, help="the .onnx file; its card is written beside it")
    parser.add_argument("--root", type=Path, help="the run's data set: thresholds are chosen on its validation patients")
    parser.add_argument("--window", type=float, help="seconds of sound in an answer; what it was trained with, or 2")
    parser.add_argument("--step", type=float, help="seconds between two answers; half a second, or less for short windows")
    parser.add_argument("--licence", default="Apache-2.0")
    given = parser.parse_args()
    settings = {"name": given.out.stem, "licence": given.licence, "window_seconds": given.window, "step_seconds": given.step}
    difference = export_run(given.run, given.out, **settings)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB, differs from torch by at most {difference:.1e}")
    if given.root is not None:
        print(f"thresholds: {add_thresholds(given.out, RunFolder(given.run), given.root)}")


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
