"""Processes: order, errors, and that nothing goes on after one failed or the parent was killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from auscult.errors import AuscultError
from auscult.training.jobs import run_jobs, try_jobs


def write(path, seconds=0.0):
    time.sleep(seconds)
    path.write_text("done")


def refuse(sentence):
    raise AuscultError(sentence)


def die():
    os._exit(3)


def test_everything_is_done_and_said(tmp_path):
    work = {name: (write, (tmp_path / name,)) for name in "abc"}
    assert sorted(run_jobs(work, at_a_time=2)) == ["a", "b", "c"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


def test_one_that_fails_ends_the_others(tmp_path):
    work = {"wrong": (refuse, ("The file is torn.",)), "slow": (write, (tmp_path / "slow", 60.0))}
    begun = time.monotonic()
    with pytest.raises(AuscultError, match=r"The file is torn\."):
        list(run_jobs(work, at_a_time=2))
    assert time.monotonic() - begun < 50
    assert not (tmp_path / "slow").exists()


def test_the_others_go_on_where_that_is_wanted(tmp_path):
    work = {"wrong": (refuse, ("The file is torn.",)), "dead": (die, ()), "slow": (write, (tmp_path / "slow", 1.0))}
    ended = dict(try_jobs(work, at_a_time=3))
    assert ended["wrong"] == "The file is torn."
    assert ended["dead"].startswith("The process of dead ended before its work was done")
    assert ended["slow"] is None
    assert (tmp_path / "slow").read_text() == "done"


def test_one_that_dies_is_a_sentence():
    with pytest.raises(AuscultError, match="The process of fold-1 ended before its work was done"):
        list(run_jobs({"fold-1": (die, ())}, at_a_time=1))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_a_killed_parent_leaves_no_orphan(tmp_path):
    code = (
        "from pathlib import Path\nfrom auscult.training.jobs import run_jobs\nfrom tests.training.test_jobs import note\n"
        "if __name__ == '__main__':\n"
        f"    list(run_jobs({{'x': (note, (Path({str(tmp_path / 'pid')!r}),))}}, at_a_time=1))\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    parent = subprocess.Popen(
        [sys.executable, str(script)], env=os.environ | {"PYTHONPATH": os.pathsep.join([root, *sys.path])}
    )
    deadline = time.time() + 60
    while not (tmp_path / "pid").is_file() and time.time() < deadline:
        time.sleep(0.05)
    child = int((tmp_path / "pid").read_text())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while time.time() < deadline and _alive(child):
        time.sleep(0.05)
    assert not _alive(child)


def note(path):
    partial = path.with_suffix(".partial")
    partial.write_text(str(os.getpid()))
    partial.rename(path)
    time.sleep(120)


def _alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
