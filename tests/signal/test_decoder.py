"""The decoder's child: limits, deaths, and that one is used for many files; with real processes and real signals."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile

from auscult.errors import AuscultError
from auscult.parallel.processes import work_in_processes
from auscult.signal import decoder, decoder_start
from auscult.signal.decoder import Decoder, UndecodableError, borrow_decoder
from auscult.signal.decoder_process import Limits
from auscult.signal.read import audio_blocks, read_audio

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits and signals of Linux")


@pytest.fixture
def wav(tmp_path):
    samples = (0.1 * np.random.default_rng(0).standard_normal(200_000)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    return str(tmp_path / "a.wav")


@pytest.fixture
def child():
    made = []

    def start():
        made.append(Decoder())
        return made[-1]

    yield start
    for one in made:
        one.stop()


def pid_of(one):
    return one._process.pid


def idle_pid():
    with borrow_decoder() as one:
        return pid_of(one)


def test_one_child_reads_file_after_file(wav):
    first = idle_pid()
    for _ in range(5):
        read_audio(wav)
    assert idle_pid() == first


def test_two_recordings_at_once_have_a_child_each(wav, tmp_path):
    soundfile.write(tmp_path / "b.flac", np.full(200_000, 0.25), 4000)
    pairs = list(zip(audio_blocks(wav), audio_blocks(tmp_path / "b.flac"), strict=True))
    np.testing.assert_array_equal(np.concatenate([one for one, _ in pairs]), read_audio(wav)[0])
    assert all((other == 0.25).all() for _, other in pairs)


def test_a_reader_that_stops_half_way_leaves_a_child_that_can_be_used(wav):
    before = idle_pid()
    blocks = audio_blocks(wav)
    next(blocks)
    blocks.close()
    assert idle_pid() == before
    assert read_audio(wav)[0].size == 200_000


@linux
@pytest.mark.parametrize("death", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_child_that_dies_is_told_in_one_sentence_and_replaced(wav, death):
    with borrow_decoder() as one:  # the one that audio_blocks takes next
        victim = pid_of(one)
    blocks = audio_blocks(wav)
    next(blocks)
    os.kill(victim, death)
    with pytest.raises(AuscultError, match=r"a\.wav is damaged at \d\.\d s: decoding it breaks the decoder; copy it again\.$"):
        list(blocks)
    assert read_audio(wav)[0].size == 200_000
    assert idle_pid() != victim


@linux
def test_a_child_that_died_while_idle_costs_no_file(wav):
    os.kill(idle_pid(), signal.SIGKILL)
    time.sleep(0.1)
    assert read_audio(wav)[0].size == 200_000


@linux
def test_memory_is_limited(wav, child):
    one = child()
    one.open(wav)
    with pytest.raises(UndecodableError, match="takes more than 1024 MB of memory"):
        one.read(0, 500_000_000)
    assert one.read(0, 10).shape == (10, 1)  # it is alive


@linux
def test_the_time_of_the_processor_is_limited(tmp_path, child, monkeypatch):
    monkeypatch.setattr(decoder_start, "LIMITS", Limits(memory=1 << 30, seconds=1, patience=500))
    path = tmp_path / "long.au"
    soundfile.write(path, np.zeros(100), 8000, subtype="G721_32")
    content = bytearray(path.read_bytes())
    content[8:12] = (100_000_000).to_bytes(4, "big")  # bytes of data, of half a sample each
    path.write_bytes(content)
    os.truncate(path, 100_000_000)  # takes no room on the disk
    one = child()
    assert one.open(str(path)).frames > 190_000_000
    with pytest.raises(UndecodableError, match="takes too long"):
        one.read(190_000_000, 10)


@linux
def test_the_time_on_the_clock_is_limited(tmp_path, child, monkeypatch):
    monkeypatch.setattr(decoder_start, "LIMITS", Limits(memory=1 << 30, seconds=20, patience=1))
    os.mkfifo(tmp_path / "never")
    one = child()
    begin = time.monotonic()
    with pytest.raises(UndecodableError, match="takes too long"):
        one.open(str(tmp_path / "never"))
    assert time.monotonic() - begin < 30


@linux
def test_a_child_writes_no_file_and_sees_no_other_modules(tmp_path):
    """The folder in which the user stands may hold a numpy.py of a stranger."""
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)")
    soundfile.write(tmp_path / "a.wav", np.full(100, 0.5), 8000)
    code = "import sys; sys.path.remove('') if '' in sys.path else None\nfrom auscult.signal.read import read_audio\n"
    command = [sys.executable, "-P", "-c", code + "print(read_audio('a.wav')[0].size)"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("100\n", "")


READ_FOR_EVER = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore Ctrl-C
from auscult.signal import decoder
from auscult.signal.read import read_audio
read_audio(sys.argv[1])
print(decoder._idle[0]._process.pid, flush=True)
while True:
    read_audio(sys.argv[1])
"""


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_child_ends_with_its_parent(wav, how):
    parent = subprocess.Popen(
        [sys.executable, "-c", READ_FOR_EVER, wav], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )
    pid = int(parent.stdout.readline())
    os.killpg(parent.pid, how)  # as a terminal does on Ctrl-C
    try:
        _, errors = parent.communicate(timeout=30)
    finally:
        parent.kill()
    assert errors.count("Traceback") == (
        1 if how == signal.SIGINT else 0
    )  # the parent's KeyboardInterrupt, nothing of the child
    for _ in range(100):
        if not os.path.exists(f"/proc/{pid}"):
            return
        time.sleep(0.05)
    pytest.fail("the child is still there")


def test_reading_in_worker_processes(wav):
    work = dict.fromkeys(range(2), (read_audio, (wav,)))
    answers = [outcome.answer for _, outcome in work_in_processes(work, at_a_time=2)]
    for samples, rate in answers:
        assert (samples.size, rate) == (200_000, 8000)


FORKED = """
import os, sys
from auscult.signal.read import read_audio
size = read_audio(sys.argv[1])[0].size
child = os.fork()
for _ in range(20):
    assert read_audio(sys.argv[1])[0].size == size
if child:
    assert os.waitpid(child, 0)[1] == 0
    assert read_audio(sys.argv[1])[0].size == size
    print("both")
"""


@linux
def test_a_forked_process_has_a_child_of_its_own(wav):
    done = subprocess.run([sys.executable, "-c", FORKED, wav], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("both\n", "")


def test_a_frozen_program_decodes_in_a_thread(wav):
    code = "import sys; sys.frozen = True\nfrom auscult.signal.read import read_audio\nprint(read_audio(sys.argv[1])[0].size)"
    done = subprocess.run([sys.executable, "-c", code, wav], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("200000\n", "")


def test_a_child_that_cannot_start_is_not_the_files_fault(wav, tmp_path, monkeypatch):
    decoder._stop_all()
    decoder._idle.clear()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])  # no soundfile there
    with pytest.raises(AuscultError, match=r"The process that decodes sound does not start; can .* import soundfile"):
        read_audio(wav)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(AuscultError, match=r"cannot be started with .*no-python: No such file"):
        read_audio(wav)
