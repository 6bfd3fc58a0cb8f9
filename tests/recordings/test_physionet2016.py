import shutil

import pytest

from auscult.errors import AuscultError
from auscult.recordings.audit import Sides, audit_split
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from tests.recordings.layouts import PHYSIONET, write_noise, write_physionet2016

_HEAD = (
    "\ufeffChallenge record name,Database,Original record name,Class (-1=normal 1=abnormal),Diagnosis,Subject ID,# Raw record"
)
APPENDIX = f"""{_HEAD},Gender,Age (year),Transducer site on body
a0001,training-a,C45S1,1,MVP,,,,,Left of parasternum
a0002,training-a,C45S2b,-1,Benign,,,,,Apex when sit
a0003,training-a,C4S1,1,MVP,,,,,Left of parasternum
b0001,training-b,S7f1_data,-1,Normal,7.0,,2,,
b0002,training-b,S34f2.e4k_data,1,CAD,7,,2,,
c0001,training-c,id17,1,MR,,,Female,77,
d0001,training-d,C014PRAU,1,Pathologic,,,,,
e00001,training-e,e01430,-1,Normal,,14,Male,25,
e00002,training-e,14,1,CAD,,14.0,Male,60,
"""


def found(root):
    return {finding.what: finding for finding in load_dataset("physionet2016", root).check()}


def test_what_the_tables_say(tmp_path):
    recordings = load_dataset("physionet2016", write_physionet2016(tmp_path)).recordings
    assert list(recordings) == list(PHYSIONET)
    first, last = recordings["a0001"], recordings["e00001"]
    assert (first.patient, first.location, first.age, first.sex, first.duration) == ("a:C45", "PSleft", None, None, 3.0)
    assert first.labels == {"abnormal": True, "poor_quality": False}
    assert first.extra == {"database": "a", "diagnosis": "MVP", "source": "MITHSDB"}
    assert recordings["a0002"].extra["diagnosis"] == "Normal, as far as known"
    assert recordings["a0003"].labels == {"abnormal": True, "poor_quality": True}
    assert (last.patient, last.age, last.sex) == ("e:N:1", 25.0, "male")
    assert recordings["b0001"].sex is None  # 2: nobody says of what


def test_a_recording_is_its_own_segment(tmp_path):
    dataset = load_dataset("physionet2016", write_physionet2016(tmp_path))
    assert [(s.id, s.start, s.end) for s in dataset.segments][:2] == [("a0001:0", 0.0, 3.0), ("a0002:0", 0.0, 3.0)]
    task = get_task("heart-2")
    answers = [task.classify(s.labels) for s in dataset.segments_of(dataset.select("all"), task)]
    assert answers == ["abnormal", "normal", "abnormal", "normal", "abnormal", "normal"]


def test_there_is_no_split_but_all(tmp_path):
    dataset = load_dataset("physionet2016", write_physionet2016(tmp_path))
    assert (dataset.splits, dataset.select("all")) == ({}, set(PHYSIONET))
    with pytest.raises(AuscultError, match="has no split"):
        dataset.get_split()
    with pytest.raises(AuscultError, match="has no split 'test'; choose one of all"):
        dataset.select("test")


def test_without_any_table_nobody_is_known(tmp_path):
    root = write_physionet2016(tmp_path, subjects="")
    shutil.rmtree(root / "annotations")
    recording = load_dataset("physionet2016", root).recordings["a0001"]
    assert (recording.patient, recording.labels) == ("a0001", {"abnormal": True})
    assert recording.extra == {"database": "a", "patient": "unknown"}
    assert found(root)["recordings of unknown subjects"].found == "a 3, b 2, e 1"
    audit = audit_split(load_dataset("physionet2016", root))
    assert audit.unknown_patients == (Sides("a", 3, 0), Sides("b", 2, 0), Sides("e", 1, 0))


@pytest.mark.parametrize("name", ["Online_Appendix_training_set.csv", "Online Appendix_training set.csv"])
def test_subjects_from_the_appendix(tmp_path, name):
    recordings = {**PHYSIONET, "c0001": (1, 1), "d0001": (1, 1), "e00002": (1, 1), "e00003": (-1, 1)}
    root = write_physionet2016(tmp_path, recordings, subjects="")
    (root / "annotations" / name).write_text(APPENDIX, encoding="utf-8")
    read = load_dataset("physionet2016", root).recordings
    assert {record: recording.patient for record, recording in read.items()} == {
        "a0001": "a:C45",
        "a0002": "a:C45",
        "a0003": "a:C4",
        "b0001": "b:7",
        "b0002": "b:7",
        "c0001": "c:id17",
        "d0001": "d0001",
        "e00001": "e:N:14",
        "e00002": "e:CAD:14",  # numbered apart from the normal ones
        "e00003": "e00003",
    }
    assert (read["c0001"].age, read["c0001"].sex, read["a0002"].location) == (77.0, "female", "Apex when sit")
    assert found(root)["recordings of unknown subjects"].found == "d 1, e 1"
    assert found(root)["subjects that are known"].found == 6


def test_subjects_csv_goes_before_the_appendix(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "annotations" / "Online_Appendix_training_set.csv").write_text(APPENDIX)
    assert load_dataset("physionet2016", root).recordings["a0003"].patient == "a:C19"


def test_databases_where_no_leak_can_be_seen(tmp_path):
    assert found(write_physionet2016(tmp_path))["databases with one recording a subject"].found == "none"
    subjects = "record,group\n" + "".join(f"{record},{record}\n" for record in PHYSIONET)
    (tmp_path / "subjects.csv").write_text(subjects)
    assert found(tmp_path)["databases with one recording a subject"].found == "a, b"
    assert audit_split(load_dataset("physionet2016", tmp_path)).one_recording_a_patient == ("a", "b")


def test_check_counts_what_is_there(tmp_path):
    findings = found(write_physionet2016(tmp_path))
    assert (findings["recordings"].found, findings["recordings"].expected) == (6, 3240)
    assert (findings["training-a: abnormal"].found, findings["training-a: abnormal"].expected) == (2, 292)
    assert findings["databases that are missing"].found == "3: training-c, training-d, training-f"
    assert findings["labels that the quality tables contradict"].ok
    assert "recordings in validation, which repeat others" not in findings


def test_validation_is_never_read(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "validation").mkdir()
    shutil.copy(root / "training-a" / "a0001.wav", root / "validation")
    (root / "validation" / "REFERENCE.csv").write_text("a0001,1\n")
    assert len(load_dataset("physionet2016", root).recordings) == 6
    assert found(root)["recordings in validation, which repeat others"].found == "1, not read"


def test_header_labels_what_the_reference_leaves_out(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "training-a" / "REFERENCE.csv").write_text("a0001,1\na0002,-1\n")
    (root / "training-a" / "a0003.hea").write_text("a0003 1 2000 6000\na0003.wav 16+24 1 16 0 0 0 0 PCG\n# Abnormal\n")
    assert load_dataset("physionet2016", root).recordings["a0003"].labels["abnormal"] is True
    finding = found(root)["recordings labelled by their .hea alone"]
    assert (finding.found, finding.ok) == ("1: a0003", False)


def test_quality_table_that_contradicts_the_reference(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "annotations" / "updated" / "training-b" / "REFERENCE_withSQI.csv").write_text("b0001,1,1\nb0002,1,0\n")
    finding = found(root)["labels that the quality tables contradict"]
    assert (finding.found, finding.ok) == ("1: b0001", False)
    assert load_dataset("physionet2016", root).recordings["b0001"].labels["abnormal"] is False


def test_quality_of_recordings_that_the_updated_annotations_leave_out(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "annotations" / "updated" / "training-a" / "REFERENCE_withSQI.csv").write_text("a0001,1,1\n")
    assert found(root)["recordings of unknown signal quality"].found == "a 2"
    assert "poor_quality" not in load_dataset("physionet2016", root).recordings["a0002"].labels
    (root / "training-a" / "REFERENCE-SQI.csv").write_text("a0001,1,0\na0002,-1,0\n")
    recordings = load_dataset("physionet2016", root).recordings
    assert [recordings[name].labels.get("poor_quality") for name in ("a0001", "a0002", "a0003")] == [False, True, None]


def test_lines_without_a_recording(tmp_path):
    root = write_physionet2016(tmp_path)
    for record in ("a0002", "a0003"):
        (root / "training-a" / f"{record}.wav").unlink()
    assert found(root)["lines of REFERENCE.csv without a recording"].found == "2: a0002, a0003"
    with pytest.raises(AuscultError, match=r"training-a/REFERENCE.csv, line 2: there is no a0002.wav .* as for 1 more"):
        _ = load_dataset("physionet2016", root).recordings


def test_recording_without_a_line(tmp_path):
    root = write_physionet2016(tmp_path)
    write_noise(root / "training-a" / "a0009.wav")
    assert found(root)["recordings without a label"].found == "1: a0009"
    with pytest.raises(AuscultError, match=r"a0009.wav has no line in the REFERENCE.csv beside it; download"):
        _ = load_dataset("physionet2016", root).recordings


def test_recording_that_is_no_audio(tmp_path):
    root = write_physionet2016(tmp_path)
    (root / "training-a" / "a0002.wav").write_bytes(b"RIFF")
    assert found(root)["recordings that cannot be read"].found == "1: a0002"
    with pytest.raises(AuscultError, match=r"a0002.wav is not an audio file"):
        _ = load_dataset("physionet2016", root).recordings


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("training-a/REFERENCE.csv", "a0001,1\na0002,0\n", r"REFERENCE.csv, line 2: expected .* found 'a0002,0'"),
        ("training-a/REFERENCE.csv", "a0001,x\n", r"REFERENCE.csv, line 1: expected .* found 'a0001,x'"),
        ("training-a/REFERENCE.csv", "a0001\n", r"REFERENCE.csv, line 1: expected .* found 'a0001'"),
        ("training-a/REFERENCE.csv", "a0001,1\na0001,1\n", r"REFERENCE.csv, line 2: a0001 stands in an earlier line"),
        ("training-a/REFERENCE.csv", "\n", r"REFERENCE.csv is empty"),
        ("training-a/REFERENCE.csv", b"\xff\xfe\x00", r"REFERENCE.csv is not a csv"),
        (
            "annotations/updated/training-a/REFERENCE_withSQI.csv",
            "a0001,1,2\n",
            r"withSQI.csv, line 1: .* quality 0 .* 'a0001,1,2'",
        ),
        (
            "annotations/updated/training-a/REFERENCE_withSQI.csv",
            "a0001,1,1\na0001,1,0\n",
            r"withSQI.csv, line 2: a0001 stands",
        ),
        ("subjects.csv", "record,group\na0001,P1\na0001,P2\n", r"subjects.csv, line 3: a0001 stands in an earlier line"),
        ("subjects.csv", "record,group\n,P1\n", r"subjects.csv, line 2: no recording is named"),
        (
            "subjects.csv",
            "record,patient\na0001,P1\n",
            r"subjects.csv needs a column 'group'; its columns are: record, patient",
        ),
        ("subjects.csv", "", r"subjects.csv needs a column 'record'; its columns are: none"),
    ],
)
def test_broken_table_is_refused_by_file_and_line(tmp_path, file, text, message):
    path = write_physionet2016(tmp_path) / file
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(AuscultError, match=message):
        _ = load_dataset("physionet2016", tmp_path).recordings
    with pytest.raises(AuscultError, match=message):
        load_dataset("physionet2016", tmp_path).check()


def test_folder_with_something_else(tmp_path):
    with pytest.raises(AuscultError, match=r"holds no heart sound .*: get PhysioNet/CinC Challenge 2016 .*physionet.org"):
        load_dataset("physionet2016", tmp_path)


def test_the_same_sound_under_two_patients(tmp_path):
    root = write_physionet2016(tmp_path)
    shutil.copy(root / "training-a" / "a0001.wav", root / "training-b" / "b0001.wav")
    shutil.copy(root / "training-a" / "a0001.wav", root / "training-a" / "a0002.wav")
    audit = audit_split(load_dataset("physionet2016", root), "all")
    assert (audit.split, audit.is_whole, audit.totals[0]) == ("all", True, Sides("recordings", 6, 0))
    assert [(group.recordings, group.patients) for group in audit.identical] == [
        (("a0001", "a0002", "b0001"), ("a:C45", "a:C45", "b:7"))
    ]
    assert (audit.identical[0].of_several_patients, audit.identical[0].across) == (True, False)
    assert audit.databases == (Sides("a", 3, 0), Sides("b", 2, 0), Sides("e", 1, 0))
