import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from auscult.evaluation.binary import binary_scores
from auscult.evaluation.bootstrap import binary_bootstrap, patient_bootstrap
from auscult.evaluation.calibration import brier_score, expected_calibration_error
from auscult.evaluation.metrics import Scores
from auscult.evaluation.physionet import OfficialScores
from auscult.evaluation.predictions import concatenate
from auscult.evaluation.summary import Summary, summaries_to_json, summarize, summarize_each
from auscult.recordings.tasks import get_task


@pytest.fixture
def answers(predictions_of):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 80)
    predicted = np.where(rng.random(80) < 0.6, truth, rng.integers(0, 4, 80))
    return predictions_of("icbhi-4", truth, predicted, patients=[f"p{i % 9}" for i in range(80)])


def test_a_small_table_by_hand(predictions_of):
    # normal 2 of 3, abnormal 2 of 4 (a "both" called wheeze, a crackle called normal)
    predictions = predictions_of("icbhi-4", [0, 0, 0, 1, 1, 2, 3], [0, 0, 1, 1, 0, 2, 2], patients=list("aaabbbc"))
    summary = summarize(predictions)
    assert (summary.task, summary.answered, summary.split) == ("icbhi-4", "icbhi-4", "test")
    assert (summary.segments, summary.recordings, summary.patients) == (7, 7, 3)
    assert summary.class_counts == {"normal": 3, "crackle": 2, "wheeze": 1, "both": 1}
    assert summary.confusion == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0]]
    average = (2 / 3 + 1 / 2) / 2
    assert summary.scores == Scores(2 / 3, 0.5, average, pytest.approx(4 / 7), average)
    # p(normal) is .7 for three answers "normal" (two true, one crackle) and .1 else: of 3 × 4 pairs the abnormal segment looks
    # more suspicious in 2 · 3, ties in 2 · 1 + 1 · 3
    assert summary.auroc == pytest.approx((6 + 5 / 2) / 12)


def test_every_number_is_the_one_of_its_own_function(answers):
    summary = summarize(answers, draws=50, seed=4, level=0.9)
    task = get_task("icbhi-4")
    expected = patient_bootstrap(answers.truth, answers.predicted, answers.patients, task, draws=50, seed=4, level=0.9)
    assert summary.intervals == expected
    assert summary.ece == expected_calibration_error(answers.probabilities, answers.truth)
    assert summary.brier == brier_score(answers.probabilities, answers.truth)
    assert summary.auroc == pytest.approx(roc_auc_score(answers.truth > 0, 1 - answers.probabilities[:, 0]))
    assert (summary.level, summary.draws, summary.seed) == (0.9, 50, 4)


def test_scored_as_a_coarser_task(answers):
    two = summarize(answers, task="sprsound-1-1", draws=10)
    assert (two.task, two.answered) == ("sprsound-1-1", "icbhi-4")
    assert two.scores.specificity == summarize(answers, draws=10).scores.specificity
    assert two.scores.score == pytest.approx((two.scores.average_score + two.scores.harmonic_score) / 2)
    assert list(two.class_counts) == ["normal", "adventitious"]


def test_one_summary_for_each_split_and_task(answers, predictions_of):
    both = concatenate([answers, predictions_of("icbhi-4", [0, 1], [0, 1], split="intra")])
    summaries = summarize_each(both, draws=10)
    assert [(s.split, s.task) for s in summaries] == [
        (split, task) for split in ("test", "intra") for task in ("icbhi-4", "icbhi-2", "sprsound-1-1")
    ]
    assert summaries[0] == summarize(answers, draws=10)
    assert summaries[3].scores.score == 1
    assert [s.task for s in summarize_each(both, tasks=["icbhi-2"], draws=10)] == ["icbhi-2", "icbhi-2"]
    assert summarize(both, draws=10).split == "test+intra"


def test_json_is_plain_and_has_null_where_a_number_has_no_meaning(predictions_of):
    summary = summarize(predictions_of("icbhi-2", [0, 0], [0, 1], patients=["only", "only"]))
    told = json.loads(summary.to_json())
    assert told["format"] == 1
    assert told["scores"]["specificity"] == 0.5
    assert told["scores"]["sensitivity"] is None
    assert told["intervals"]["specificity"] == [None, None]
    assert told["auroc"] is None
    assert told["confusion"] == [[1, 1], [0, 0]]
    assert json.loads(summaries_to_json([summary, summary])) == [told, told]


def test_what_is_written_is_read_again_with_nan_for_null(predictions_of, answers):
    one_sided = summarize(
        predictions_of("heart-2", [0, 0], [0, 1], patients=["only", "only"], groups={"quality": ["good"] * 2})
    )
    text = one_sided.to_json()
    again = Summary.from_json(text)
    assert again.to_json() == text
    assert np.isnan(again.scores.sensitivity)
    assert np.isnan(again.intervals["specificity"].low)
    assert np.isnan(again.binary.recall)
    assert np.isnan(again.official.se)
    assert again.official.sp == 0.5
    assert again.cost is None
    several = summarize(answers, draws=10)
    assert Summary.from_json(several.to_json()) == several


def test_a_file_of_before_heart_sounds_is_still_read(answers):
    old = json.loads(summarize(answers, draws=10).to_json())
    for name in ("binary", "binary_intervals", "official", "official_segments", "unsure", "cost"):
        del old[name]
    assert Summary.from_json(json.dumps(old)) == summarize(answers, draws=10)


def test_two_classes_have_binary_scores_and_more_have_none(answers):
    two = summarize(answers, task="icbhi-2", draws=50, seed=4, level=0.9)
    merged = answers.merge("icbhi-2")
    assert two.binary == binary_scores(merged.truth, merged.predicted)
    assert two.binary_intervals == binary_bootstrap(
        merged.truth, merged.predicted, merged.patients, draws=50, seed=4, level=0.9
    )
    several = summarize(answers, draws=10)
    assert (several.binary, several.binary_intervals, several.official, several.cost) == (None, None, None, None)


def test_heart_2_is_scored_officially_where_quality_is_known(predictions_of):
    columns = {"truth": [0, 0, 1, 1], "predicted": [0, 1, 1, 1], "groups": {"quality": ["good", "noisy", "good", "noisy"]}}
    heart = predictions_of("heart-2", **columns)
    plain = summarize(heart, draws=10)
    assert plain.official == OfficialScores(se=1.0, sp=0.5, macc=0.75)
    assert plain.scores.score == plain.binary.macc == 0.75
    assert (plain.official_segments, plain.unsure) == (4, None)
    unsure = summarize_each(heart, unsure=(0.2, 0.8), draws=10)[0]
    assert unsure.official == OfficialScores(se=0.5, sp=0.5, macc=0.5)
    assert unsure.unsure == (0.2, 0.8)
    assert unsure.scores == plain.scores
    assert summarize(predictions_of("icbhi-2", **columns), draws=10).official is None


def test_circor_tasks_are_scored_per_patient(predictions_of):
    # patient a: two recordings, means .5 + .2 → abnormal; patient b normal, answered abnormal; patient c normal and right
    recordings = predictions_of("circor-outcome", [1, 1, 0, 0], [0, 1, 1, 0], patients=list("aabc"))
    recordings = recordings.answered([[0.6, 0.4], [0.1, 0.9], [0.3, 0.7], [0.7, 0.3]])
    summary = summarize(recordings, draws=10)
    assert (summary.segments, summary.recordings, summary.patients) == (3, 4, 3)
    assert summary.confusion == [[1, 1], [0, 1]]
    assert summary.scores.score == pytest.approx((5 + 1) / (5 + 2))
    share = 2 / 3
    experts = 25 + 397 * share - 1718 * share**2 + 11296 * share**4
    assert summary.cost == pytest.approx(10 + experts + 10_000 / 3)
    assert summarize(predictions_of("circor-murmur", [0, 1], [0, 1]).where([0]), draws=10).cost is None


def test_evaluation_needs_no_torch_and_no_sklearn():
    program = (
        "import sys, auscult.evaluation.summary, auscult.evaluation.floors, auscult.evaluation.decision, auscult.cli.show\n"
        "print([m for m in ('torch', 'lightning', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
