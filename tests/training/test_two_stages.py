"""Encoder first, then a linear probe on it: what is written, what is chosen, and going on after a kill in either stage."""

import csv
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from auscult.evaluation.metrics import score
from auscult.evaluation.predictions import Predictions
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.answer import answer_segments
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train

TINY = {
    "features.bands": 16,
    "model.options": {"width": 2, "frames": 16},
    "training.epochs": 2,
    "probe.epochs": 8,
    "probe.learning_rate": 0.5,
}
SYNTHETIC = {"data.name": "synthetic", "data.task": None, "data.split": None}
LEFT = {
    "run.json",
    "recipe.yaml",
    "environment.json",
    "log",
    "log-encoder",
    "model.json",
    "model.safetensors",
    "predictions.csv",
}
SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def runs(root, tmp_path_factory):
    """A run of each seed, with both protocols."""
    recipe, dataset = load_recipe("cnn6-scl", SYNTHETIC | TINY | {"training.protocol": "both"}), load_dataset("synthetic", root)
    folder = tmp_path_factory.mktemp("runs")
    return [train(recipe, dataset, folder / str(seed), seed=seed, quiet=True) for seed in SEEDS]


def lines(run, log, start=0):
    """The log of a stage: what was logged of each epoch, joined."""
    epochs = {}
    with open(run.path / log / f"version_{start}" / "metrics.csv") as file:
        for line in csv.DictReader(file):
            epochs.setdefault(int(line["epoch"]), {}).update({key: float(value) for key, value in line.items() if value})
    return epochs


def best(epochs, name):
    """The first epoch with the highest value, counted from 1."""
    values = [epochs[number][name] for number in sorted(epochs)]
    return values.index(max(values)) + 1, max(values)


def test_a_run_folder_holds_both_logs_and_nothing_of_the_way(runs):
    for run in runs:
        assert {path.name for path in run.path.iterdir()} == LEFT | {"published.csv"}
        encoder, probe = lines(run, "log-encoder"), lines(run, "log")
        assert list(encoder) == [0, 1]
        assert list(probe) == list(range(8))
        assert all("score" not in epoch and "loss" in epoch for epoch in encoder.values())
        assert all({"score", "published_score", "loss"} <= set(epoch) for epoch in probe.values())
        assert all(np.isfinite(value) for epoch in (*encoder.values(), *probe.values()) for value in epoch.values())


def test_the_chosen_epoch_is_the_probes(runs):
    chosen = [load_trained(run.path).facts.epoch for run in runs]
    assert chosen == [best(lines(run, "log"), "score")[0] for run in runs]
    assert any(epoch > 2 for epoch in chosen)  # more than the encoder had


def test_published_predictions_are_those_of_the_probes_best_test_epoch(runs):
    epochs = []
    for run in runs:
        published, honest = Predictions.load(run.published), Predictions.load(run.predictions)
        test = honest.where(honest.splits == "default")
        assert set(published.splits) == {"default"}
        assert published.ids.tolist() == test.ids.tolist()
        assert set(honest.splits) == {"validation", "default"}
        epoch, highest = best(lines(run, "log"), "published_score")
        assert highest > 0
        assert score(published.truth, published.predicted, get_task("icbhi-4")).score == pytest.approx(highest, abs=1e-6)
        epochs.append((epoch, load_trained(run.path).facts.epoch))
    assert any(published != honest for published, honest in epochs)


def test_published_alone_chooses_on_the_test_side(root, tmp_path):
    dataset = load_dataset("synthetic", root)
    recipe = load_recipe("cnn6-scl", SYNTHETIC | TINY | {"training.protocol": "published"})
    run = train(recipe, dataset, tmp_path / "run", seed=1, quiet=True)
    assert {path.name for path in run.path.iterdir()} == LEFT
    facts, predictions = load_trained(run.path).facts, Predictions.load(run.predictions)
    epoch, highest = best(lines(run, "log"), "score")
    assert (facts.protocol, facts.epoch, facts.temperature, facts.normal_offset) == ("published", epoch, 1.0, 0.0)
    assert set(predictions.splits) == {"default"}
    assert set(predictions.recordings) == dataset.get_split().test
    assert score(predictions.truth, predictions.predicted, get_task("icbhi-4")).score == pytest.approx(highest, abs=1e-6)


def test_the_saved_model_gives_the_saved_predictions(root, runs):
    dataset = load_dataset("synthetic", root)
    by_id = {segment.id: segment for segment in dataset.segments}
    saved = Predictions.load(runs[0].predictions)
    for side in ("validation", "default"):
        ours = saved.where(saved.splits == side)
        again = answer_segments(load_trained(runs[0].path), dataset, [by_id[i] for i in ours.ids], split=side)
        np.testing.assert_allclose(again.probabilities, ours.probabilities, atol=1e-5)
        np.testing.assert_array_equal(again.predicted, ours.predicted)


def test_the_probe_moves_the_head_and_nothing_else(root, runs, tmp_path):
    recipe = load_recipe("cnn6-scl", SYNTHETIC | TINY | {"training.protocol": "both", "probe.epochs": 1})
    other = train(recipe, load_dataset("synthetic", root), tmp_path / "run", seed=0, quiet=True)
    one, two = (load_file(run.path / "model.safetensors") for run in (runs[0], other))
    head = {name for name in one if name.startswith("classifier.head.")}
    assert len(head) == 2
    assert {name for name in one if not torch.equal(one[name], two[name])} == head


def test_a_training_killed_in_either_stage_goes_on_where_it_was(root, tmp_path):
    out, long = tmp_path / "run", TINY | {"training.epochs": 25, "probe.epochs": 60}
    command = [sys.executable, "-m", "auscult.cli.main", "train", "cnn6-scl", "--root", root, "--data", "synthetic"]
    command += ["--out", out, *(part for key, value in long.items() for part in ("--set", f"{key}={value}"))]

    def kill_when(ready):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.time() + 120
        while not ready() and time.time() < deadline and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert ready()
        assert not (out / "predictions.csv").exists()

    encoder, last = out / "encoder.safetensors", out / "last.ckpt"
    kill_when((out / "last-encoder.ckpt").is_file)
    assert not encoder.exists()
    kill_when(lambda: encoder.is_file() and last.is_file())
    before = load_file(encoder)

    run = train(load_recipe("cnn6-scl", SYNTHETIC | long), load_dataset("synthetic", root), out, quiet=True)
    for log, epochs in (("log-encoder", 25), ("log", 60)):
        again = list(lines(run, log, start=1))
        assert again[0] > 0
        assert again == list(range(again[0], epochs))
        assert len(list((out / log).iterdir())) == 2  # a start each
    assert {path.name for path in out.iterdir()} == LEFT
    after = load_file(out / "model.safetensors")
    assert before.keys() == {name.removeprefix("classifier.encoder.") for name in after if ".encoder." in name}
    assert any(name.endswith("running_mean") for name in before)  # the statistics of batch norm stay too
    for name, values in before.items():
        assert torch.equal(values, after[f"classifier.encoder.{name}"])
