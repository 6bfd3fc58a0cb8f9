import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import auscult
from auscult.cli import main as main_module
from auscult.errors import AuscultError


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=os.environ | environment
    )


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "auscult.cli.main", *arguments)


def test_the_face_imports_nothing_heavy() -> None:
    code = (
        "import sys, auscult\nprint([m for m in ('torch', 'onnxruntime', 'numpy', 'lightning', 'scipy') if m in sys.modules])"
    )
    assert python("-c", code).stdout.strip() == "[]"


@pytest.mark.parametrize("name", [name for name in auscult.__all__ if name != "__version__"])
def test_every_name_of_the_face_is_there(name: str) -> None:
    assert callable(getattr(auscult, name))
    assert getattr(auscult, name).__name__ == name


def test_unknown_names_of_the_face_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'diagnose'"):
        auscult.diagnose  # noqa: B018
    assert set(auscult.__all__) <= set(dir(auscult))


def test_help_lists_the_commands_and_imports_no_torch() -> None:
    code = (
        "import sys\nfrom auscult.cli.main import main\nsys.argv = ['auscult', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert not {'torch', 'lightning', 'sklearn', 'onnxruntime', 'matplotlib'} & set(sys.modules)"
    )
    done = python("-c", code)
    assert done.returncode == 0, done.stderr
    for name in ("analyze", "demo", "models", "data", "synth", "train", "evaluate"):
        assert name in done.stdout


def test_the_version_is_printed() -> None:
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, f"auscult {auscult.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diagnose"], "error: No such command 'diagnose' (see 'auscult --help').\n"),
        (["analyze"], "error: Missing argument 'files' (see 'auscult analyze --help').\n"),
        (
            ["analyze", "--loud", "x.wav"],
            "error: No such option: --loud (Possible options: --model, --plot) (see 'auscult analyze --help').\n",
        ),
        (["train", "han", "--root", ".", "--out", "x", "--seed", "one"], "(see 'auscult train --help').\n"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], said: str) -> None:
    done = command(*arguments)
    assert done.returncode == 2
    assert done.stderr.endswith(said)
    assert done.stderr.count("\n") == 1


def test_the_terminal_may_lack_letters(tmp_path: Path) -> None:
    done = python("-m", "auscult.cli.main", "analyze", str(tmp_path / "Köln.wav"), PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (AuscultError("chest.wav is empty."), "error: chest.wav is empty.\n"),
        (PermissionError(13, "Permission denied", "runs/han"), "error: runs/han: Permission denied.\n"),
        (OSError(28, "No space left on device"), "error: No space left on device.\n"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), "pip install 'auscult[train]'.\n"),
    ],
)
def test_errors_become_one_sentence(
    raised: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise raised

    monkeypatch.setattr(main_module, "app", fail)
    with pytest.raises(SystemExit) as stopped:
        main_module.main()
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert err.endswith(said)
    assert err.count("\n") == 1


def test_a_bug_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ModuleNotFoundError("No module named 'auscult.gone'", name="auscult.gone")

    monkeypatch.setattr(main_module, "app", fail)
    with pytest.raises(ModuleNotFoundError):
        main_module.main()


def test_control_c_is_code_130() -> None:
    code = (
        "import signal, sys, time\nimport auscult.cli.main as m\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job inherits a deaf one
        "@m.app.command()\ndef wait():\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "sys.argv = ['auscult', 'wait']\nm.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
