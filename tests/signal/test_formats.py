"""Every format that libsndfile writes is read; every other one is refused with what it is and what to do."""

import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from auscult.errors import AuscultError
from auscult.signal.foreign import READABLE
from auscult.signal.read import audio_info, read_audio

RATE = 8000
TONE = (0.5 * np.sin(2 * np.pi * 300 * np.arange(4 * RATE) / RATE)).astype(np.float32)
NOT_READ = {
    *(("XI", kind) for kind in ("DPCM_8", "DPCM_16")),  # notes of an instrument: they have no rate
    *(
        ("AIFF", kind) for kind in ("DWVW_12", "DWVW_16", "DWVW_24")
    ),  # libsndfile cannot seek in them, which soundfile always does
}
FORMATS = [
    (form, kind)
    for form in sorted(soundfile.available_formats())
    for kind in sorted(soundfile.available_subtypes(form))
    if form != "RAW" and (form, kind) not in NOT_READ
]


@pytest.mark.parametrize(("form", "kind"), FORMATS)
def test_what_libsndfile_writes_is_read(tmp_path, form, kind):
    path = tmp_path / f"tone.{form.lower()}"
    rate = 22_050 if form == "SVX" else 16_000 if kind == "MPEG_LAYER_III" else RATE
    try:
        soundfile.write(path, TONE, rate, format=form, subtype=kind)
        soundfile.info(path)
    except soundfile.LibsndfileError as error:
        pytest.skip(f"libsndfile itself cannot: {error}")
    samples, found = read_audio(path)
    assert found == (soundfile.info(path).samplerate)
    assert abs(samples.size - TONE.size) <= 2500  # mp3 and adpcm have whole blocks
    both = min(samples.size, TONE.size)
    assert max(np.corrcoef(samples[: both - lag], TONE[lag:both])[0, 1] for lag in range(1200)) > 0.9


def test_a_part_of_a_file_that_cannot_be_sought(tmp_path):
    soundfile.write(tmp_path / "a.au", np.tile(TONE, 10), RATE, subtype="G721_32")
    whole, _ = read_audio(tmp_path / "a.au")
    np.testing.assert_array_equal(read_audio(tmp_path / "a.au", start=30, end=31)[0], whole[30 * RATE : 31 * RATE])


def test_the_common_endings_are_known():
    written = {f".{form.lower()}" for form in ("WAV", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF", "W64", "RF64", "VOC")}
    assert written <= set(READABLE)


def mp4(brand):
    return b"\0\0\0\x20ftyp" + brand + b"\0\0\0\0isommp42" + bytes(1000)


FOREIGN = {
    "phone.m4a": (
        mp4(b"M4A "),
        r"is an m4a file \(AAC\), which cannot be read; convert it to wav: ffmpeg -i phone.m4a phone.wav$",
    ),
    "memo.wav": (mp4(b"M4A "), r"is an m4a file .* ffmpeg -i memo.wav memo.wav"),
    "two words.mp4": (mp4(b"isom"), r"is an mp4 file, .*: ffmpeg -i 'two words.mp4' 'two words.wav'$"),
    "a.3gp": (mp4(b"3gp4"), "is a 3gp file"),
    "a.webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01" + b"webm" + bytes(1000), "is a webm or Matroska file"),
    "a.amr": (b"#!AMR\n" + bytes(1000), "is an amr file"),
    "a.wma": (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9" + bytes(1000), "is a wma file"),
    "a.aac": (b"\xff\xf1\x50\x80" + bytes(1000), "is an aac file"),
    "a.spx": (b"OggS" + bytes(24) + b"Speex   " + bytes(500), "is a Speex file"),
    "a.zip": (b"PK\x03\x04" + bytes(1000), "is no recording but a zip archive: unpack it first"),
    "a.pdf": (b"%PDF-1.7\n" + bytes(1000), "is no recording but a pdf document"),
    "a.png": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "is no recording but a picture"),
    "a.wav": (b"\n<!DOCTYPE html><html></html>" * 9, "is no recording but a web page: the download has failed"),
    "lfs.wav": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is no recording but a pointer of Git LFS"),
    "notes.wav": (b"breath sounds, left\n" * 50, "is not audio that can be read"),
    "junk.mp3": (bytes(range(1, 200)) * 40, "is not audio that can be read"),
    "junk.raw": (bytes(1000), "is not audio that can be read"),
    "empty.wav": (b"", "is empty"),
    "one.wav": (b"R", "is not audio that can be read"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_kind_is_named(tmp_path, name):
    content, sentence = FOREIGN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AuscultError, match=sentence) as refusal:
        read_audio(tmp_path / name)
    assert str(refusal.value).startswith(str(tmp_path / name))
    assert "\n" not in str(refusal.value)


def test_files_that_are_none(tmp_path):
    (tmp_path / "link.wav").symlink_to(tmp_path / "nothing.wav")
    with pytest.raises(AuscultError, match=r"link\.wav is a link to a file that is not there"):
        audio_info(tmp_path / "link.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path / "pipe.wav", "/dev/zero", "/dev/null", tmp_path):
        with pytest.raises(AuscultError, match="is a folder or device"):
            audio_info(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_must_not_be_read(tmp_path):
    soundfile.write(tmp_path / "a.wav", TONE, RATE)
    (tmp_path / "a.wav").chmod(0)
    with pytest.raises(AuscultError, match=r"a\.wav cannot be read \(Permission denied\)"):
        audio_info(tmp_path / "a.wav")


def test_links_folders_and_standard_input(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", TONE, RATE)
    (tmp_path / "link").symlink_to("a.wav")
    monkeypatch.chdir(tmp_path)
    assert read_audio("link")[0].size == read_audio("a.wav")[0].size == TONE.size
    code = "from auscult.signal.read import read_audio; print(read_audio('/dev/stdin')[0].size)"
    with open("a.wav", "rb") as file:
        done = subprocess.run([sys.executable, "-c", code], stdin=file, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{TONE.size}\n", "")


@pytest.mark.parametrize("name", [b"caf\xe9.wav", "Größe – 呼吸音.wav".encode(), b"new\nline.wav"])
def test_names_of_any_bytes(tmp_path, name):
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        soundfile.write(file, TONE, RATE, format="WAV")
    assert read_audio(os.fsdecode(path))[0].size == TONE.size
