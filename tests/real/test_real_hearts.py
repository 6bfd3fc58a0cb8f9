"""PhysioNet 2016 at a small size: cross-validation by command, and the bundled heart model on whole recordings."""

import csv
import subprocess
import sys

import numpy as np
import pytest

from auscult.analysis.analyze import analyze
from auscult.analysis.answer import answer_segments
from auscult.analysis.model import load_model
from auscult.evaluation.metrics import auroc
from auscult.evaluation.predictions import Predictions
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def some(real_data, tmp_path_factory):
    """The official layout with 24 recordings of each of a, b and e, as links."""
    whole, root = real_data("physionet"), tmp_path_factory.mktemp("physionet")
    for name in ("training-a", "training-b", "training-e"):
        (root / name).mkdir()
        with open(whole / name / "REFERENCE.csv", newline="") as file:
            rows = list(csv.reader(file))
        rows = [row for label in ("1", "-1") for row in [r for r in rows if r[1] == label][:12]]
        (root / name / "REFERENCE.csv").write_text("".join(f"{','.join(row)}\n" for row in rows))
        for record, _ in rows:
            (root / name / f"{record}.wav").symlink_to(whole / name / f"{record}.wav")
    (root / "subjects.csv").symlink_to(whole / "subjects.csv")
    return root


def test_a_cross_validation_by_command_answers_every_recording_once(some, tmp_path, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))
    command = [
        sys.executable,
        "-m",
        "auscult.cli.main",
        "crossval",
        "heart-mel",
        "--data",
        "physionet2016",
        "--root",
        str(some),
    ]
    command += ["--folds", "2", "--epochs", "2", "--set", "training.samples=64", "--out", str(tmp_path / "cv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "mean ± sd over 2 folds" in done.stdout
    answers = Predictions.load(tmp_path / "cv" / "predictions.csv")
    assert len(answers) == 72
    folds = {fold: set(answers.patients[answers.groups["fold"] == fold]) for fold in set(answers.groups["fold"])}
    one, other = folds.values()
    assert one.isdisjoint(other)


def test_the_bundled_heart_model_tells_abnormal_from_normal(some):
    """Most of these recordings are known to most of its models: this asks that it runs and ranks, not how well it does."""
    model = load_model("heart")
    dataset = load_dataset("physionet2016", some)
    segments = dataset.segments_of(dataset.select("all"), get_task(model.card.task))
    predictions = answer_segments(model, dataset, segments, split="all")
    assert auroc(predictions.truth, predictions.probabilities[:, 1]) > 0.7
    recording = segments[0].recording
    alone = analyze(recording.path, organ="heart")
    row = predictions.ids.tolist().index(recording.id)
    assert alone.recording.label == model.card.classes[predictions.predicted[row]]
    assert alone.heart_rate is not None
    assert alone.occlusion is not None
    effects = np.array([stretch.effect for stretch in alone.occlusion.stretches])
    assert np.isfinite(effects).all()
    assert effects.any()
