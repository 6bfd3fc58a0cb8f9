"""Recordings that are too long to be held."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.analysis import analyze as module
from auscult.analysis import attention_merge
from auscult.analysis.analyze import analyze
from auscult.recordings.synthesis import synthesize_lung

RATE = 4000
_MEASURED = """
import sys
from pathlib import Path
from auscult.analysis.analyze import analyze
analysis = analyze(sys.argv[1], sys.argv[2])
analysis.to_json()
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]  # ru_maxrss would begin with the caller's
print(peak, len(analysis.windows), analysis.samples is None)
"""


def write_minutes(path: Path, minutes: int) -> Path:
    """A minute again and again, as an integer file: a tenth of the size in memory."""
    minute = synthesize_lung(seconds=60, wheezes=4, fine_crackles=6, seed=1, rate=RATE).samples
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for _ in range(minutes):
            file.write(minute)
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc: the peak of a process by itself")
def test_memory_hardly_grows_with_length(standin: Path, tmp_path: Path) -> None:
    peaks = {}
    for minutes in (5, 35):
        path = write_minutes(tmp_path / f"{minutes}.wav", minutes)
        done = subprocess.run([sys.executable, "-c", _MEASURED, path, standin], capture_output=True, text=True, check=True)
        kilobytes, windows, dropped = done.stdout.split()
        assert int(windows) == minutes * 120 - 3
        assert dropped == str(minutes > 10)
        peaks[minutes] = int(kilobytes) / 1024
    assert peaks[35] < 400
    assert peaks[35] - peaks[5] < 60  # half an hour of samples alone would be 29 MB, of attention 60 MB


def test_the_map_of_a_long_recording_has_longer_frames_and_says_so(
    standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_minutes(tmp_path / "long.wav", 1)
    fine = analyze(path, standin)
    monkeypatch.setattr(attention_merge.AttentionMerger.__init__, "__kwdefaults__", {"most_frames": 500})
    coarse = analyze(path, standin)
    assert fine.attention is not None
    assert coarse.attention is not None
    assert (fine.attention.frame_seconds, coarse.attention.frame_seconds) == (0.032, pytest.approx(0.128))
    told = json.loads(coarse.to_json())["attention"]
    assert told["frame_seconds"] == 0.128
    assert len(told["values"][0]) == 469  # 60 s / 0.128 s
    highest = fine.attention.values[:, :1872].reshape(8, 468, 4).max(axis=2)
    np.testing.assert_allclose(coarse.attention.values[:, :468], highest, rtol=1e-5)
    for one, other in zip(coarse.events, fine.events, strict=True):  # only where attention peaks is told less finely
        assert (one.start, one.end, one.probability) == (other.start, other.end, other.probability)
        assert one.focus is not None
        assert one.start <= one.focus.start < one.focus.end <= one.end


def test_samples_of_a_long_recording_are_not_kept(standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_minutes(tmp_path / "long.wav", 1)
    kept = analyze(path, standin)
    assert kept.samples is not None
    assert kept.samples.size == 60 * RATE
    monkeypatch.setattr(module, "KEPT_SECONDS", 59.0)
    dropped = analyze(path, standin)
    assert dropped.samples is None
    dropped.plot(tmp_path / "long.png")  # drawn from the overview
    kept.plot(tmp_path / "kept.png")
    assert (tmp_path / "long.png").read_bytes() == (tmp_path / "kept.png").read_bytes()
    assert kept.without_pictures().samples is None
