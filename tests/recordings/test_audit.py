import shutil

import pytest
import soundfile

from auscult.errors import AuscultError
from auscult.recordings.audit import Identical, Sides, audit_split
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from tests.recordings.layouts import write_folder, write_icbhi, write_icbhi_pictures, write_noise, write_sprsound


def test_counts_by_hand(tmp_path):
    audit = audit_split(load_dataset("icbhi", write_icbhi(tmp_path)), "official")
    assert audit.totals == (Sides("recordings", 3, 3), Sides("patients", 3, 3), Sides("segments of icbhi-4", 6, 5))
    assert audit.shared_patients == (Sides("156", 1, 1),)
    assert audit.devices == (
        Sides("AKGC417L", 1, 1),
        Sides("Litt3200", 0, 1),
        Sides("LittC2SE", 1, 0),
        Sides("Meditron", 1, 1),
    )
    assert audit.classes == (Sides("normal", 2, 2), Sides("crackle", 2, 1), Sides("wheeze", 1, 1), Sides("both", 1, 1))
    assert audit.identical == ()


def test_strict_split_shares_no_patient(tmp_path):
    dataset = load_dataset("icbhi", write_icbhi(tmp_path))
    assert audit_split(dataset, "official-strict").shared_patients == ()


def test_classes_of_a_recording_task(tmp_path):
    dataset = load_dataset("sprsound", write_sprsound(tmp_path))
    audit = audit_split(dataset, "inter", task=get_task("sprsound-2-2"))
    assert audit.totals[2] == Sides("recordings of sprsound-2-2", 6, 3)
    assert sum(sides.train for sides in audit.classes) == 6
    assert [sides.name for sides in audit.classes] == ["normal", "cas", "das", "cas+das", "poor_quality"]


def test_identical_samples_are_found_across_formats(tmp_path):
    names = [f"{letter}.wav" for letter in "abcd"]
    rows = [f"{letter}.wav,normal,{side}\n" for letter, side in zip("abcd", ["train", "test", "train", "train"], strict=True)]
    write_folder(tmp_path, "file,label,split\n" + "".join(rows) + "e.flac,normal,test\n", recordings=names)
    shutil.copy(tmp_path / "c.wav", tmp_path / "d.wav")
    samples, rate = soundfile.read(tmp_path / "b.wav", dtype="int16")
    soundfile.write(tmp_path / "e.flac", samples, rate)
    shutil.copy(tmp_path / "b.wav", tmp_path / "a.wav")
    assert audit_split(load_dataset("folder", tmp_path)).identical == (
        Identical(("a", "b", "e"), ("train", "test", "test"), ("a", "b", "e")),
        Identical(("c", "d"), ("train", "train"), ("c", "d")),
    )
    assert [group.across for group in audit_split(load_dataset("folder", tmp_path)).identical] == [True, False]


@pytest.mark.parametrize("step", [2**-15, 2**-20])
def test_one_step_of_one_24_bit_sample_makes_a_difference(tmp_path, step):
    write_folder(tmp_path, "file,label,split\na.wav,normal,train\nb.wav,normal,test\n")
    samples, rate = soundfile.read(tmp_path / "a.wav")
    samples[-1] += step
    soundfile.write(tmp_path / "b.wav", samples, rate, subtype="PCM_24")
    assert audit_split(load_dataset("folder", tmp_path)).identical == ()


def test_recordings_on_neither_side_are_left_out(tmp_path):
    write_folder(tmp_path, "file,label,split\na.wav,normal,train\nb.wav,normal,\n")
    shutil.copy(tmp_path / "a.wav", tmp_path / "b.wav")
    audit = audit_split(load_dataset("folder", tmp_path))
    assert (audit.totals[0], audit.identical) == (Sides("recordings", 1, 0), ())
    assert audit.devices == (Sides("unknown", 1, 0),)


def test_identical_pictures(tmp_path):
    cycles = [(0.0, 1.0, 0, 0)]
    recordings = {"101_1b1_Al_sc_Meditron": ("train", cycles), "104_1b1_Ar_sc_Litt3200": ("test", cycles)}
    root = write_icbhi_pictures(tmp_path, recordings)
    table = root / "logmel_cycles.csv"
    assert audit_split(load_dataset("icbhi-pictures", root)).identical == ()
    table.write_text(table.read_text().replace(",44,44", ",0,44"))  # the second recording shows the first one's frames
    assert audit_split(load_dataset("icbhi-pictures", root)).identical == (
        Identical(("101_1b1_Al_sc_Meditron", "104_1b1_Ar_sc_Litt3200"), ("train", "test"), ("101", "104")),
    )


def test_progress_sees_every_recording(tmp_path):
    seen = []

    def watch(recordings):
        for recording in recordings:
            seen.append(recording.id)
            yield recording

    dataset = load_dataset("icbhi", write_icbhi(tmp_path))
    audit_split(dataset, progress=watch)
    assert seen == list(dataset.recordings)


def test_file_that_breaks_off_is_named(tmp_path):
    write_folder(tmp_path, "file,label,split\na.flac,normal,train\n", recordings=[])
    write_noise(tmp_path / "a.flac", seconds=20)
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    with pytest.raises(AuscultError, match=r"a.flac cannot be read to its end"):
        audit_split(load_dataset("folder", tmp_path))
