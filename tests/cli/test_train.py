"""`auscult train` and `auscult evaluate`, run as a user runs them."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from auscult.cli.main import main
from auscult.recordings.synthesis.collection import write_collection

SMALL = ["features.bands=8", "features.hop_seconds=0.2", "features.window_seconds=0.2", "training.epochs=1"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with a data set and a finished run, trained by the command in a process of its own."""
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=12, seconds=8, seed=0)
    words = ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run", "--seed", "0"]
    words += [part for setting in SMALL for part in ("--set", setting)]
    command = [sys.executable, "-m", "auscult.cli.main", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    assert "Score" in done.stdout
    return folder


@pytest.fixture
def auscult(workplace, monkeypatch, capsys):
    """Run the command in this process: words → exit code, stdout, stderr."""

    def run(*words):
        monkeypatch.chdir(workplace)
        monkeypatch.setattr(sys, "argv", ["auscult", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(returncode=stop.value.code or 0, **capsys.readouterr()._asdict())

    return run


def test_a_run_is_scored_from_its_predictions(auscult):
    found = auscult("evaluate", "run", "--json")
    assert found.returncode == 0, found.err
    summaries = json.loads(found.out)
    assert {(s["split"], s["task"]) for s in summaries} >= {
        ("validation", "icbhi-4"),
        ("default", "icbhi-4"),
        ("default", "icbhi-2"),
    }
    table = auscult("evaluate", "run")
    assert "AS" in table.out
    assert "default" in table.out


def test_a_run_is_scored_on_a_data_set_and_says_the_same(workplace, auscult):
    own = json.loads(auscult("evaluate", "run", "--json").out)
    words = [
        "--data",
        "synthetic",
        "--root",
        workplace / "synthetic",
        "--split",
        "default",
        "--json",
        "--out",
        workplace / "again.csv",
    ]
    again = auscult("evaluate", "run", *words)
    assert again.returncode == 0, again.err
    by_task = {s["task"]: s["scores"] for s in own if s["split"] == "default"}
    assert {s["task"]: s["scores"] for s in json.loads(again.out)} == by_task
    assert (workplace / "again.csv").read_text().startswith("task,id,recording,patient,split,device,truth,predicted,p_normal")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train", "han", "--data", "synthetic", "--root", "nowhere", "--out", "run2"], "There is no folder nowhere"),
        (["train", "han", "--data", "icbhy", "--root", ".", "--out", "run2"], "There is no data set 'icbhy'"),
        (["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--task", "x-9"], "no task 'x-9'"),
        (["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--split", "x"], "has no split 'x'"),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "a"],
            "--set wants KEY=VALUE",
        ),
        (["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "a=1"], "unknown key 'a'"),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "training.epochs=[1"],
            "--set training.epochs wants a value in yaml, for instance 5, word or [1, 2], not '[1'.",
        ),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "title=2020-13-45"],
            "--set title wants a value in yaml",
        ),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "augment.mask.bands=-1"],
            "'augment.mask.bands' input should be greater than or equal to 0.",
        ),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "model.options.dropout=2"],
            "model.options.dropout should be less than or equal to 1, not 2.",
        ),
        (
            ["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run2", "--set", "model.options.depth=1"],
            "Model 'han' has no option 'depth'",
        ),
        (["train", "han", "--data", "synthetic", "--root", "synthetic", "--out", "run"], "holds a run with another recipe"),
        (["evaluate", "nothing"], "nothing is no finished run"),
        (["evaluate", "run", "--data", "synthetic"], "--data wants --root"),
        (["evaluate", "run", "--data", "synthetic", "--root", "synthetic", "--split", "x"], "has no split 'x'"),
        (["evaluate", "synthetic", "--data", "synthetic", "--root", "synthetic"], "There is no trained model in synthetic"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(workplace, auscult, words, sentence):
    done = auscult(*words)
    assert done.returncode == 2, done.err
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not (workplace / "run2").exists()
