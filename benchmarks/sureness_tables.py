"""Does sureness keep its word on patients never seen? benchmarks/results/sureness.csv, sureness_curve.csv and its picture.

    python benchmarks/sureness_tables.py --root data --keep FOLDER --lung NAME RUN ONNX … --heart runs/heart

``--lung`` names a run on SPRSound and its exported model; its validation patients are divided into five parts, each judged by
what was chosen on the other four, and the intra-patient test is judged by what was chosen on all of them. ``--heart`` holds the
bundled heart model's cross-validations: by subject, judged the same way in ten parts; by database, each judged by the others.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from _runs import write
from _sureness_page import draw
from auscult.analysis.model import OnnxModel
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.sureness import coverage_and_error, fair_weights
from auscult.evaluation.sureness_fit import fit_sureness
from auscult.evaluation.sureness_scores import (
    Judged,
    judge_across,
    judge_answers,
    patient_folds,
    sureness_intervals,
    sureness_scores,
)
from auscult.export.recording_answers import RecordingAnswers, answer_recordings
from auscult.export.sureness import answers_of_folds
from auscult.recordings.core import load_dataset

HEART_RUNS = {"by subject": "heart-mel-by-subject-seed0", "by database": "heart-mel-by-database-seed0"}
CURVE = np.round(np.arange(0.2, 0.996, 0.005), 3)


def lung_sides(run: Path, onnx: Path, root: Path, kept: Path) -> Iterator[tuple[str, Judged]]:
    """Validation patients, each part judged by the others, and the intra-patient test."""
    dataset, model = load_dataset("sprsound", root / "sprsound"), OnnxModel(onnx)
    predictions = Predictions.load(run / "predictions.csv")
    learned_not = set(predictions.recordings[predictions.splits == "validation"].tolist())
    validation = _kept(kept, "validation", lambda: answer_recordings(model, dataset, learned_not))
    intra = _kept(kept, "intra", lambda: answer_recordings(model, dataset, dataset.get_split("intra").test))
    assert validation is not None
    assert intra is not None
    yield "validation patients, 5 parts", _across(validation, patient_folds(validation.patients))
    facts = fit_sureness(validation.probabilities, validation.truth, validation.patients, chosen_on="validation patients")
    yield "intra test", judge_answers(intra.probabilities, intra.truth, intra.patients, facts)


def heart_sides(folder: Path) -> Iterator[tuple[str, Judged]]:
    """Out-of-fold answers: subjects in ten parts, and every database by the others."""
    for name, run in HEART_RUNS.items():
        predictions = Predictions.load(folder / run / "predictions.csv")
        answers = answers_of_folds(predictions, 0.0)
        databases = predictions.groups["database"]
        if name == "by subject":
            yield "subjects, 10 parts", _across(answers, patient_folds(answers.patients, folds=10), bias=False)
        else:
            yield "each database by the others", _across(answers, databases, bias=False)


def _across(answers: RecordingAnswers, groups: ArrayLike, *, bias: bool = True) -> Judged:
    return judge_across(answers.probabilities, answers.truth, answers.patients, groups=groups, bias=bias)


def _kept(folder: Path, side: str, answer: Callable[[], RecordingAnswers | None]) -> RecordingAnswers | None:
    """Answers from a file, or as they are found, which takes minutes, and then written to it."""
    path = folder / f"{side}.npz"
    if not path.is_file():
        found = answer()
        if found is None:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(path, **vars(found))
    return RecordingAnswers(**np.load(path))


def row(known: dict[str, Any], judged: Judged) -> dict[str, Any]:
    """A line of sureness.csv."""
    scores, intervals = sureness_scores(judged), sureness_intervals(judged)
    counts = {"recordings": len(judged.truth), "patients": len(np.unique(judged.patients))}
    figures = {name: round(value, 4) for name, value in scores.items()}
    for name in ("coverage", "error", "missed", "set_coverage"):
        figures |= dict(zip((f"{name}_low", f"{name}_high"), np.round(intervals[name], 4).tolist(), strict=True))
    return known | counts | figures


def curve(known: dict[str, Any], judged: Judged) -> Iterator[dict[str, Any]]:
    """Coverage and error at every threshold."""
    weights = fair_weights(judged.patients, judged.truth)
    for threshold in CURVE:
        coverage, error = coverage_and_error(judged.confidence, judged.right, weights, float(threshold))
        if coverage > 0:
            yield known | {"threshold": float(threshold), "coverage": round(coverage, 4), "error": round(error, 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, metavar="FOLDER", help="where the data sets lie")
    parser.add_argument("--lung", nargs=3, action="append", default=[], metavar=("NAME", "RUN", "ONNX"))
    parser.add_argument(
        "--keep", type=Path, required=True, metavar="FOLDER", help="answers are kept here and not asked for again"
    )
    parser.add_argument("--heart", type=Path, metavar="FOLDER", help="where the heart model's cross-validations lie")
    given = parser.parse_args()
    sides = [
        ({"model": name, "side": side}, judged)
        for name, run, onnx in given.lung
        for side, judged in lung_sides(Path(run), Path(onnx), given.root, given.keep / f"{name}-{Path(run).name}")
    ]
    if given.heart is not None:
        sides += [({"model": "heart", "side": side}, judged) for side, judged in heart_sides(given.heart)]
    write("sureness", (row(known, judged) for known, judged in sides))
    write("sureness_curve", (line for known, judged in sides for line in curve(known, judged)))
    draw()


if __name__ == "__main__":
    main()
