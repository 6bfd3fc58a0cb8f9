import json
import math

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.breakdown import Breakdown, Evaluation, break_down, break_down_each, groupings
from auscult.evaluation.metrics import score
from auscult.evaluation.predictions import concatenate
from auscult.evaluation.summary import summarize
from auscult.recordings.tasks import get_task

HEART = get_task("heart-2")


@pytest.fixture
def by_hand(predictions_of):
    """Database a: Sp 1/2, Se 1/2; b: Sp 1, Se 1; c: abnormal only; one recording of no known database."""
    database = ["a", "a", "b", "b", "c", "a", "a", ""]
    truth = [0, 0, 0, 1, 1, 1, 1, 0]
    predicted = [0, 1, 0, 1, 1, 0, 1, 1]
    patients = ["p1", "p2", "p3", "p3", "p4", "p1", "p2", "p5"]
    return predictions_of("heart-2", truth, predicted, patients=patients, groups={"database": database, "sex": [""] * 8})


@pytest.fixture
def many(predictions_of):
    rng = np.random.default_rng(2)
    n = 400
    people = rng.integers(0, 30, n)
    truth = rng.integers(0, 2, n)
    predicted = np.where(rng.random(n) < 0.55 + 0.1 * (people % 3), truth, 1 - truth)
    device = np.array(["x", "y", "z"])[people % 3]
    return predictions_of("heart-2", truth, predicted, patients=[f"p{i}" for i in people], groups={"device": device})


def test_a_break_down_by_hand(by_hand):
    found = break_down(by_hand, "database")
    assert list(found.groups) == ["a", "b", "c"]
    a, b, c = found.groups.values()
    assert (a.segments, a.recordings, a.patients, a.class_counts) == (4, 4, 2, {"normal": 2, "abnormal": 2})
    assert (a.scores.specificity, a.scores.sensitivity, a.scores.score) == (0.5, 0.5, 0.5)
    assert b.scores.score == 1
    assert c.scores.sensitivity == 1
    assert math.isnan(c.scores.score)
    assert math.isnan(c.auroc)
    assert found.left_out == ("c",)
    assert (found.mean, found.worst, found.best, found.gap) == (0.75, "a", "b", 0.5)
    assert found.unknown == 1
    assert (found.by, found.task, found.split) == ("database", "heart-2", "test")


def test_every_group_is_summarized_like_its_rows_alone(many):
    found = break_down(many, "device", draws=50, seed=3, level=0.8)
    for name, group in found.groups.items():
        rows = many.where(many.groups["device"] == name)
        assert group == summarize(rows, draws=50, seed=3, level=0.8)


def test_the_interval_of_the_mean_agrees_with_a_slow_loop(many):
    people = np.unique(many.patients)
    rng = np.random.default_rng(7)
    means = []
    for times in rng.multinomial(len(people), np.full(len(people), 1 / len(people)), size=40):
        drawn = np.repeat(np.arange(len(many)), times[np.searchsorted(people, many.patients)])
        device = many.groups["device"][drawn]
        scores = [score(*(c[drawn][device == d] for c in (many.truth, many.predicted)), HEART).score for d in "xyz"]
        means.append(np.mean(scores))
    found = break_down(many, "device", draws=40, seed=7, level=0.9)
    np.testing.assert_allclose(found.mean_interval, np.quantile(means, [0.05, 0.95]), atol=1e-12)


def test_draws_in_which_a_group_lacks_a_side_are_left_out(predictions_of):
    # each group has one patient with normal and one with abnormal recordings; only draws of all four patients count: all right
    found = break_down(
        predictions_of("heart-2", [0, 1, 0, 1], [0, 1, 0, 1], patients=list("abcd"), groups={"database": list("xxyy")}),
        "database",
    )
    assert found.mean_interval == (1.0, 1.0)
    people = [f"p{i // 2}" for i in range(40)]  # never are all 20 drawn
    by_patient = break_down(predictions_of("heart-2", [0, 1] * 20, [0, 1] * 20, patients=people), "patient")
    assert by_patient.mean == 1
    assert math.isnan(by_patient.mean_interval.low)


def test_patients_and_recordings_are_always_groups(by_hand):
    patients = break_down(by_hand, "patient", draws=10)
    assert list(patients.groups) == ["p1", "p2", "p3", "p4", "p5"]
    assert patients.left_out == ("p4", "p5")
    assert (patients.mean, patients.worst, patients.best) == (pytest.approx((0.5 + 0.5 + 1) / 3), "p1", "p3")
    recordings = break_down(by_hand, "recording", draws=10)
    assert len(recordings.groups) == len(recordings.left_out) == 8
    assert (recordings.worst, recordings.best) == (None, None)
    assert all(math.isnan(value) for value in (recordings.mean, recordings.gap, *recordings.mean_interval))


def test_an_unknown_grouping_is_refused_with_those_there_are(by_hand):
    assert groupings(by_hand) == ["database", "patient", "recording"]  # of sex nothing is known
    for by in ("device", "sex"):
        with pytest.raises(AuscultError, match=f"cannot be broken down by '{by}'.*choose one of database, patient, recording"):
            break_down(by_hand, by)


def test_a_coarser_task_may_be_scored(predictions_of):
    four = predictions_of("icbhi-4", [0, 1, 0, 2], [0, 2, 1, 2], groups={"device": ["m", "m", "l", "l"]})
    assert [g.scores.score for g in break_down(four, "device", draws=10).groups.values()] == [0.5, 0.5]
    two = break_down(four, "device", task="icbhi-2", draws=10)
    assert two.task == "icbhi-2"
    assert [(name, g.scores.score) for name, g in two.groups.items()] == [("l", 0.5), ("m", 1.0)]


def test_circor_groups_are_scored_per_patient(predictions_of):
    # at the valve "AV" patient a is answered normal, at "MV" abnormal; patient b is normal and right at both
    recordings = predictions_of(
        "circor-outcome", [1, 0, 1, 0], [0, 0, 1, 0], patients=list("abab"), groups={"location": ["AV", "AV", "MV", "MV"]}
    )
    found = break_down(recordings, "location", draws=10)
    assert [g.scores.score for g in found.groups.values()] == [pytest.approx(1 / 6), 1.0]
    assert found.mean == pytest.approx((1 / 6 + 1) / 2)


def test_one_break_down_for_each_split_and_grouping(by_hand, predictions_of):
    other = predictions_of("heart-2", [0, 1], [1, 1], split="inter", groups={"database": ["f", "f"]})
    found = break_down_each(concatenate([by_hand, other]), ["database", "patient"], draws=10)
    assert [(b.split, b.by) for b in found] == [
        ("test", "database"),
        ("test", "patient"),
        ("inter", "database"),
        ("inter", "patient"),
    ]
    assert found[0].to_json() == break_down(by_hand, "database", draws=10).to_json()
    assert list(found[2].groups) == ["f"]


def test_json_is_read_again_with_nan_for_null(by_hand):
    found = break_down(by_hand, "database", draws=10)
    text = found.to_json()
    told = json.loads(text)
    assert told["groups"]["c"]["scores"]["score"] is None
    again = Breakdown.from_json(text)
    assert again.to_json() == text
    assert math.isnan(again.groups["c"].scores.score)
    both = json.loads(Evaluation(summaries=(summarize(by_hand, draws=10),), breakdowns=(found,)).to_json())
    assert both["breakdowns"] == [told]
    assert both["summaries"][0]["segments"] == 8
