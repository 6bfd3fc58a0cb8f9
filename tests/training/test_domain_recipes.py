"""The recipes of S0's two methods, SG-SCL and PAFA, tiny: each trains, resumes, and says what it cannot learn from."""

import csv
import re
from itertools import pairwise

import numpy as np
import pytest
import torch

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.models.registry import create_model
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.recordings.tasks import get_task
from auscult.training.build import build_objective
from auscult.training.data import class_indices
from auscult.training.module import TrainingModule
from auscult.training.recipe import ObjectivePart
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train
from tests.recordings.layouts import write_icbhi

BY_FILE = ["cnn6-file-contrast", "cnn6-file-adversarial"]
RECIPES = [*BY_FILE, "cnn6-dat-device", "cnn6-sg-scl", "cnn6-pafa"]
OF_HAN = ["han-file-contrast", "han-file-adversarial"]
TINY = {"features.bands": 16, "model.options": {"width": 2, "frames": 16}, "training.epochs": 2, "training.batch_size": 8}
TINY_HAN = {"features.bands": 8, "model.options": {"frequency_hidden": 4, "time_hidden": 4}, "training.epochs": 2}
DEVICES = ("Meditron", "AKGC417L", "LittC2SE")
CYCLES = [(0.0, 0.7, 0, 0), (0.7, 1.4, 1, 0), (1.4, 2.1, 0, 0), (2.1, 2.9, 1, 1)]


def written(root, cycles):
    """Ten patients with two recordings each, of three devices; three of them to test on."""
    recordings = {
        f"{patient}_1b1_{place}_sc_{DEVICES[patient % 3]}": ("test" if patient > 107 else "train", cycles)
        for patient in range(101, 111)
        for place in ("Al", "Pr")
    }
    return load_dataset("icbhi", write_icbhi(root, recordings))


@pytest.fixture(scope="module")
def devices(tmp_path_factory):
    return written(tmp_path_factory.mktemp("icbhi"), CYCLES)


def logged(run):
    """Every number of the log, by name."""
    with open(run.path / "log" / "version_0" / "metrics.csv") as file:
        lines = list(csv.DictReader(file))
    return {name: [float(line[name]) for line in lines if line[name]] for name in lines[0]}


def check(run, partners):
    numbers = logged(run)
    assert all(np.isfinite(column).all() for column in numbers.values())
    assert numbers["skipped"] == [0.0, 0.0]
    assert len(numbers["loss"]) == 2
    assert len(numbers.get("contrast", [])) == (2 if partners else 0)
    np.testing.assert_allclose(Predictions.load(run.predictions).probabilities.sum(axis=1), 1, atol=1e-4)
    assert all(values.isfinite().all() for values in load_trained(run.path).state_dict().values())


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains(name, devices, tmp_path):
    run = train(load_recipe(name, TINY), devices, tmp_path / "run", quiet=True)
    check(run, partners=name in BY_FILE)
    assert not any("project" in weight or "domain" in weight for weight in load_trained(run.path).state_dict())


@pytest.mark.parametrize(("name", "plain"), [*((name, "cnn6-ce") for name in RECIPES), *((name, "han") for name in OF_HAN)])
def test_the_recipes_differ_from_cross_entropy_by_the_objective_alone(name, plain):
    ours, theirs = (load_recipe(one).model_dump(exclude={"name", "title", "paper", "objective"}) for one in (name, plain))
    assert ours == theirs
    weights = [load_recipe(one).objective.options["class_weights"] for one in (name, plain)]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("name", OF_HAN)
def test_the_recipes_of_han_train(name, devices, tmp_path):
    check(train(load_recipe(name, TINY_HAN), devices, tmp_path / "run", quiet=True), partners=True)


@pytest.mark.parametrize("objective", ["domain-adversarial", "domain-contrast", "patient-terms"])
def test_han_learns_with_metadata_too(objective, devices, tmp_path):
    recipe = load_recipe("han", TINY_HAN | {"objective.name": objective, "objective.options": {}, "training.batch_size": 8})
    check(train(recipe, devices, tmp_path / "run", quiet=True), partners=False)


@pytest.mark.parametrize("both", ["either", "positive", "negative", "neither"])
@pytest.mark.parametrize("objective", ["file-contrast", "file-adversarial"])
def test_han_learns_by_file_too(objective, both, devices, tmp_path):
    options = {"both": both, "negatives": 3, "anchors": 4, "classify_steps": 3}
    recipe = load_recipe("han", TINY_HAN | {"objective.name": objective, "objective.options": options})
    check(train(recipe, devices, tmp_path / "run", quiet=True), partners=True)


def test_a_training_with_partners_goes_on_where_it_was(devices, tmp_path, monkeypatch):
    """Steps, their kind, learning rate and progress are those of a training that was not killed."""
    taught, seen, alive = TrainingModule.training_step, [], [100]

    def watched(self, batch, number):
        loss = taught(self, batch, number)
        rate = self.optimizers().param_groups[0]["lr"]
        seen.append((self.global_step, batch.partners is not None, rate, self.objective.progress))
        if len(seen) == alive[0]:
            raise RuntimeError("killed")
        return loss

    monkeypatch.setattr(TrainingModule, "training_step", watched)
    recipe = load_recipe("cnn6-file-adversarial", TINY | {"training.epochs": 4, "objective.classify_steps": 3})
    train(recipe, devices, tmp_path / "whole", quiet=True)
    whole, alive[0] = seen.copy(), 17
    seen.clear()
    with pytest.raises(RuntimeError, match="killed"):
        train(recipe, devices, tmp_path / "run", quiet=True)
    assert (tmp_path / "run" / "last.ckpt").is_file()
    alive[0] = 100
    seen.clear()
    run = train(recipe, devices, tmp_path / "run", quiet=True)
    assert run.finished

    steps = len(whole)
    assert [step for step, *_ in whole] == list(range(steps))
    kinds = "".join("+" if partners else "." for _, partners, *_ in whole)
    epoch = kinds[: steps // 4]
    assert kinds == 4 * epoch
    assert re.fullmatch(r"(\.\.\.\+)+(\.{1,2}\+)?", epoch)
    assert [progress for *_, progress in whole] == [step / steps for step in range(steps)]
    rates = [rate for _, _, rate, _ in whole]
    peak = rates.index(max(rates))
    assert all(one >= other for one, other in pairwise(rates[peak:]))
    assert rates[-1] < 0.05 * max(rates)
    assert 0 < len(seen) < steps
    assert seen == whole[-len(seen) :]


def test_the_domain_head_tells_the_devices_of_the_training_side(devices):
    task = get_task("icbhi-4")
    segments = devices.segments_of(devices.get_split().train, task)
    model = create_model("han", classes=task.classes, channels=1, bands=8)
    part = ObjectivePart(name="domain-adversarial")
    objective = build_objective(part, model, segments, class_indices(segments, task))
    assert objective.tell_domain(torch.zeros(1, model.encoder.embedding_size)).shape == (1, 3)
    part = ObjectivePart(name="domain-adversarial", options={"label": "patient"})
    objective = build_objective(part, model, segments, class_indices(segments, task))
    assert objective.tell_domain(torch.zeros(1, model.encoder.embedding_size)).shape == (1, 7)


@pytest.mark.parametrize("name", BY_FILE)
def test_files_of_one_segment_are_one_sentence_and_nothing_is_written(name, tmp_path):
    cycles = iter(CYCLES * 5)
    recordings = {
        f"{patient}_1b1_{place}_sc_Meditron": ("test" if patient > 107 else "train", [next(cycles)])
        for patient in range(101, 111)
        for place in ("Al", "Pr")
    }
    alone = load_dataset("icbhi", write_icbhi(tmp_path / "data", recordings))
    with pytest.raises(AuscultError, match=r"^Every training recording has one segment only, .*\.$"):
        train(load_recipe(name, TINY), alone, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("name", "label"), [("cnn6-dat-device", "device"), ("cnn6-sg-scl", "device")])
def test_a_data_set_without_devices_is_one_sentence_and_nothing_is_written(name, label, tmp_path):
    write_collection(tmp_path / "data", patients=8, seconds=8, seed=0)
    recipe = load_recipe(name, TINY | {"data.name": "synthetic", "data.split": None})
    with pytest.raises(AuscultError, match=rf"'{label}' have the same; choose another label or objective .*\.$"):
        train(recipe, load_dataset("synthetic", tmp_path / "data"), tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_one_segment_at_a_time_is_too_few_for_the_contrast_of_devices(devices, tmp_path):
    with pytest.raises(AuscultError, match=r"^The objective domain-contrast needs at least 2 segments at a time: .*\.$"):
        train(load_recipe("cnn6-sg-scl", TINY | {"training.batch_size": 1}), devices, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_what_follows_from_the_data_is_no_option():
    with pytest.raises(AuscultError, match="'domains' is no option, it follows from data and features"):
        load_recipe("cnn6-dat-device", {"objective.domains": 4})
