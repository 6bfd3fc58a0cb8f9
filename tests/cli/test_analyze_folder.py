"""`auscult analyze` on folders of recordings, one after the other and some at a time."""

import json
import shutil
import sys
from types import SimpleNamespace

import pytest
import soundfile

from auscult.cli.main import main
from auscult.recordings.synthesis import synthesize_lung
from tests.analysis.standin import write_standin


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """Five recordings and a broken one in a folder with folders, and a model."""
    folder = tmp_path_factory.mktemp("visits")
    write_standin(folder)
    for number, name in enumerate(["b/two.wav", "b/three.FLAC", "a/one.wav", "c/four.wav", "c/one.wav"]):
        path = folder / "visits" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        recording = synthesize_lung(seconds=6, wheezes=number % 2, seed=number)
        soundfile.write(path, recording.samples, recording.rate)
    (folder / "visits" / "a" / "torn.wav").write_text("not audio")
    (folder / "visits" / "a" / "notes.txt").write_text("not audio")
    (folder / "visits" / "a" / "._one.wav").write_text("what some systems leave behind")
    return folder


@pytest.fixture
def run(workplace, monkeypatch, capsys):
    def call(*words):
        monkeypatch.chdir(workplace)
        monkeypatch.setenv("COLUMNS", "120")
        model = next(workplace.glob("*.onnx"))
        monkeypatch.setattr(sys, "argv", ["auscult", "analyze", *words, "--model", str(model)])
        with pytest.raises(SystemExit) as stop:
            main()
        return SimpleNamespace(returncode=stop.value.code or 0, **capsys.readouterr()._asdict())

    return call


def test_a_folder_is_its_recordings_and_several_at_a_time_say_the_same(workplace, run):
    one = run("visits", "--json", "one.json")
    assert one.returncode == 2
    assert one.err.count("error:") == 1
    assert "torn.wav is not audio" in one.err
    files = [answer["file"] for answer in json.loads((workplace / "one.json").read_text())]
    assert files == ["visits/a/one.wav", "visits/b/three.FLAC", "visits/b/two.wav", "visits/c/four.wav", "visits/c/one.wav"]

    (workplace / "pictures").mkdir()
    two = run("visits", "--json", "two.json", "--plot", "pictures", "--jobs", "2")
    assert (two.returncode, two.out, two.err) == (one.returncode, one.out, one.err)
    assert (workplace / "two.json").read_bytes() == (workplace / "one.json").read_bytes()
    drawn = sorted(file.name for file in (workplace / "pictures").iterdir())
    assert drawn == ["four.png", "one-2.png", "one.png", "three.png", "two.png"]


def test_a_folder_with_one_recording_is_a_list_and_one_without_is_said(workplace, run):
    single = workplace / "single"
    single.mkdir()
    shutil.copy(workplace / "visits" / "a" / "one.wav", single)
    assert run("single", "--json", "single.json").returncode == 0
    assert len(json.loads((workplace / "single.json").read_text())) == 1
    empty = workplace / "empty"
    empty.mkdir()
    done = run("empty")
    assert done.returncode == 2
    assert done.err == "error: The folder empty holds no recordings (wav, flac, ogg, mp3 …).\n"
