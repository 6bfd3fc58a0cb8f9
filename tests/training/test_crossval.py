"""Whole cross-validations, tiny: what is written, resuming, several processes, and what each kind of fold scores."""

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.calibration import untemper
from auscult.evaluation.over_folds import scores_by_fold, spread_over_folds
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.run_calibration import read_tempered
from auscult.recordings.core import Split, load_dataset
from auscult.recordings.synthesis import write_heart_collection
from auscult.recordings.tasks import get_task
from auscult.training.crossval import cross_validate
from auscult.training.recipe_file import load_recipe
from auscult.training.sides import count_short, divide_segments, make_sides
from auscult.training.untempered import write_untempered

TINY = {
    "data.window_seconds": 3.0,
    "data.window_step": 3.0,
    "data.validation_share": 0.4,
    "signal.shortest_seconds": 3.0,
    "signal.wavelet": None,
    "features.bands": 10,
    "augment.waveform": None,
    "model.options": {"frames": 33, "hidden": 4},
    "training.epochs": 1,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hearts") / "physionet"
    write_heart_collection(folder, subjects=12, seconds=7, seed=0)
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path_factory.getbasetemp() / "heart-cache"))


def run(root, out, **options):
    return cross_validate(load_recipe("heart-cnn", TINY), load_dataset("physionet2016", root), out, **options)


def test_every_recording_is_answered_once_by_who_never_heard_its_subject(root, tmp_path):
    finished = []
    whole = run(root, tmp_path / "cv", folds=3, report=lambda name, _: finished.append(name))
    answers = Predictions.load(whole.predictions)
    dataset = load_dataset("physionet2016", root)
    assert sorted(answers.ids) == sorted(dataset.recordings)
    assert finished == ["subject-1-of-3", "subject-2-of-3", "subject-3-of-3"]
    for name in finished:
        single = Predictions.load(tmp_path / "cv" / name / "predictions.csv")
        tested = set(single.patients[single.splits == name])
        assert tested.isdisjoint(single.patients[single.splits == "validation"])
        assert tested == set(answers.patients[answers.groups["fold"] == name])
    assert set(answers.groups["database"]) == {"a", "b", "c"}


def test_a_recordings_answer_is_the_mean_over_its_pieces(root, tmp_path):
    by_subject = Predictions.load(run(root, tmp_path / "cv", folds=2).predictions)
    by_piece = Predictions.load(run(root, tmp_path / "pieces", folds=2, by="piece").predictions)
    assert len(by_piece) == 2 * len(by_subject)  # 7 s hold two pieces of 3 s, each answered by itself
    assert set(by_piece.recordings) == set(by_subject.recordings)


def test_what_it_answered_before_the_temperature_is_answered_again(root, tmp_path):
    changes = {"data.window_seconds": 7.0, "data.window_step": 7.0, "signal.shortest_seconds": 7.0}  # one piece a recording:
    recipe = load_recipe("heart-cnn", TINY | changes | {"model.options": {"frames": 83, "hidden": 4}})
    dataset = load_dataset("physionet2016", root)
    answers = Predictions.load(cross_validate(recipe, dataset, tmp_path / "cv", folds=2).predictions)
    assert read_tempered(tmp_path / "cv", answers).before is None
    write_untempered(tmp_path / "cv", dataset)
    tempered = read_tempered(tmp_path / "cv", answers)
    assert (np.abs(tempered.temperatures - 1) > 0.1).all()
    by_hand = untemper(answers.probabilities, tempered.temperatures)  # so that the temperature can be taken back after all
    np.testing.assert_allclose(tempered.before, by_hand, atol=1e-3)


def test_it_goes_on_where_it_was_and_several_processes_do_the_same(root, tmp_path):
    one = run(root, tmp_path / "one", folds=2)
    before = (tmp_path / "one" / "subject-1-of-2" / "predictions.csv").stat()
    (tmp_path / "one" / "predictions.csv").unlink()
    (tmp_path / "one" / "subject-2-of-2" / "predictions.csv").unlink()
    finished = []
    run(root, tmp_path / "one", folds=2, report=lambda name, _: finished.append(name))
    assert (tmp_path / "one" / "subject-1-of-2" / "predictions.csv").stat() == before
    assert len(finished) == 2
    two = run(root, tmp_path / "two", folds=2, jobs=2)
    ours, theirs = (Predictions.load(folder.predictions) for folder in (one, two))
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-5)
    with pytest.raises(AuscultError, match="holds a run with another recipe, seed or data"):
        run(root, tmp_path / "one", folds=3)


def test_recordings_shorter_than_a_piece_are_repeated_and_counted(root, tmp_path):
    changes = {"data.window_seconds": 9.0, "data.window_step": 9.0, "signal.shortest_seconds": 9.0}
    recipe = load_recipe("heart-cnn", TINY | changes | {"model.options": {"frames": 108, "hidden": 4}})
    dataset = load_dataset("physionet2016", root)
    assert count_short(recipe, dataset) == 24  # all of them last 7 s
    task, split = get_task("heart-2"), Split("x", *_halves(dataset))
    sides = make_sides(recipe, dataset, task, split, divide_segments(recipe, dataset, task, split, seed=0), seed=0)
    assert {sides.test.pictures[i].shape for i in range(len(sides.test.segments))} == {(10, 108)}  # (9 − 0.4) / 0.08 + 1


def _halves(dataset):
    patients = sorted({r.patient for r in dataset.recordings.values()})
    known = set(patients[:8])
    train = frozenset(i for i, r in dataset.recordings.items() if r.patient in known)
    return train, frozenset(dataset.recordings) - train


def test_by_database_leaves_each_out_once(root, tmp_path):
    answers = Predictions.load(run(root, tmp_path / "cv", by="database").predictions)
    assert {(fold, base) for fold, base in zip(answers.groups["fold"], answers.groups["database"], strict=True)} == {
        (f"without-{base}", base) for base in "abc"
    }
    spread = spread_over_folds(answers)
    accuracies = [scores["accuracy"] for scores in scores_by_fold(answers).values()]
    assert spread["accuracy"].mean == pytest.approx(np.mean(accuracies))
    assert spread["accuracy"].deviation == pytest.approx(np.std(accuracies, ddof=1))
    assert spread["accuracy"].known == 3


def test_pieces_need_a_recipe_that_cuts_them(tmp_path, root):
    recipe = load_recipe("heart-cnn", TINY | {"data.units": ["annotated"]})
    with pytest.raises(AuscultError, match="cuts no recordings into pieces"):
        cross_validate(recipe, load_dataset("physionet2016", root), tmp_path / "cv", by="piece")
    assert not (tmp_path / "cv").exists()
