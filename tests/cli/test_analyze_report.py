"""`auscult analyze --html` and `--csv`, as a user runs them."""

import csv
import json
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest
import soundfile

from auscult.cli.main import main
from auscult.recordings.synthesis import synthesize_lung
from tests.analysis.standin import write_standin
from tests.processes import soon

COUNT = 12
NO_AUDIO = "not audio that can be read (wav, flac, ogg, mp3, aiff …); convert it to wav."


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """Twelve recordings, two of one name, and a broken one; and a model."""
    folder = tmp_path_factory.mktemp("visits")
    write_standin(folder)
    for number in range(COUNT):
        path = folder / "visits" / f"patient-{number % 2}" / f"{'same' if number < 2 else number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        recording = synthesize_lung(seconds=5, wheezes=number % 2, seed=number)
        soundfile.write(path, recording.samples, recording.rate)
    (folder / "visits" / "=torn.wav").write_text("not audio")
    return folder


@pytest.fixture
def run(workplace, monkeypatch, capsys):
    def call(*words):
        monkeypatch.chdir(workplace)
        monkeypatch.setattr(sys, "argv", ["auscult", "analyze", *words, "--model", "standin.onnx"])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(returncode=stop.value.code or 0, **capsys.readouterr()._asdict())

    return call


def pages(folder):
    return {file.name: file.read_bytes() for file in (folder / "recordings").iterdir()}


def test_a_killed_run_goes_on_where_it_was_and_ends_with_the_same_folder(workplace, run):
    done = run("visits", "--html", "whole", "--csv", "whole.csv", "--jobs", "1")
    assert done.returncode == 2
    assert done.err.strip() == f"error: visits/=torn.wav is {NO_AUDIO}"
    assert "1 went wrong" in done.out
    assert "12 recordings" in done.out
    table = list(csv.DictReader((workplace / "whole.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(table) == COUNT + 1
    assert [row["file"] for row in table if row["problem"]] == ["visits/=torn.wav"]
    whole = pages(workplace / "whole")
    assert len(whole) == COUNT
    assert {"same.html", "same-2.html"} <= set(whole)

    command = [sys.executable, "-m", "auscult.cli.main", "analyze", "visits", "--html", "killed", "--model", "standin.onnx"]
    killed = subprocess.Popen([*command, "--jobs", "1"], cwd=workplace, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert soon(lambda: len(list((workplace / "killed").glob("recordings/*.html"))) >= 3)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    finished = {file.name: file.stat().st_mtime_ns for file in (workplace / "killed" / "recordings").glob("*.html")}
    assert 3 <= len(finished) < COUNT
    again = run("visits", "--html", "killed", "--jobs", "2")
    assert (again.returncode, again.err) == (done.returncode, done.err)
    assert pages(workplace / "killed") == whole
    assert (workplace / "killed" / "index.html").read_bytes() == (workplace / "whole" / "index.html").read_bytes()
    for name, when in finished.items():
        assert (workplace / "killed" / "recordings" / name).stat().st_mtime_ns == when


def test_json_and_csv_beside_a_report_hold_every_recording(workplace, run):
    files = ["visits/patient-0/2.wav", "visits/patient-1/3.wav"]
    for _ in range(2):
        assert run(*files, "--html", "two", "--json", "two.json", "--csv", "two.csv").returncode == 0
        assert [one["file"] for one in json.loads((workplace / "two.json").read_text())] == files
        (workplace / "two.json").unlink()
    table = list(csv.DictReader((workplace / "two.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["file"] for row in table] == files


def test_one_recording_can_be_a_single_page(workplace, run):
    file = "visits/patient-0/2.wav"
    done = run(file, "--html", "one.html")
    assert done.returncode == 0
    assert "2.wav · 5.0 s" in done.out
    assert "2.wav" in (workplace / "one.html").read_text()
    assert run(file, "--html", "one").returncode == 0
    assert (workplace / "one" / "recordings" / "2.html").is_file()
    assert "must be a folder: there are 13 recordings" in run("visits", "--html", "many.html").err
    assert "is a recording to analyse" in run(file, "--csv", file).err
