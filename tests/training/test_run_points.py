"""One side of a run found again and embedded: a training on segments, and a fold of a cross-validation on hearts in windows."""

import json
import shutil

import numpy as np
import pytest
import torch

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis import write_heart_collection
from auscult.recordings.synthesis.collection import write_collection
from auscult.recordings.tasks import get_task
from auscult.training.crossval import cross_validate
from auscult.training.data import class_indices
from auscult.training.folds import make_folds
from auscult.training.recipe_file import load_recipe
from auscult.training.run_points import embed_points, find_points, finished_training
from auscult.training.sides import answered_units
from auscult.training.train import train

HEART_2 = get_task("heart-2")
LUNG = {
    "data.name": "synthetic",
    "data.split": None,
    "features.bands": 8,
    "features.hop_seconds": 0.2,
    "features.window_seconds": 0.2,
    "model.options": {"frequency_hidden": 4, "time_hidden": 4},
    "training.epochs": 1,
}
HEART = {
    "data.window_seconds": 3.0,
    "data.window_step": 1.0,
    "data.validation_share": 0.4,
    "signal.shortest_seconds": 3.0,
    "signal.wavelet": None,
    "features.bands": 10,
    "augment.waveform": None,
    "model.options": {"frames": 33, "hidden": 4},
    "training.epochs": 1,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """``lungs`` with a training ``run``; ``hearts`` with ``folds`` by subject and a fold ``piece`` by piece."""
    place = tmp_path_factory.mktemp("run-points")
    write_collection(place / "lungs", patients=12, seconds=5, seed=0)
    write_heart_collection(place / "hearts", subjects=12, seconds=5, seed=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(place / "cache"))
        train(load_recipe("han", LUNG), load_dataset("synthetic", place / "lungs"), place / "run", seed=1, quiet=True)
        hearts = load_dataset("physionet2016", place / "hearts")
        cross_validate(load_recipe("heart-cnn", HEART), hearts, place / "folds", folds=2)
        pieces = load_recipe("heart-cnn", HEART | {"data.window_seconds": 1.5, "data.window_step": 1.5})
        units = answered_units(hearts, frozenset(hearts.recordings), HEART_2, pieces.data)
        fold = make_folds(units, class_indices(units, HEART_2), by="piece", folds=2, seed=0)[0]
        train(pieces, hearts, place / "piece", split=fold, quiet=True)
        yield place


def test_the_sides_of_a_run_are_those_it_was_trained_with(place):
    run = finished_training(place / "run")
    dataset, answers = load_dataset("synthetic", place / "lungs"), Predictions.load(run.predictions)
    split = dataset.get_split()
    found = {side: find_points(run, place / "lungs", side=side) for side in ("train", "validation", "test", "all")}
    ids = {side: set(found[side].points.ids.tolist()) for side in found}
    assert ids["test"] == set(answers.ids[answers.splits == "default"])
    assert ids["validation"] == set(answers.ids[answers.splits == "validation"])
    assert ids["all"] == ids["train"] | ids["validation"] | ids["test"]
    assert len(ids["all"]) == sum(len(ids[side]) for side in ("train", "validation", "test")) == len(dataset.segments)
    assert {i.rpartition(":")[0] for i in ids["train"] | ids["validation"]} == split.train
    patients = {side: set(found[side].points.patients.tolist()) for side in ("train", "validation", "test")}
    assert not patients["train"] & patients["validation"]
    assert found["all"].title == "han · synthetic · all sides of default · seed 1"
    assert set(found["all"].points.names("side")) == {"train", "validation", "test"}


def test_what_is_known_of_each_point_is_what_the_predictions_say(place):
    run = finished_training(place / "run")
    points = find_points(run, place / "lungs").points
    answers = Predictions.load(run.predictions)
    rows = {name: i for i, name in enumerate(answers.ids.tolist())}
    order = [rows[name] for name in points.ids.tolist()]
    assert points.unit == "segment"
    assert points.classes.tolist() == [answers.classes[truth] for truth in answers.truth[order]]
    assert points.patients.tolist() == answers.patients[order].tolist()
    assert points.groups["device"].tolist() == answers.groups["device"][order].tolist()


def test_the_embedding_is_what_the_classifier_answers_from(place):
    run = finished_training(place / "run")
    found = find_points(run, place / "lungs")
    shown = []
    vectors = embed_points(found, progress=lambda batches, total: (shown.append(total), batches)[1])
    assert vectors.shape == (len(found.points), found.model.classifier.encoder.embedding_size)
    assert shown == [-(-len(vectors) // 32)]
    with torch.no_grad():
        logits = found.model.classifier.head(torch.from_numpy(vectors)).double() / found.model.facts.temperature
    answers = Predictions.load(run.predictions)
    expected = answers.where([answers.ids.tolist().index(name) for name in found.points.ids.tolist()])
    np.testing.assert_allclose(logits.softmax(dim=1).numpy(), expected.probabilities, atol=1e-5)


def test_a_recording_in_windows_is_one_point_the_mean_of_its_windows(place):
    fold = place / "folds" / "subject-1-of-2"
    found = find_points(finished_training(fold), place / "hearts")
    answers = Predictions.load(fold / "predictions.csv")
    test = set(answers.ids[answers.splits == "subject-1-of-2"].tolist())
    assert found.points.unit == "recording"
    assert set(found.points.ids.tolist()) == test
    assert len(found.side.segments) == 3 * len(test)  # windows of 3 s every second of 5 s
    vectors, model = embed_points(found), load_trained(fold)
    last = found.points.ids.tolist()[-1]
    windows = [found.side.pictures[i] for i, s in enumerate(found.side.segments) if s.recording.id == last]
    with torch.no_grad():
        pictures = torch.stack(model.front_end.of_many([torch.from_numpy(np.array(window)) for window in windows]))
        expected = model.classifier.encoder(pictures).embedding.mean(dim=0).numpy()
    np.testing.assert_allclose(vectors[-1], expected, atol=1e-5)


def test_a_fold_has_learned_from_everything_that_was_not_held_back(place):
    run = finished_training(place / "folds" / "subject-2-of-2")
    ids = {side: find_points(run, place / "hearts", side=side).points.ids.tolist() for side in ("train", "all")}
    held_back = set(Predictions.load(run.predictions).ids.tolist())
    recordings = set(load_dataset("physionet2016", place / "hearts").recordings)
    assert set(ids["train"]) == recordings - held_back
    assert set(ids["all"]) == recordings


def test_pieces_that_are_answered_one_by_one_are_points(place):
    run = finished_training(place / "piece")
    found = find_points(run, place / "hearts", side="test")
    answers = Predictions.load(run.predictions)
    assert found.points.unit == "segment"
    assert set(found.points.ids.tolist()) == set(answers.ids[answers.splits == "piece-1-of-2"].tolist())
    assert embed_points(found).shape[0] == len(found.points)


def test_noisy_recordings_that_were_not_learned_from_are_no_part_of_train(place, tmp_path):
    whole = place / "folds" / "subject-1-of-2"
    shutil.copytree(whole, tmp_path / "run")
    identity = json.loads((tmp_path / "run" / "run.json").read_text())
    identity["recipe"]["data"]["noisy"] = False
    (tmp_path / "run" / "run.json").write_text(json.dumps(identity))
    dataset = load_dataset("physionet2016", place / "hearts")
    every, clean = (find_points(finished_training(run), place / "hearts", side="train") for run in (whole, tmp_path / "run"))
    noisy = {r.id for r in dataset.recordings.values() if r.labels.get("poor_quality")}
    assert noisy & set(every.points.ids.tolist())
    assert set(clean.points.ids.tolist()) == set(every.points.ids.tolist()) - noisy


def test_other_data_and_missing_sides_are_refused(place, tmp_path):
    write_collection(tmp_path / "fewer", patients=3, seconds=5, seed=0)
    run = finished_training(place / "run")
    with pytest.raises(AuscultError, match=r"fewer is not the data that .*run was scored on, it lacks "):
        find_points(run, tmp_path / "fewer")
    shutil.copytree(place / "run", tmp_path / "run")
    answers = Predictions.load(run.predictions)
    answers.where(answers.splits != "validation").save(tmp_path / "run" / "predictions.csv")
    with pytest.raises(AuscultError, match=r"run has no side 'validation'; choose one of test, train, all\."):
        find_points(finished_training(tmp_path / "run"), place / "lungs", side="validation")


def test_only_a_finished_training_will_do(place, tmp_path):
    with pytest.raises(AuscultError, match=r"lungs is no run folder, it has no run.json"):
        finished_training(place / "lungs")
    with pytest.raises(AuscultError, match=r"folds is a cross-validation.*such as .*subject-1-of-2"):
        finished_training(place / "folds")
    shutil.copytree(place / "run", tmp_path / "run")
    (tmp_path / "run" / "predictions.csv").unlink()
    with pytest.raises(AuscultError, match=r"run is not finished, it has no predictions.csv"):
        finished_training(tmp_path / "run")
    for broken in ('{"recipe": {}}', "{"):
        (tmp_path / "run" / "run.json").write_text(broken)
        with pytest.raises(AuscultError, match=r"run.json does not tell what was trained on what"):
            finished_training(tmp_path / "run")
