"""Whole trainings, tiny: what is written, resuming after a kill, and that the test side is left alone until the end."""

import csv
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.training.answer import answer_segments
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train
from auscult.training.validation import take_out_patients

TINY = {
    "data.name": "synthetic",
    "data.split": None,
    "features.bands": 8,
    "features.hop_seconds": 0.2,
    "features.window_seconds": 0.2,
    "model.options": {"frequency_hidden": 4, "time_hidden": 4},
    "training.epochs": 2,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=12, seconds=8, seed=0)
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))


def epochs(run, start=0):
    with open(run.path / "log" / f"version_{start}" / "metrics.csv") as file:
        return [line for line in csv.DictReader(file) if line["score"]]


@pytest.mark.parametrize("protocol", ["honest", "published", "both"])
def test_a_run_folder_holds_all_that_is_promised(root, tmp_path, protocol):
    dataset = load_dataset("synthetic", root)
    recipe = load_recipe("han", TINY | {"training.protocol": protocol})
    run = train(recipe, dataset, tmp_path / "run", seed=1, quiet=True)
    names = {path.name for path in run.path.iterdir()}
    expected = {"run.json", "recipe.yaml", "environment.json", "log", "model.json", "model.safetensors", "predictions.csv"}
    assert names == expected | ({"published.csv"} if protocol == "both" else set())
    predictions = Predictions.load(run.predictions)
    split = dataset.get_split()
    test = predictions.where(predictions.splits == split.name)
    assert set(test.recordings) == split.test
    validation = predictions.where(predictions.splits == "validation")
    assert (len(validation) > 0) == (protocol != "published")
    assert set(validation.recordings) <= split.train
    assert ("published_score" in epochs(run)[0]) == (protocol == "both")
    facts = load_trained(run.path).facts
    assert facts.protocol == protocol
    assert (facts.temperature == 1.0) == (protocol == "published")


def test_the_saved_model_gives_the_saved_predictions(root, tmp_path):
    dataset = load_dataset("synthetic", root)
    recipe = load_recipe("han", TINY)
    run = train(recipe, dataset, tmp_path / "run", quiet=True)
    saved = Predictions.load(run.predictions)
    saved = saved.where(saved.splits == "default")
    model = load_trained(run.path)
    by_id = {segment.id: segment for segment in dataset.segments}
    again = answer_segments(model, dataset, [by_id[i] for i in saved.ids], split="default")
    np.testing.assert_allclose(again.probabilities, saved.probabilities, atol=1e-5)
    np.testing.assert_array_equal(again.predicted, saved.predicted)


def test_the_same_seed_trains_the_same(root, tmp_path):
    dataset = load_dataset("synthetic", root)
    one, two, other = (
        Predictions.load(train(load_recipe("han", TINY), dataset, tmp_path / name, seed=seed, quiet=True).predictions)
        for name, seed in (("one", 0), ("two", 0), ("other", 1))
    )
    np.testing.assert_array_equal(one.probabilities, two.probabilities)
    assert one.probabilities.shape != other.probabilities.shape or not np.allclose(one.probabilities, other.probabilities)


def test_a_killed_training_goes_on_where_it_was(root, tmp_path):
    out, long = tmp_path / "run", TINY | {"training.epochs": 20, "data.task": None}
    command = [
        sys.executable,
        "-m",
        "auscult.cli.main",
        "train",
        "han",
        "--root",
        str(root),
        "--data",
        "synthetic",
        "--out",
        out,
    ]
    settings = [f"{key}={value}" for key, value in long.items() if not key.startswith("data.")]
    command += [part for setting in settings for part in ("--set", setting)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.time() + 120
    while not (out / "last.ckpt").is_file() and time.time() < deadline and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (out / "last.ckpt").is_file()
    assert not (out / "predictions.csv").exists()

    dataset = load_dataset("synthetic", root)
    with pytest.raises(AuscultError, match="holds a run with another recipe"):
        train(load_recipe("han", long | {"training.epochs": 3}), dataset, out, quiet=True)
    run = train(load_recipe("han", long), dataset, out, quiet=True)
    numbers = [int(line["epoch"]) for line in epochs(run, start=1)]
    assert numbers[0] > 0
    assert numbers == list(range(numbers[0], 20))
    assert run.finished
    assert not run.last_checkpoint.exists()


def test_a_finished_run_is_not_trained_again(root, tmp_path):
    recipe, dataset = load_recipe("han", TINY), load_dataset("synthetic", root)
    before = train(recipe, dataset, tmp_path / "run", quiet=True).predictions.stat()
    assert train(recipe, dataset, tmp_path / "run", quiet=True).predictions.stat() == before


def test_a_folder_with_something_else_is_left_alone(root, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AuscultError, match="is not empty and is no run folder"):
        train(load_recipe("han", TINY), load_dataset("synthetic", root), tmp_path, quiet=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_validation_takes_out_whole_patients():
    rng = np.random.default_rng(0)
    patients = [f"p{n}" for n in rng.integers(0, 20, 400)]
    truth = rng.integers(0, 4, 400)
    learn, validate = take_out_patients(patients, truth, share=0.2, seed=0)
    assert {patients[i] for i in learn}.isdisjoint(patients[i] for i in validate)
    assert sorted([*learn, *validate]) == list(range(400))
    assert 40 < len(validate) < 120
    with pytest.raises(AuscultError, match="2 training patients are too few"):
        take_out_patients(["a", "b"], np.array([0, 1]), share=0.2, seed=0)


def test_averaged_weights_are_what_is_validated_and_kept(root, tmp_path):
    dataset = load_dataset("synthetic", root)
    plain = train(load_recipe("han", TINY), dataset, tmp_path / "plain", quiet=True)
    averaged = train(load_recipe("han", TINY | {"training.average": 0.9}), dataset, tmp_path / "averaged", quiet=True)
    ours, theirs = load_trained(averaged.path).state_dict(), load_trained(plain.path).state_dict()
    assert any(not torch.allclose(ours[name], theirs[name]) for name in ours)
    # With a decay next to 1 the average stays at the random start, whatever the steps do.
    still = train(load_recipe("han", TINY | {"training.average": 0.999999}), dataset, tmp_path / "still", quiet=True)
    first = epochs(still)[0]["validation_loss"], epochs(still)[1]["validation_loss"]
    assert float(first[0]) == pytest.approx(float(first[1]), abs=1e-3)
    assert epochs(plain)[0]["validation_loss"] != epochs(plain)[1]["validation_loss"]


def test_a_share_of_each_step_is_kept_back(root, tmp_path):
    dataset = load_dataset("synthetic", root)

    def validation_losses(share):
        run = train(load_recipe("han", TINY | {"training.step_average": share}), dataset, tmp_path / str(share), quiet=True)
        return [float(epoch["validation_loss"]) for epoch in epochs(run)]

    whole, half, still = (validation_losses(share) for share in (None, 0.5, 0.999999))
    assert still[0] == pytest.approx(still[1], abs=1e-5)  # next to 1 the model stays at its random start
    assert abs(whole[1] - still[1]) > abs(half[1] - still[1]) > 1e-3


@pytest.mark.skipif(torch.cuda.is_available(), reason="here is a GPU that can do it")
def test_sixteen_bits_without_a_gpu_are_one_sentence_and_nothing_is_written(root, tmp_path):
    recipe = load_recipe("han", TINY | {"training.precision": "16-mixed"})
    with pytest.raises(
        AuscultError, match=r"^training\.precision=16-mixed needs a GPU .*: choose auto, bf16-mixed or 32-true\.$"
    ):
        train(recipe, load_dataset("synthetic", root), tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()
