"""Learning once more from everybody, after the choice: what is chosen, what is learned from, and going on after a kill."""

import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.export.heard import unheard_recordings
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.answer import answer_segments
from auscult.training.recipe_file import load_recipe
from auscult.training.started import started_from
from auscult.training.team import Team
from auscult.training.train import train

TINY = {
    "data.name": "synthetic",
    "data.task": "icbhi-4",
    "data.units": ["annotated"],
    "features.bands": 8,
    "features.normalize": "training",
    "model.options": {"width": 0.05, "locate": True},
    "training.epochs": 3,
    "training.samples": 16,
}
TEST = "default"  # the name of the only split
REFIT = TINY | {"training.refit": True}


@pytest.fixture(scope="module")
def data(root):
    return load_dataset("synthetic", root)


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    """The same training without and with a second one."""
    folder = tmp_path_factory.mktemp("runs")
    return [train(load_recipe("mn-lung", made), data, folder / str(made is REFIT), quiet=True) for made in (TINY, REFIT)]


def test_the_choice_is_that_of_the_training_without_it(runs):
    once, again = (load_trained(run.path).facts for run in runs)
    assert (again.epoch, again.temperature, again.normal_offset) == (once.epoch, once.temperature, once.normal_offset)
    first, second = (Predictions.load(run.predictions) for run in runs)
    for side, same in (("validation", True), (TEST, False)):
        one, other = (answers.where(answers.splits == side) for answers in (first, second))
        assert one.ids.tolist() == other.ids.tolist()
        assert np.array_equal(one.probabilities, other.probabilities) == same


def test_the_model_kept_is_the_one_that_heard_everybody(runs, data):
    once, again = (load_file(run.path / "model.safetensors") for run in runs)
    statistics = [name for name in once if name.startswith("front_end.")]
    assert any(not torch.equal(once[name], again[name]) for name in statistics)  # of more patients
    model, answers = load_trained(runs[1].path), Predictions.load(runs[1].predictions)
    segments = data.segments_of(data.select(TEST), get_task("icbhi-4"))
    test = answers.where(answers.splits == TEST)
    found = answer_segments(model, data, segments, split=TEST)
    np.testing.assert_allclose(found.probabilities, test.probabilities, atol=1e-5)
    assert len((runs[1].path / "log-refit" / "version_0" / "metrics.csv").read_text().splitlines()) == 1 + model.facts.epoch


def test_nothing_is_chosen_afterwards_on_patients_it_has_heard(runs):
    once, again = (unheard_recordings(run) for run in runs)
    assert len(once) > 1
    assert again == set()


def test_a_training_cannot_start_from_it(runs, data):
    going_on = load_recipe("mn-lung", TINY | {"model.weights": str(runs[1].path)})
    with pytest.raises(
        AuscultError, match=r"has learned from its validation patients in the end: start from one without refit\.$"
    ):
        started_from(going_on, data)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training.protocol": "both"}, "by protocol honest, not both: set protocol to honest or refit to false"),
        ({"training.protocol": "published"}, "by protocol honest, not published"),
        ({"probe": {}}, "set training.refit to false or probe to null"),
    ],
)
def test_where_nothing_is_chosen_honestly_it_is_refused(changes, said):
    with pytest.raises(AuscultError, match=said):
        load_recipe("mn-lung", REFIT | changes)


def test_several_processes_are_refused_before_anything_is_written(data, tmp_path):
    with pytest.raises(AuscultError, match=r"training\.refit learns twice, in one process alone"):
        train(load_recipe("mn-lung", REFIT), data, tmp_path / "run", team=Team(devices=2), quiet=True)
    assert not (tmp_path / "run").exists()


def test_a_killed_second_training_goes_on(runs, data, tmp_path):
    """Killed behind its first epoch: it ends with the very answers of one that was not."""
    out, changes = tmp_path / "run", [f"{name}={value}".replace("'", '"') for name, value in REFIT.items()]
    told = [part for change in changes for part in ("--set", change)]
    command = [sys.executable, "-m", "auscult.cli.main", "train", "mn-lung", "--root", str(data.root), "--out", str(out), *told]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (out / "last-refit.ckpt").is_file():
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if (out / "predictions.csv").is_file():
        pytest.fail("it ended before it could be killed")
    train(load_recipe("mn-lung", REFIT), data, out, quiet=True)
    assert (out / "predictions.csv").read_bytes() == runs[1].predictions.read_bytes()
    assert not (out / "last-refit.ckpt").exists()
    shutil.rmtree(out)
