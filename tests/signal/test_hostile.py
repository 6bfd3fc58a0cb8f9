"""What an enemy, or a bad cable, makes of sound files: mutated headers, lies about lengths; nothing crashes, hangs or fills."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.errors import AuscultError
from auscult.signal.read import audio_blocks, audio_info, read_audio


def declare_flac_frames(path, frames):
    """Overwrite the number of samples that a flac file's header declares (the last 36 bits before the checksum)."""
    content = bytearray(path.read_bytes())
    field = int.from_bytes(content[18:26], "big")
    content[18:26] = (field >> 36 << 36 | frames).to_bytes(8, "big")
    path.write_bytes(content)


@pytest.fixture(scope="module")
def flac(tmp_path_factory):
    """Six megabytes of noise."""
    path = tmp_path_factory.mktemp("flac") / "six.flac"
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal(3_600_000), 16_000)
    assert 5.5e6 < path.stat().st_size < 7e6
    return path


def test_six_megabytes_that_claim_ten_hours_are_refused_at_once(flac):
    declare_flac_frames(flac, 10 * 3600 * 16_000)
    audio_refused = pytest.raises(
        AuscultError, match=r"six\.flac declares 10 hours of sound; cut it into parts of at most 3 hours"
    )
    begin = time.process_time()
    with audio_refused:
        audio_blocks(flac)
    assert time.process_time() - begin < 0.2


def test_a_file_that_goes_on_after_its_declared_end_is_read_to_there(flac):
    declare_flac_frames(flac, 16_000 * 5)
    samples, _ = read_audio(flac)
    assert samples.size == 16_000 * 5
    assert sum(block.size for block in audio_blocks(flac, rate=4000)) == 4000 * 5


def test_a_file_that_does_not_say_how_long_it_is(flac):
    declare_flac_frames(flac, 0)
    with pytest.raises(AuscultError, match=r"does not declare how long it is.*; convert it to wav: ffmpeg -i six"):
        audio_info(flac)


def test_three_hours_of_nothing_at_a_high_rate_are_too_much(tmp_path):
    """A few hundred bytes could otherwise keep a processor busy for minutes."""
    path = tmp_path / "bomb.flac"
    soundfile.write(path, np.zeros((8000, 8)), 655_350)
    declare_flac_frames(path, 3 * 3600 * 655_350)
    with pytest.raises(AuscultError, match=r"bomb\.flac declares 56622240000 samples in 8 channels; cut it into parts"):
        read_audio(path, rate=4000)


def test_samples_of_an_immense_size_are_refused(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full((100, 2), 3e38, dtype=np.float32), 8000, subtype="FLOAT")
    with pytest.raises(AuscultError, match="has samples that are not numbers"):
        read_audio(tmp_path / "a.wav")


def test_mutated_files_neither_crash_nor_hang_nor_fill_the_reader():
    """As many as fit into some seconds; ``python tests/signal/fuzzing.py --cases 6000`` is the long run."""
    command = [sys.executable, str(Path(__file__).with_name("fuzzing.py")), "--seconds", "8"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["cases"] > 100
    assert found["read"] > 0.05 * found["cases"]  # else the mutations are so coarse that no decoder is reached
    assert found["refused"] > 0.05 * found["cases"]
    assert found["longest_seconds"] < 60
    assert found["grown_mb"] < 60
