import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.serving.making import build_page

START = """
import sys
import signal
from pathlib import Path
from auscult.serving import files
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore Ctrl-C
files.collect_files.__defaults__ = (Path(sys.argv.pop(1)),)
from auscult.cli.main import main
main()
"""


def serve(built: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-c", START, str(built), "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"COLUMNS": "300"},
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return build_page(tmp_path)


def test_the_page_is_served_until_ctrl_c(built: Path) -> None:
    process = serve(built, "--port", "0", "--no-open")
    assert process.stdout is not None
    line = process.stdout.readline()
    address = line.split()[4]
    assert line == f"The page is at {address} until Ctrl-C.\n"
    assert urllib.request.urlopen(address, timeout=10).read() == (built / "index.html").read_bytes()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "Stopped.\n", "")


def test_a_busy_port_and_a_missing_build_are_one_sentence(built: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = serve(built, "--port", port, "--no-open")
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith(f"error: The port {port} cannot be used")
    assert errors.count("\n") == 1
    process = serve(tmp_path / "nowhere", "--no-open")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert errors == (
        "error: The page has not been built; in a clone of auscult run: npm --prefix page ci && npm --prefix page run build\n"
    )


def test_the_page_is_written_into_a_folder(built: Path, tmp_path: Path) -> None:
    process = serve(built, "--write", str(tmp_path / "public"))
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert output.startswith(f"{tmp_path / 'public'}: ")
    assert (tmp_path / "public" / "models" / "lung.onnx").is_file()
