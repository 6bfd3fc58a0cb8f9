"""Mistakes in `auscult train` with a contrast, made as a user makes them: one sentence, and no run folder."""

import csv
import sys
from types import SimpleNamespace

import pytest

from auscult.cli.main import main
from auscult.recordings.synthesis.collection import write_collection

TINY = ("features.bands=16", "model.options={width: 2, frames: 16}", "training.epochs=1", "probe.epochs=1")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with three data sets; synthetic patients have neither sex nor age, and all have the same device."""
    folder = tmp_path_factory.mktemp("work")
    for name in ("synthetic", "healthy", "one-ill"):
        write_collection(folder / name, patients=8, seconds=5, seed=0)
    keep_ill(folder / "healthy", ())
    keep_ill(folder / "one-ill", ("P0003",))
    return folder


def keep_ill(root, patients):
    """Strike what is abnormal out of a synthetic data set, but for the test side and some patients."""
    rows = {name: list(csv.DictReader((root / name).open())) for name in ("recordings.csv", "breaths.csv")}
    kept = {
        row["recording"]
        for row in rows["recordings.csv"]
        if row["side"] == "test" or row["recording"].endswith("_normal") or row["patient"] in patients
    }
    for name, table in rows.items():
        with open(root / name, "w", newline="") as file:
            writer = csv.DictWriter(file, table[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in table if row["recording"] in kept)


@pytest.fixture
def train(workplace, tmp_path, monkeypatch, capsys):
    """Train a recipe in this process: its name, data set and settings → exit code, stdout, stderr and where the run is."""
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "run"

    def run(recipe, root, *settings):
        changes = [part for setting in (*TINY, *settings) for part in ("--set", setting)]
        words = ["train", recipe, "--data", "synthetic", "--root", str(workplace / root), "--out", str(out), *changes]
        monkeypatch.setattr(sys, "argv", ["auscult", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(returncode=stop.value.code or 0, out_folder=out, **capsys.readouterr()._asdict())

    return run


def is_one_sentence(done, sentence):
    """Whether the command said so, and nothing more, and left nothing."""
    assert done.returncode == 2, done.err
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    return not done.out_folder.exists()


@pytest.mark.parametrize(
    ("recipe", "setting", "sentence"),
    [
        ("cnn6-scl-sex-age", None, "does not tell 'sex' of any training segment"),
        ("cnn6-mscl", None, "does not tell 'sex' of any training segment"),
        ("cnn6-scl-sex-class", None, "does not tell 'sex' of any training segment"),
        ("cnn6-scl", "objective.options.label=device", "that tell 'device' have the same"),
        ("cnn6-scl", "objective.options.label=weather", "There is no label 'weather' to contrast; known labels: class,"),
        ("cnn6-hybrid", "objective.options.label=class+", "There is no label '' to contrast"),
        ("cnn6-mscl", "objective.options.weights={class: 0.75, patient: 0.5}", "add up to 1, not class 0.75, patient 0.5."),
        ("cnn6-mscl", "objective.options.weights={class: 1.5, patient: -0.5}", "must be positive and add up to 1"),
        ("cnn6-mscl", "objective.options.weights={}", "must be positive and add up to 1, not none."),
        ("cnn6-scl", "objective.options.temperature=0", "objective.options.temperature"),
        ("cnn6-scl", "features.bands=8", "give it at least 16 bands (features.bands)"),
        ("cnn6-scl", "model.options.frames=8", "and 16 frames (model.options.frames), not 16 and 8"),
        ("cnn6-scl", "augment.crop.frames=0", "'augment.crop.frames' input should be greater than 0"),
        ("cnn6-scl", "augment.mask.probability=2", "'augment.mask.probability' input should be less than or equal to 1"),
        ("cnn6-scl", "probe.rate=1", "unknown key 'probe.rate'"),
        ("cnn6-scl", "probe.epochs=0", "'probe.epochs' input should be greater than 0"),
        ("cnn6-scl", "training.schedule=zigzag", "'training.schedule' input should be 'cosine', 'constant' or 'waves'"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_no_run(train, recipe, setting, sentence):
    assert is_one_sentence(train(recipe, "synthetic", *([setting] if setting else [])), sentence)


@pytest.mark.parametrize("recipe", ["cnn6-ce", "cnn6-scl", "cnn6-simclr"])
@pytest.mark.parametrize("root", ["healthy", "one-ill"])  # the only one who is ill is taken out for validation
def test_one_class_to_learn_from_is_one_sentence_and_leaves_no_run(train, recipe, root):
    assert is_one_sentence(train(recipe, root), "All training segments are 'normal'; there is nothing to tell apart.")


def test_without_a_mistake_it_trains(train):
    done = train("cnn6-scl", "synthetic")
    assert done.returncode == 0, done.err
    assert (done.out_folder / "predictions.csv").is_file()
