"""Processes: order, errors, and that nothing goes on after one failed or the parent was killed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from auscult.errors import AuscultError
from auscult.training.jobs import find_problem, run_jobs, try_jobs
from tests.processes import alive, soon


def write(path, seconds=0.0):
    time.sleep(seconds)
    path.write_text("done")


def refuse(sentence):
    raise AuscultError(sentence)


def stumble():
    raise ValueError("3 is odd,\nnot even.")


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


def test_the_others_go_on_where_that_is_wanted(tmp_path, capfd):
    work = {"bug": (stumble, ()), "dead": (die, ()), "good": (write, (tmp_path / "good",))}
    ended = dict(try_jobs(work, at_a_time=2))
    assert ended["bug"] == "Ended with ValueError: 3 is odd, not even."
    assert ended["dead"] == "The process of dead ended before its work was done; the same command goes on from there."
    assert ended["good"] is None
    assert (tmp_path / "good").read_text() == "done"
    assert "Traceback" not in capfd.readouterr().err


def test_a_problem_is_one_sentence(tmp_path):
    assert find_problem(refuse, "The file is torn.") == "The file is torn."
    assert find_problem(stumble) == "Ended with ValueError: 3 is odd, not even."
    assert find_problem(next, iter(())) == "Ended with StopIteration."
    assert find_problem(write, tmp_path / "x") is None


@pytest.fixture
def parent(tmp_path):
    """A process with one job that writes its process id into a file and waits; and that id."""
    code = (
        "import signal\nfrom pathlib import Path\nfrom auscult.training.jobs import run_jobs\n"
        "from tests.training.test_jobs import note\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background job inherits a deaf one
        f"    list(run_jobs({{'x': (note, (Path({str(tmp_path / 'pid')!r}),))}}, at_a_time=1))\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    paths = {"PYTHONPATH": os.pathsep.join([root, *sys.path])}
    process = subprocess.Popen([sys.executable, str(script)], env=os.environ | paths, stderr=subprocess.PIPE, text=True)
    assert soon((tmp_path / "pid").is_file)
    yield process, int((tmp_path / "pid").read_text())
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_a_killed_parent_leaves_no_orphan(parent):
    process, child = parent
    process.kill()
    process.wait()
    assert soon(lambda: not alive(child))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_control_c_ends_the_others_before_the_parent_ends(parent):
    process, child = parent
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert err.count("Traceback") == 1  # that of the parent, where nothing catches it
    assert err.strip().endswith("KeyboardInterrupt")
    assert not alive(child)


def note(path):
    partial = path.with_suffix(".partial")
    partial.write_text(str(os.getpid()))
    partial.rename(path)
    time.sleep(120)
