import re

import pytest

from auscult.errors import AuscultError
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from tests.recordings.layouts import write_folder, write_noise


def test_smallest_table(tmp_path):
    write_folder(tmp_path, "file,label\na.wav,normal\nb.wav,wheeze\n")
    dataset = load_dataset("folder", tmp_path)
    assert [(s.id, s.start, s.end) for s in dataset.segments] == [("a:0", 0.0, 3.0), ("b:0", 0.0, 3.0)]
    assert [get_task("icbhi-4").classify(s.labels) for s in dataset.segments] == ["normal", "wheeze"]
    assert [r.patient for r in dataset.recordings.values()] == ["a", "b"]
    assert dataset.splits == {}


def test_segments_and_facts(tmp_path):
    write_folder(
        tmp_path,
        "file,start,end,label,patient,split,age,sex,location,device,ward\n"
        "a.wav,1.5,2.5,crackle,P1,train,61,F,left base,Littmann,4\n"
        "a.wav,0,1.5,normal,P1,,,,,,\n"
        "b.wav,0.5,3.02,both,P2,test,,male,,,\n",
    )
    dataset = load_dataset("folder", tmp_path)
    assert [(s.id, s.start, s.end) for s in dataset.segments] == [("a:0", 0, 1.5), ("a:1", 1.5, 2.5), ("b:0", 0.5, 3.0)]
    recording = dataset.recordings["a"]
    assert (recording.patient, recording.age, recording.sex) == ("P1", 61.0, "female")
    assert (recording.location, recording.device, recording.extra) == ("left base", "Littmann", {"ward": "4"})
    assert (dataset.get_split().name, dataset.select("train"), dataset.select("test")) == ("given", {"a"}, {"b"})


def test_label_columns_and_what_was_not_annotated(tmp_path):
    write_folder(tmp_path, "file,crackle,wheeze,murmur\na.wav,1,0,\nb.wav,0,,1\n")
    dataset = load_dataset("folder", tmp_path)
    assert [s.labels for s in dataset.segments] == [{"crackle": True, "wheeze": False}, {"crackle": False, "murmur": True}]
    assert len(dataset.segments_of(dataset.select("all"), get_task("icbhi-4"))) == 1


def test_line_without_times_labels_the_recording_beside_its_segments(tmp_path):
    write_folder(tmp_path, "file,start,end,label\na.wav,,,poor_quality\na.wav,0,1,normal\nb.wav,,,normal\n")
    dataset = load_dataset("folder", tmp_path)
    assert dataset.recordings["a"].labels == {"poor_quality": True}
    assert [s.id for s in dataset.segments] == ["a:0", "b:0"]
    assert dataset.segments[0].labels["crackle"] is False


def test_tasks_are_those_that_some_line_answers(tmp_path):
    write_folder(tmp_path, "file,start,end,label\na.wav,0,1,crackle\nb.wav,0,1,normal\n")
    assert load_dataset("folder", tmp_path).tasks == ("icbhi-4", "icbhi-2", "sprsound-1-1", "sprsound-1-2")
    write_folder(tmp_path, "file,label\na.wav,poor_quality\nb.wav,poor_quality\n")
    assert load_dataset("folder", tmp_path).tasks == ("sprsound-2-1", "sprsound-2-2")


def test_heart_sounds_answer_heart_tasks_only(tmp_path):
    write_folder(tmp_path, "file,label\na.wav,normal\nb.wav,abnormal\n")
    dataset = load_dataset("folder", tmp_path)
    assert dataset.tasks == ("heart-2", "circor-outcome")
    segments = dataset.segments_of(dataset.select("all"), get_task("heart-2"))
    assert [get_task("heart-2").classify(s.labels) for s in segments] == ["normal", "abnormal"]


def test_heart_columns(tmp_path):
    write_folder(tmp_path, "file,abnormal,murmur,murmur_unknown\na.wav,0,0,\nb.wav,1,,1\n")
    assert load_dataset("folder", tmp_path).tasks == ("heart-2", "circor-murmur", "circor-outcome")


def test_noisy_heart_sounds_are_still_no_lung_sounds(tmp_path):
    write_folder(tmp_path, "file,label,poor_quality\na.wav,normal,1\nb.wav,abnormal,\n")
    assert load_dataset("folder", tmp_path).tasks == ("heart-2", "circor-outcome")


def test_normal_alone_may_be_of_any_organ(tmp_path):
    write_folder(tmp_path, "file,label\na.wav,normal\nb.wav,normal\n")
    tasks = load_dataset("folder", tmp_path).tasks
    assert (tasks[0], "heart-2" in tasks) == ("icbhi-4", True)


def test_patients_that_are_not_given_are_said_to_be_unknown(tmp_path):
    write_folder(tmp_path, "file,label,patient\na.wav,normal,P1\nb.wav,wheeze,\n")
    recordings = load_dataset("folder", tmp_path).recordings
    assert (recordings["a"].extra, recordings["b"].extra) == ({}, {"patient": "unknown"})


def test_recordings_in_folders_below_and_other_formats(tmp_path):
    write_folder(tmp_path, "file,label\nx/1.wav,normal\ny/1.flac,both\n", recordings=["x/1.wav", "y/1.flac"])
    dataset = load_dataset("folder", tmp_path)
    assert list(dataset.recordings) == ["x/1", "y/1"]
    assert dataset.recordings["x/1"].patient != dataset.recordings["y/1"].patient


def test_check_names_audio_that_no_line_names(tmp_path):
    write_folder(tmp_path, "file,label,split\na.wav,normal,train\n")
    found = {finding.what: finding for finding in load_dataset("folder", tmp_path).check()}
    assert (found["recordings"].found, found["train: recordings"].found) == (1, 1)
    assert found["recordings that labels.csv does not name"].found == "1: b.wav"
    assert not found["recordings that labels.csv does not name"].ok


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("name,label\na.wav,normal\n", "labels.csv needs a column 'file'.* its columns are: name, label"),
        ("file,weeze\na.wav,1\n", "labels.csv needs a column 'label'"),
        ("", "labels.csv needs a column 'file'.* none"),
        ("file,label\n", "labels.csv has no line below its head"),
        (
            "file,label\na.wav,normal\nb.wav,squawk\n",
            "labels.csv, line 3: 'squawk' in column 'label' must be one of normal, crackle",
        ),
        ("file,crackle\na.wav,yes\n", "labels.csv, line 2: 'yes' in column 'crackle' must be one of 1, 0, or empty"),
        ("file,label,split\na.wav,normal,dev\n", "labels.csv, line 2: 'dev' in column 'split' must be one of train, test"),
        ("file,label,sex\na.wav,normal,x\n", "labels.csv, line 2: 'x' in column 'sex'"),
        ("file,label,age\na.wav,normal,old\n", "labels.csv, line 2: 'old' in column 'age' is not a number"),
        ("file,label,start,end\na.wav,normal,1,\n", "labels.csv, line 2: only one of start and end"),
        ("file,label\n,normal\n", "labels.csv, line 2: no recording is named"),
        ("file,label\na.wav,normal,1\n", "labels.csv, line 2: more fields than the head"),
        ("file,crackle\na.wav,1\n", "labels.csv answers no task"),
        ("file,label\na.wav,normal\na.wav,wheeze\n", "labels.csv, line 3: a second line without times for a.wav"),
    ],
)
def test_broken_table_is_refused_at_once(tmp_path, table, message):
    write_folder(tmp_path, table)
    with pytest.raises(AuscultError, match=message):
        load_dataset("folder", tmp_path)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("file,label\nc.wav,normal\n", r"line 2: there is no file .*c.wav"),
        ("file,label\na.wav,normal\na.flac,normal\n", r"line 3"),
        ("file,label,start,end\na.wav,normal,2,1\n", "line 2: a segment from 2 s to 1 s; it must"),
        ("file,label,start,end\na.wav,normal,2,9\n", "line 2: a segment from 2 s to 9 s, but the audio ends at 3 s"),
        (
            "file,label,start,end,patient\na.wav,normal,0,1,P1\na.wav,normal,1,2,P2\n",
            "line 3: patient is 'P2', but an earlier line of a.wav says 'P1'",
        ),
    ],
)
def test_table_that_does_not_fit_the_recordings(tmp_path, table, message):
    write_folder(tmp_path, table)
    with pytest.raises(AuscultError, match=message):
        _ = load_dataset("folder", tmp_path).segments


def test_same_name_with_two_endings(tmp_path):
    write_folder(tmp_path, "file,label,start,end\na.wav,normal,0,1\na.flac,normal,1,2\n")
    write_noise(tmp_path / "a.flac")
    with pytest.raises(AuscultError, match=r"line 3: a.flac and a.wav differ in their ending only"):
        _ = load_dataset("folder", tmp_path).recordings


def test_spreadsheet_in_another_encoding(tmp_path):
    write_folder(tmp_path, "file,label\n")
    (tmp_path / "labels.csv").write_bytes("file,label,ward\na.wav,normal,Säuglinge\n".encode("latin-1"))
    with pytest.raises(AuscultError, match=r"labels.csv is not a csv in UTF-8"):
        load_dataset("folder", tmp_path)


def test_folder_without_table_says_what_to_write(tmp_path):
    with pytest.raises(AuscultError, match=re.escape(f"There is no {tmp_path / 'labels.csv'}: write one")):
        load_dataset("folder", tmp_path)
