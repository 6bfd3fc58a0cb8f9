"""Thousands of mutated sound files read one after the other; prints as json what became of them.

python tests/signal/fuzzing.py --cases 6000  # the long run
python tests/signal/fuzzing.py --seconds 15 --seed 7
"""

import argparse
import io
import json
import resource
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import soundfile

from auscult.errors import AuscultError
from auscult.signal import decoder
from auscult.signal.read import read_audio

RATE = 8000
SEEDS = (  # name, format, subtype
    ("wav", "WAV", "PCM_16"),
    ("wav", "WAV", "FLOAT"),
    ("wav", "WAV", "IMA_ADPCM"),
    ("wav", "WAV", "MS_ADPCM"),
    ("wav", "WAVEX", "PCM_24"),
    ("flac", "FLAC", "PCM_16"),
    ("flac", "FLAC", "PCM_24"),
    ("ogg", "OGG", "VORBIS"),
    ("opus", "OGG", "OPUS"),
    ("mp3", "MP3", "MPEG_LAYER_III"),
    ("aiff", "AIFF", "PCM_16"),
    ("caf", "CAF", "PCM_16"),
    ("caf", "CAF", "ALAC_16"),
    ("w64", "W64", "PCM_16"),
    ("au", "AU", "G721_32"),
)
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF)


def whole_files():
    """A valid file of each format, in one or two channels."""
    sound = 0.1 * np.random.default_rng(0).standard_normal((3 * RATE, 2))
    for name, form, kind in SEEDS:
        stream = io.BytesIO()
        rate = 16_000 if name in ("mp3", "opus") else RATE
        soundfile.write(stream, sound[:, 0] if name in ("mp3", "au") else sound, rate, format=form, subtype=kind)
        yield name, stream.getvalue()


def mutate(content, rng):
    """Change some bytes, most of them in the header; cut, double or take out a stretch now and then."""
    changed = bytearray(content)
    for _ in range(int(rng.integers(1, 9))):
        reach = len(changed) if rng.random() < 0.25 else min(len(changed), 200)
        at = int(rng.integers(0, max(1, reach)))
        what = rng.random()
        if what < 0.35:
            changed[at : at + 1] = bytes([int(rng.integers(0, 256))])
        elif what < 0.6:
            width = int(rng.choice([1, 2, 4, 8]))
            changed[at : at + width] = bytes([int(rng.choice(EXTREMES))]) * width
        elif what < 0.75:
            changed[at : at + 1] = bytes([changed[at] ^ 1 << int(rng.integers(0, 8))]) if at < len(changed) else b""
        elif what < 0.85:
            stretch = int(rng.integers(1, 64))
            changed[at:at] = changed[at : at + stretch]
        elif what < 0.95:
            del changed[at : at + int(rng.integers(1, 64))]
        else:
            del changed[int(rng.integers(1, len(changed) + 1)) :]
        if not changed:
            return b"\0"
    return bytes(changed)


def ogg_crc_table():
    table = []
    for index in range(256):
        value = index << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
        table.append(value)
    return table


CRC = ogg_crc_table()


def mend_ogg(content):
    """Pages with the checksums that they should have, so that what is inside of them is looked at."""
    mended, at = bytearray(content), 0
    while (at := mended.find(b"OggS", at)) >= 0 and at + 27 <= len(mended):
        segments = mended[at + 26]
        end = min(len(mended), at + 27 + segments + sum(mended[at + 27 : at + 27 + segments]))
        mended[at + 22 : at + 26] = bytes(4)
        value = 0
        for byte in mended[at:end]:
            value = (value << 8 & 0xFFFFFFFF) ^ CRC[value >> 24 ^ byte]
        mended[at + 22 : at + 26] = value.to_bytes(4, "little")
        at = max(end, at + 4)
    return bytes(mended)


def read_one(path):
    """``read``, or the kind of refusal; whatever is no AuscultError of one sentence is a failure."""
    try:
        samples, rate = read_audio(path, rate=4000)
    except AuscultError as error:
        sentence = str(error)
        assert "\n" not in sentence, sentence
        assert str(path) in sentence, sentence
        died = "breaks the decoder" in sentence or "takes too long" in sentence or "MB of memory" in sentence
        return f"child: {sentence.partition('decoding it ')[2]}" if died else "refused"
    assert samples.dtype == np.float32
    assert samples.size
    assert np.isfinite(samples).all()
    assert rate == 4000
    return "read"


def fuzz(cases, seconds, seed, keep):
    """Counts of what became of the files, the longest that one took, and the growth of this process in MB."""
    files, found, longest = list(whole_files()), Counter(), 0.0
    warnings.simplefilter("error")
    started = count_children()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:  # what is loaded once is not counted
            (Path(folder) / f"whole.{name}").write_bytes(content)
            assert read_one(Path(folder) / f"whole.{name}") == "read", name
        before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        for case in range(cases):
            if time.monotonic() - begin > seconds:
                break
            rng = np.random.default_rng([seed, case])
            name, content = files[case % len(files)]
            mutated = mutate(content, rng)
            if name in ("ogg", "opus") and rng.random() < 0.8:
                mutated = mend_ogg(mutated)
            path = Path(folder) / f"case{case % 50}.{name}"
            path.write_bytes(mutated)
            start = time.monotonic()
            outcome = read_one(path)
            longest = max(longest, time.monotonic() - start)
            found[outcome] += 1
            if keep and outcome.startswith("child"):
                (keep / f"{seed}-{case}.{name}").write_bytes(mutated)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "cases": sum(found.values()),
        **found,
        "children": len(started),
        "longest_seconds": round(longest, 2),
        "grown_mb": round(grown, 1),
    }


def count_children():
    """A list to which each child is added when it starts."""
    started, start = [], decoder.start_process

    def start_and_count():
        started.append(start())
        return started[-1]

    decoder.start_process = start_and_count
    return started


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=sys.maxsize)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that end a child")
    given = parser.parse_args()
    print(json.dumps(fuzz(given.cases, given.seconds, given.seed, given.keep)))


if __name__ == "__main__":
    main()
