"""Whole sweeps, tiny: what makes a sweep this one, how it grows, and runs that go wrong."""

import csv
import json
import re
import shutil

import pytest
import torch
from transformers import ASTConfig, ASTModel

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import summarize
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.training.run import lock_folder
from auscult.training.sweep import sweep
from auscult.training.variants import make_variants

TINY = {
    "data.name": "synthetic",
    "data.split": None,
    "features.bands": 8,
    "features.hop_seconds": 0.2,
    "features.window_seconds": 0.2,
    "model.options": {"frequency_hidden": 4, "time_hidden": 4},
    "training.epochs": 1,
}
DIVERGES = 1e30


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=8, seconds=5, seed=0)
    return load_dataset("synthetic", folder)


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path_factory.getbasetemp() / "sweep-cache"))


def variants(key, *values, **changes):
    base = TINY | {name.replace("__", "."): value for name, value in changes.items()}
    return make_variants("han", {key: values}, base)


def table_of(out):
    with (out / "sweep.csv").open() as file:
        return list(csv.DictReader(file))


def runs_of(out):
    """Time at which each finished run was finished."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("*/predictions.csv")}


def test_a_sweep_grows_by_values_and_seeds_and_what_is_finished_stays(dataset, tmp_path):
    out = tmp_path / "sweep"
    sweep(variants("model.dropout", 0.0, 0.5), dataset, out)
    first = runs_of(out)
    assert set(first) == {"dropout=0-seed0", "dropout=0.5-seed0"}
    sweep(variants("model.dropout", 0.25), dataset, out, seeds=2)  # neither 0 nor 0.5 again
    later = runs_of(out)
    assert {name: later[name] for name in first} == first
    assert set(later) - set(first) == {"dropout=0.25-seed0", "dropout=0.25-seed1"}
    rows = table_of(out)
    assert [(row["model.options.dropout"], row["seeds"]) for row in rows] == [("0", "1"), ("0.5", "1"), ("0.25", "2")]
    answers = Predictions.load(out / "dropout=0.5-seed0" / "predictions.csv")
    score = summarize(answers.where(answers.splits == "validation")).scores.score
    assert float(rows[1]["validation_score"]) == pytest.approx(100 * score, abs=0.005)


@pytest.mark.parametrize(
    ("key", "values", "changes"),
    [
        ("model.dropout", [0.0, 0.5], {"training__batch_size": 8}),  # another recipe
        ("model.dropout", [0.0, 0.5], {"data__task": "icbhi-2"}),
        ("training.learning_rate", [0.01, 0.02], {}),  # other settings
    ],
)
def test_another_sweep_in_the_same_folder_is_refused(dataset, tmp_path, key, values, changes):
    out = tmp_path / "sweep"
    out.mkdir()
    sweep(variants("model.dropout", 0.0), dataset, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    with pytest.raises(AuscultError, match="holds a sweep of other settings, or of another recipe"):
        sweep(variants(key, *values, **changes), dataset, out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_a_folder_with_something_else_is_left_alone(dataset, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AuscultError, match="is not empty and is no sweep"):
        sweep(variants("model.dropout", 0.0, 0.5), dataset, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_process_is_kept_out(dataset, tmp_path):
    with lock_folder(tmp_path, busy="not here"), pytest.raises(AuscultError, match="Another process is at the sweep"):
        sweep(variants("model.dropout", 0.0, 0.5), dataset, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    sweep(variants("model.dropout", 0.0), dataset, tmp_path)  # what a killed process leaves keeps nobody out
    assert len(runs_of(tmp_path)) == 1


def test_a_run_that_goes_wrong_does_not_stop_the_others(dataset, tmp_path):
    ended = {}
    both = variants("training.learning_rate", DIVERGES, 0.001, training__batch_size=8)
    table = sweep(both, dataset, tmp_path, report=ended.__setitem__)
    assert set(ended) == {"learning_rate=1e+30-seed0", "learning_rate=0.001-seed0"}
    assert "The training has diverged" in ended["learning_rate=1e+30-seed0"]
    assert table.failed == {"learning_rate=1e+30-seed0": ended["learning_rate=1e+30-seed0"]}
    assert [(row["seeds"], row["failed"]) for row in table_of(tmp_path)] == [("0", "1"), ("1", "0")]
    assert set(runs_of(tmp_path)) == {"learning_rate=0.001-seed0"}


def test_a_bug_in_one_run_does_not_stop_the_others(dataset, tmp_path):
    sweep(variants("model.dropout", 0.0), dataset, tmp_path)
    run = tmp_path / "dropout=0-seed0"
    (run / "predictions.csv").unlink()
    (run / "last.ckpt").write_bytes(b"torn")  # what torch says of it is no sentence of ours
    table = sweep(variants("model.dropout", 0.0, 0.5), dataset, tmp_path)
    assert list(table.failed) == [run.name]
    assert re.match(r"Ended with \w+Error: ", table.failed[run.name])
    assert [(row["seeds"], row["failed"]) for row in table_of(tmp_path)] == [("0", "1"), ("1", "0")]


def test_however_a_value_is_spelled_it_is_one_row(dataset, tmp_path):
    for value in ("1e-3", 0.001, "0.0010"):
        sweep(variants("training.learning_rate", value), dataset, tmp_path)
    assert list(runs_of(tmp_path)) == ["learning_rate=0.001-seed0"]
    assert [row["training.learning_rate"] for row in table_of(tmp_path)] == ["0.001"]


SMALL_AST = {
    "data.name": "synthetic",
    "data.split": None,
    "features.bands": 32,
    "features.hop_seconds": 0.05,
    "features.window_seconds": 0.1,
    "model.options": {"width": 16, "layers": 1, "heads": 2, "patch": 8, "frequency_stride": 6, "time_stride": 6, "frames": 48},
    "training.epochs": 1,
    "training.samples": 8,
}


def from_weights(*sources, **values):
    """Variants of a small transformer: over dropouts from one source of weights, or over sources."""
    if not values:
        return make_variants("ast-small-ce", {"model.weights": list(map(str, sources))}, SMALL_AST)
    return make_variants("ast-small-ce", values, SMALL_AST | {"model.weights": str(sources[0])})


def save_checkpoint(folder, seed):
    torch.manual_seed(seed)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    strides = {"patch_size": 8, "frequency_stride": 6, "time_stride": 6}
    ASTModel(ASTConfig(**sizes, **strides, max_length=64, num_mel_bins=32)).save_pretrained(folder)
    return folder


def test_of_weights_the_content_makes_a_sweep_not_where_they_lie(dataset, tmp_path):
    rates = {"training.learning_rate": [1e-3, 1e-4]}
    out, mine = tmp_path / "sweep", save_checkpoint(tmp_path / "mine", 0)
    assert not sweep(from_weights(mine, **rates), dataset, out).failed
    assert str(tmp_path) not in (out / "sweep.json").read_text()
    first = runs_of(out)
    moved = mine.rename(tmp_path / "renamed")
    assert not sweep(from_weights(moved, **rates), dataset, out).failed
    save_checkpoint(mine, 1)  # other weights of the same name
    with pytest.raises(AuscultError, match="or of another recipe or other data or weights"):
        sweep(from_weights(mine, **rates), dataset, out)

    shutil.rmtree(mine)
    assert not sweep(from_weights(mine, **rates), dataset, out).failed  # finished runs do not need them any more
    with pytest.raises(AuscultError, match="or of another recipe or other data or weights"):
        sweep(from_weights(tmp_path / "never", **rates), dataset, out)
    assert runs_of(out) == first


def test_weights_can_be_what_is_compared(dataset, tmp_path):
    out = tmp_path / "sweep"
    one, other = (save_checkpoint(tmp_path / name, seed) for seed, name in enumerate(("one", "other")))
    assert not sweep(from_weights(one), dataset, out).failed
    (tmp_path / "elsewhere").mkdir()
    one = one.rename(tmp_path / "elsewhere" / "one")
    first = runs_of(out)
    assert not sweep(from_weights(one, other), dataset, out).failed
    assert [row["model.weights"] for row in table_of(out)] == ["one", "other"]
    assert runs_of(out)["weights=one-seed0"] == first["weights=one-seed0"]


def test_the_table_is_written_anew_as_each_run_ends(dataset, tmp_path):
    done = []
    sweep(
        variants("model.dropout", 0.0, 0.5),
        dataset,
        tmp_path,
        report=lambda *_: done.append([row["seeds"] for row in table_of(tmp_path)]),
    )
    assert done == [["1", "0"], ["1", "1"]]


def test_a_finished_run_of_other_data_is_no_row(dataset, tmp_path):
    sweep(variants("model.dropout", 0.0), dataset, tmp_path)
    record = tmp_path / "dropout=0-seed0" / "run.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"recordings": 5}))
    table = sweep(variants("model.dropout", 0.0), dataset, tmp_path)
    assert "holds a run with another recipe, seed or data" in table.failed["dropout=0-seed0"]
    assert [(row["seeds"], row["failed"]) for row in table_of(tmp_path)] == [("0", "1")]


def test_it_is_said_whether_the_validation_patients_are_the_same(dataset, tmp_path):
    assert sweep(variants("model.dropout", 0.0, 0.5), dataset, tmp_path / "same").same_patients
    assert not sweep(variants("data.validation_share", 0.2, 0.5), dataset, tmp_path / "others").same_patients


@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        ("data.task", ["icbhi-4", "icbhi-2"], r"one data set, task and split: give data\.task one value\.$"),
        ("training.protocol", ["honest", "published"], "has no validation patients to compare settings on"),
        ("model.dropout", [0.5, 0.5], r"Two of the combinations are the same, dropout=0\.5"),
        ("training.epochs", [1, "1"], "Two of the combinations are the same, epochs=1"),
        ("model.weights", ["/a/w.pth", "/b/w.pth"], r"Two of the combinations would both be called weights=w\.pth"),
        ("model.dropout", [0.5, 2.0], r"model\.options\.dropout should be less than or equal to 1, not 2\.0\.$"),
        ("model.depth", [1, 2], "Model 'han' has no option 'depth'; it has: "),
        ("data.validation_share", [0.2, 0.01], "6 training patients are too few"),
    ],
)
def test_what_cannot_be_compared_is_said_before_anything_is_written(dataset, tmp_path, key, values, sentence):
    with pytest.raises(AuscultError, match=sentence):
        sweep(variants(key, *values), dataset, tmp_path / "sweep")
    assert not (tmp_path / "sweep").exists()


def test_protocol_published_shows_test_scores_where_they_are_asked_for(dataset, tmp_path):
    published = variants("model.dropout", 0.0, 0.5, training__protocol="published")
    sweep(published, dataset, tmp_path, with_test=True)
    rows = table_of(tmp_path)
    assert [row["validation_score"] for row in rows] == ["", ""]
    assert all(float(row["test_score"]) >= 0 for row in rows)
