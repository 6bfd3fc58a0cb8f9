"""`auscult sweep`, run as a user runs it: a table, a kill in the middle, and mistakes."""

import csv
import multiprocessing
import os
import signal
import subprocess
import sys
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from auscult.cli.main import main
from auscult.recordings.synthesis.collection import write_collection
from tests.processes import alive, children, soon

TINY = ["features.bands=8", "features.hop_seconds=0.2", "features.window_seconds=0.2"]
TINY += ["model.options={frequency_hidden: 4, time_hidden: 4}"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    write_collection(folder / "synthetic", patients=8, seconds=5, seed=0)
    return folder


@pytest.fixture(autouse=True)
def _cache(workplace, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(workplace / "cache"))
    monkeypatch.setenv("COLUMNS", "200")


def words(out, *settings, options=()):
    changes = [part for setting in (*TINY, *settings) for part in ("--set", setting)]
    return ["sweep", "han", "--data", "synthetic", "--root", "synthetic", "--out", out, *changes, *options]


@pytest.fixture
def auscult(workplace, monkeypatch, capsys):
    """Run the command in this process: words → exit code, stdout, stderr."""

    def run(*arguments):
        monkeypatch.chdir(workplace)
        monkeypatch.setattr(sys, "argv", ["auscult", *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(returncode=stop.value.code or 0, **capsys.readouterr()._asdict())

    return run


def table_of(folder):
    with (folder / "sweep.csv").open() as file:
        return list(csv.DictReader(file))


def test_one_at_a_time_and_one_table(workplace, auscult):
    settings = ["training.epochs=1", "model.dropout=0,0.5", "augment.mask=null,{bands: 1, frames: 1}"]
    done = auscult(*words("ablation", *settings, options=["--one-at-a-time"]))
    assert done.returncode == 0, done.err
    rows = table_of(workplace / "ablation")
    assert [(row["model.options.dropout"], row["augment.mask"]) for row in rows] == [
        ("0", "null"),
        ("0.5", "null"),
        ("0", '{"bands": 1}'),  # one mask of frames is the default
    ]
    assert (workplace / "ablation" / "mask=null,dropout=0.5-seed0" / "predictions.csv").is_file()
    assert "best: the highest Score of those with the most seeds" in done.out
    assert "test" not in done.out
    assert not [name for name in rows[0] if "test" in name]
    assert "mask=null,dropout=0-seed0 (1 of 3): done" in done.err
    asked = auscult(*words("ablation", *settings, options=["--one-at-a-time", "--with-test"]))
    assert "test: for comparisons that choose nothing" in asked.out
    assert "test_score" in table_of(workplace / "ablation")[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_a_killed_sweep_takes_its_trainings_along_and_goes_on_where_it_was(workplace, auscult):
    out = workplace / "killed"
    assert auscult(*words("killed", "training.epochs=1,2")).returncode == 0
    finished = modified(out.glob("epochs=*/**/*"))
    command = [sys.executable, "-m", "auscult.cli.main", *words("killed", "training.epochs=25,26", options=["--jobs", "2"])]
    process = subprocess.Popen(command, cwd=workplace, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert soon(lambda: process.poll() is not None or list(out.glob("*/last.ckpt")))
    trainings = children(process.pid)
    process.kill()
    process.wait()
    assert len(trainings) >= 2
    assert soon(lambda: not any(map(alive, trainings)))
    begun = [file.parent for file in out.glob("*/last.ckpt")]
    assert begun
    assert modified(finished) == finished
    assert [row["seeds"] for row in table_of(out)] == ["1", "1", "0", "0"]

    done = auscult(*words("killed", "training.epochs=1,2,25,26"))
    assert done.returncode == 0, done.err
    assert modified(finished) == finished
    for run in begun:
        with (run / "log" / "version_1" / "metrics.csv").open() as file:
            assert min(int(line["epoch"]) for line in csv.DictReader(file)) > 0
    assert [row["seeds"] for row in table_of(out)] == ["1", "1", "1", "1"]


def modified(files):
    return {file: file.stat().st_mtime_ns for file in files}


def test_control_c_stops_all_processes_and_leaves_what_can_go_on(workplace, auscult):
    out = workplace / "stopped"
    stopped = Event()

    def press():
        if soon(lambda: stopped.is_set() or list(out.glob("*/last.ckpt"))) and not stopped.is_set():
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits a deaf one
    watching = Thread(target=press)
    watching.start()
    try:
        done = auscult(*words("stopped", "training.epochs=300,301", options=["--jobs", "2"]))
    finally:
        stopped.set()
        watching.join()
        signal.signal(signal.SIGINT, before)
    assert done.returncode == 130
    assert "Traceback" not in done.err
    assert not multiprocessing.active_children()
    assert list(out.glob("*/last.ckpt"))
    assert not list(out.glob("*/predictions.csv"))


def test_some_at_a_time_of_which_one_goes_wrong(workplace, auscult):
    settings = ["training.epochs=1", "training.batch_size=8", "training.learning_rate=1.0e+30,0.001"]
    done = auscult(*words("wrong", *settings, options=["--jobs", "2"]))
    assert done.returncode == 2
    assert done.err.strip().splitlines()[-1] == "error: 1 of 2 runs went wrong; the same command tries them again."
    assert "learning_rate=1e+30-seed0: The training has diverged" in done.out
    assert "1 failed" in done.out
    assert [(row["seeds"], row["failed"]) for row in table_of(workplace / "wrong")] == [("0", "1"), ("1", "0")]


@pytest.mark.parametrize(
    ("settings", "options", "sentence"),
    [
        (["training.epochs=1"], [], "Nothing is to be compared: give a --set several values"),
        (["training.epochs=1,"], [], "--set training.epochs has an empty value between its commas"),
        (["model.dropout=0,0.1", "model.options.dropout=0.2"], [], "--set model.options.dropout is given twice"),
        (["training.epochs=1,0"], [], "'training.epochs' input should be greater than 0"),
        (["training.epochs=1,[2"], [], "--set training.epochs wants a value in yaml"),
        (["training.epochs"], [], "Nothing is to be compared"),
        (["training.epochs", "model.dropout=0,1"], [], "--set wants KEY=VALUE"),
        (["training.epochs=1,2"], ["--epochs", "3"], "training.epochs is given twice: give all of its values in one --set"),
        (["training.learning_rate=1e-3,0.001"], [], "Two of the combinations are the same, learning_rate=0.001"),
        (["model.depth=1,2"], [], "Model 'han' has no option 'depth'; it has: "),
        (["model.dropout=0,2"], [], "model.options.dropout should be less than or equal to 1, not 2."),
        (["model.dropout=0,0.1"], ["--protocol", "published"], "has no validation patients to compare settings on"),
        (["data.split=default,other"], [], "give data.split one value."),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(workplace, auscult, settings, options, sentence):
    done = auscult(*words("never", *settings, options=options))
    assert done.returncode == 2, done.err
    assert sentence in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert not os.path.exists(workplace / "never")
