import pytest

from auscult.errors import AuscultError
from auscult.recordings.core import load_dataset
from auscult.recordings.groups import groups_of
from auscult.recordings.tasks import get_task
from tests.recordings.layouts import write_circor2022, write_noise


def found(root):
    return {finding.what: finding for finding in load_dataset("circor2022", root).check()}


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_what_name_and_text_say(tmp_path):
    recordings = load_dataset("circor2022", write_circor2022(tmp_path)).recordings
    assert list(recordings) == ["13918_Phc", "2530_AV", "2530_MV", "50001_TV", "9979_MV_1", "9979_MV_2", "9979_PV"]
    heard, elsewhere = recordings["2530_MV"], recordings["2530_AV"]
    assert (heard.location, heard.sex, heard.age, heard.device) == ("MV", "female", None, "Littmann 3200")
    assert heard.labels == elsewhere.labels == {"murmur": True, "murmur_unknown": False, "abnormal": True}
    assert (heard.extra["murmur_here"], elsewhere.extra["murmur_here"]) == ("yes", "no")
    assert heard.extra["age_group"] == "Child"
    assert (heard.extra["height_cm"], heard.extra["weight_kg"], heard.extra["campaign"]) == (98.0, 15.9, "CC2015")
    assert recordings["13918_Phc"].labels == {"murmur_unknown": True, "abnormal": True}
    assert "age_group" not in recordings["13918_Phc"].extra
    assert groups_of(recordings["9979_MV_2"])["location"] == "MV"


def test_two_ids_of_one_person(tmp_path):
    recordings = load_dataset("circor2022", write_circor2022(tmp_path)).recordings
    assert {recordings[name].patient for name in ("2530_AV", "2530_MV", "50001_TV")} == {"2530"}
    assert recordings["9979_PV"].patient == "9979"


@pytest.mark.parametrize("table", [True, False])
def test_link_from_either_side(tmp_path, table):
    root = write_circor2022(tmp_path, table=table)
    edit(root / "training_data" / "2530.txt", "#Additional ID: 50001", "#Additional ID: nan")
    edit(root / "training_data" / "50001.txt", "#Additional ID: nan", "#Additional ID: 2530.0")
    assert load_dataset("circor2022", root).recordings["50001_TV"].patient == "2530"


def test_answers_to_each_task(tmp_path):
    dataset = load_dataset("circor2022", write_circor2022(tmp_path))
    answers = {
        name: [get_task(name).classify(s.labels) for s in dataset.segments_of(dataset.select("all"), get_task(name))]
        for name in dataset.tasks
    }
    outcomes = ["abnormal", "abnormal", "abnormal", "normal", "normal", "normal", "normal"]
    assert answers == {
        "circor-murmur": ["unknown", "present", "present", "absent", "absent", "absent", "absent"],
        "circor-outcome": outcomes,
        "heart-2": outcomes,
    }
    assert len(dataset.segments) == 7
    assert dataset.splits == {}


def test_what_nobody_said_is_not_annotated(tmp_path):
    root = write_circor2022(tmp_path, {"7": (("AV",), {"Murmur": "nan", "Outcome": "nan"})})
    assert load_dataset("circor2022", root).recordings["7_AV"].labels == {}


def test_files_right_in_the_folder(tmp_path):
    root = write_circor2022(tmp_path, folder=".")
    (root / "LICENSE.txt").write_text("Open Data Commons")
    assert len(load_dataset("circor2022", root).recordings) == 7


def test_table_alone_is_enough(tmp_path):
    root = write_circor2022(tmp_path)
    for path in (root / "training_data").glob("*.txt"):
        path.unlink()
    recordings = load_dataset("circor2022", root).recordings
    assert recordings["2530_AV"].labels == {"murmur": True, "murmur_unknown": False, "abnormal": True}
    assert recordings["50001_TV"].patient == "2530"


def test_phases_of_the_heart_cycle(tmp_path):
    dataset = load_dataset("circor2022", write_circor2022(tmp_path))
    assert [tuple(phase) for phase in dataset.phases("2530_AV")] == [
        (0.0, 0.4, "unannotated"),
        (0.4, 0.52, "S1"),
        (0.52, 0.8, "systole"),
        (0.8, 0.9, "S2"),
        (0.9, 1.3, "diastole"),
    ]


def test_phase_without_length_is_left_out_and_the_end_trimmed(tmp_path):
    dataset = load_dataset("circor2022", write_circor2022(tmp_path))
    (tmp_path / "training_data" / "2530_AV.tsv").write_text("0 0 0\n\n0 3.05 0\n")
    assert [tuple(phase) for phase in dataset.phases("2530_AV")] == [(0.0, 3.0, "unannotated")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0\t1\t5\n", r"2530_AV.tsv, line 1: expected start, end and a state from 0 to 4, found '0\t1\t5'"),
        ("0\t1\t1\nx\t2\t2\n", r"2530_AV.tsv, line 2: 'x' is not a number"),
        ("1\t0.5\t1\n", r"2530_AV.tsv, line 1: a segment from 1 s to 0.5 s"),
        ("0\t9\t1\n", r"2530_AV.tsv, line 1: a segment from 0 s to 9 s, but the audio ends at 3 s"),
    ],
)
def test_broken_phases(tmp_path, text, message):
    dataset = load_dataset("circor2022", write_circor2022(tmp_path))
    (tmp_path / "training_data" / "2530_AV.tsv").write_text(text)
    with pytest.raises(AuscultError, match=message):
        dataset.phases("2530_AV")


def test_phases_that_are_not_there(tmp_path):
    dataset = load_dataset("circor2022", write_circor2022(tmp_path))
    (tmp_path / "training_data" / "2530_AV.tsv").unlink()
    assert found(tmp_path)["recordings without a tsv"].found == "1: 2530_AV"
    with pytest.raises(AuscultError, match=r"There is no .*2530_AV.tsv"):
        dataset.phases("2530_AV")
    with pytest.raises(AuscultError, match="has no recording '1_AV'"):
        dataset.phases("1_AV")


def test_check_counts_what_is_there(tmp_path):
    findings = found(write_circor2022(tmp_path))
    counts = {what: finding.found for what, finding in findings.items()}
    assert (counts["recordings"], counts["patients"]) == (7, 4)
    assert [counts[f"recordings at {name}"] for name in ("AV", "PV", "TV", "MV", "Phc")] == [1, 1, 1, 3, 1]
    assert [counts[f"patients with murmur {name}"] for name in ("absent", "present", "unknown")] == [2, 1, 1]
    assert [counts[f"patients with outcome {name}"] for name in ("normal", "abnormal")] == [2, 2]
    assert counts["patients with an id in either campaign"] == 1
    assert (findings["recordings"].expected, findings["patients"].expected) == (3163, 942)
    assert all(finding.ok for what, finding in findings.items() if finding.expected == "none")


def test_tables_that_contradict_each_other(tmp_path):
    root = write_circor2022(tmp_path)
    edit(root / "training_data" / "9979.txt", "#Murmur: Absent", "#Murmur: Unknown")
    edit(root / "training_data" / "2530.txt", "#Outcome: Abnormal", "#Outcome: nan")  # says nothing: no contradiction
    assert found(root)["patients of whom training_data.csv says otherwise"].found == "1: 9979"
    assert load_dataset("circor2022", root).recordings["9979_PV"].labels["murmur_unknown"] is True


def test_recording_that_is_missing(tmp_path):
    root = write_circor2022(tmp_path)
    (root / "training_data" / "9979_MV_2.wav").unlink()
    assert found(root)["recordings that are missing"].found == "1: 9979_MV_2"
    with pytest.raises(AuscultError, match=r"9979.txt, line 4: there is no 9979_MV_2.wav beside it"):
        _ = load_dataset("circor2022", root).recordings


@pytest.mark.parametrize("name", ["1_AV", "2530-AV", "2530_XX"])
def test_recording_of_nobody(tmp_path, name):
    root = write_circor2022(tmp_path)
    write_noise(root / "training_data" / f"{name}.wav")
    assert found(root)["recordings without a patient"].found == f"1: {name}"
    with pytest.raises(AuscultError, match=rf"{name}.wav is of a patient that neither"):
        _ = load_dataset("circor2022", root).recordings


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2530 2 4000", "2531 2 4000", r"2530.txt, line 1: expected '2530'"),
        ("2530 2 4000", "", r"2530.txt, line 1: expected '2530'"),
        ("2530 2 4000", "2530 3 4000", r"2530.txt, line 4: expected a location .* found '#Age: Child'"),
        ("MV 2530_MV.hea", "XV 2530_MV.hea", r"2530.txt, line 3: expected a location .* found 'XV"),
        ("#Murmur: Present", "#Murmur: Maybe", r"2530.txt, line 12: Murmur 'Maybe' must be one of present, absent, unknown"),
        ("#Outcome: Abnormal", "#Outcome: 1", r"2530.txt, line \d+: Outcome '1' must be one of abnormal, normal"),
        ("#Sex: Female", "#Sex: F", r"2530.txt, line 5: Sex 'F' must be one of female, male"),
        ("#Height: 98.0", "#Height: tall", r"2530.txt, line 6: 'tall' is not a number"),
        ("#Additional ID: 50001", "#Additional ID: yes", r"2530.txt, line \d+: Additional ID 'yes' is not the number"),
    ],
)
def test_broken_text_is_refused_by_file_and_line(tmp_path, old, new, message):
    root = write_circor2022(tmp_path)
    edit(root / "training_data" / "2530.txt", old, new)
    with pytest.raises(AuscultError, match=message):
        _ = load_dataset("circor2022", root).recordings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Patient ID,Murmur\n1,Absent\n1,Absent\n", r"training_data.csv, line 3: patient 1 stands in an earlier line"),
        ("Patient ID,Murmur\n1,Perhaps\n", r"training_data.csv, line 2: Murmur 'Perhaps'"),
        ("ID,Murmur\n1,Absent\n", r"training_data.csv has no column 'Patient ID'"),
    ],
)
def test_broken_table_is_refused_by_file_and_line(tmp_path, text, message):
    root = write_circor2022(tmp_path)
    (root / "training_data.csv").write_text(text)
    with pytest.raises(AuscultError, match=message):
        _ = load_dataset("circor2022", root).recordings


def test_folder_with_something_else(tmp_path):
    write_noise(tmp_path / "a0001.wav")
    with pytest.raises(AuscultError, match=r"holds no heart sound named PATIENT_LOCATION.wav: get CirCor"):
        load_dataset("circor2022", tmp_path)
