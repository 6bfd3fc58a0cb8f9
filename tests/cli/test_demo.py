import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from auscult.analysis import model as model_module
from auscult.cli.main import main
from tests.analysis.standin import write_standin
from tests.blocking import BLOCK_TRAINING_LIBRARIES


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in in place of the bundled model."""
    folder = tmp_path / "bundled"
    folder.mkdir()
    write_standin(folder, name="lung")
    monkeypatch.setattr(model_module, "BUNDLED", folder)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["auscult", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


@pytest.mark.usefixtures("bundled")
def test_the_demo_leaves_sound_truth_and_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "demo"
    assert call(monkeypatch, "demo", "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["demo.csv", "demo.png", "demo.wav"]
    assert soundfile.info(out / "demo.wav").duration == 20
    printed = capsys.readouterr().out
    assert "Truth beside answer" in printed
    assert str(out / "demo.png") in printed
    assert call(monkeypatch, "demo", "--out", out) == 0  # again over its own files


@pytest.mark.usefixtures("bundled")
def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert call(monkeypatch, "demo", "--out", tmp_path / "file" / "demo") == 2
    assert capsys.readouterr().err.startswith("error: The folder ")


@pytest.mark.usefixtures("bundled")
def test_models_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, "models") == 0
    printed = capsys.readouterr().out
    assert "lung" in printed
    assert "icbhi-4" in printed


def test_the_demo_needs_no_torch(tmp_path: Path) -> None:
    code = (
        BLOCK_TRAINING_LIBRARIES + f"sys.argv = ['auscult', 'demo', '--out', {str(tmp_path / 'demo')!r}]\n"
        "from auscult.cli.main import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
