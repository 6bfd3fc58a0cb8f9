"""`auscult analyze --by-cycle` and `--cycles`, as a user runs them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.cli.main import main
from auscult.recordings._icbhi_tables import read_cycles
from auscult.recordings.synthesis import synthesize_lung
from tests.analysis.standin import write_standin

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_standin(tmp_path_factory.mktemp("model"))


@pytest.fixture
def run(model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys, "argv", ["auscult", "analyze", *map(str, arguments), "--model", str(model)])
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    return call


@pytest.fixture(scope="module")
def chest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve breaths of about 2.5 s."""
    path = tmp_path_factory.mktemp("sounds") / "chest.wav"
    sound = synthesize_lung(seconds=30, breaths_per_minute=24, seed=1)
    soundfile.write(path, sound.samples, sound.rate)
    return path


@pytest.fixture(scope="module")
def noise(chest: Path) -> Path:
    path = chest.with_name("noise.wav")
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.02, 12 * 8000), 8000)
    return path


def test_rows_file_and_json_say_the_same(chest: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run(chest, "--by-cycle", "--cycles", tmp_path / "c.txt", "--json", tmp_path / "c.json")
    assert (code, err) == (0, "")
    assert "breathing rate 24 a minute, confidence" in out
    cycles = read_cycles(tmp_path / "c.txt")
    rows = [line.split() for line in out.splitlines() if line.count("%") == 4 and "." in line]
    assert [(float(row[0]), int(row[2]), int(row[3])) for row in rows] == [
        (pytest.approx(start, abs=0.01), crackle, wheeze) for start, _, crackle, wheeze, _ in cycles
    ]
    assert 9 <= len(cycles) <= 12
    breathing = json.loads((tmp_path / "c.json").read_text())["breathing"]
    assert breathing["rate"] == pytest.approx(24, abs=1)
    assert breathing["confidence"] > 0.5
    for line, cycle in zip(cycles, breathing["cycles"], strict=True):
        assert line[:4] == (round(cycle["start"], 3), round(cycle["end"], 3), cycle["crackle"], cycle["wheeze"])
        assert sum(cycle["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_without_the_option_only_the_rate_is_shown(chest: Path, run: Run) -> None:
    _, out, _ = run(chest)
    assert "breathing rate 24 a minute" in out
    assert "breathing cycles" not in out


def test_no_cycles_one_sentence(noise: Path, run: Run, tmp_path: Path) -> None:
    code, out, _ = run(noise, "--by-cycle", "--cycles", tmp_path / "c.txt")
    assert code == 0
    assert "No breathing cycles found" in out
    assert "breathing rate" not in out
    assert (tmp_path / "c.txt").read_text() == ""


def test_a_folder_of_text_files(chest: Path, noise: Path, run: Run, tmp_path: Path) -> None:
    assert run(chest, noise, "--cycles", tmp_path)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chest.txt", "noise.txt"]
    assert len(read_cycles(tmp_path / "chest.txt")) >= 9


def test_rows_of_several_are_refused(chest: Path, noise: Path, run: Run) -> None:
    code, _, err = run(chest, noise, "--by-cycle")
    assert code == 2
    assert "--cycles FOLDER" in err


def test_a_heart_has_no_breathing_cycles(
    chest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    arguments = ["auscult", "analyze", str(chest), "--organ", "heart", "--cycles", str(tmp_path / "c.txt")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "is for lung sounds" in capsys.readouterr().err
    assert not (tmp_path / "c.txt").exists()


def test_the_picture_marks_cycles(chest: Path, run: Run, tmp_path: Path) -> None:
    assert run(chest, "--plot", tmp_path / "c.svg")[0] == 0
    assert "stroke-dasharray" in (tmp_path / "c.svg").read_text()  # the dotted lines
