"""The readers on the real recordings in ../shared/data, against the figures that were published."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.recordings.audit import Sides, audit_split
from auscult.recordings.core import Dataset, load_dataset
from auscult.recordings.describe import describe_recordings
from auscult.recordings.facts import published_facts
from auscult.recordings.groups import groups_of
from auscult.recordings.tasks import get_task

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def icbhi_root(real_data) -> Path:
    return real_data("icbhi")


@pytest.fixture(scope="module")
def pictures(icbhi_root) -> Dataset:
    return load_dataset("icbhi-pictures", icbhi_root)


@pytest.fixture(scope="module")
def sprsound(real_data) -> Dataset:
    return load_dataset("sprsound", real_data("sprsound"))


@pytest.fixture(scope="module")
def physionet(real_data) -> Dataset:
    return load_dataset("physionet2016", real_data("physionet"))


@pytest.fixture(scope="module")
def full_icbhi(icbhi_root, tmp_path_factory) -> Path:
    """All published annotations and tables, with silence in place of most audio."""
    root = tmp_path_factory.mktemp("icbhi")
    database = root / "ICBHI_final_database"
    shutil.copytree(icbhi_root / "all_annotations", database)
    for path in database.glob("*.txt"):
        soundfile.write(path.with_suffix(".wav"), np.zeros(9000, dtype=np.int16), 100)
    for name in ("ICBHI_challenge_train_test.txt", "demographic_info.txt", "patient_diagnosis.csv"):
        shutil.copy(icbhi_root / name, root)
    return root


def count(dataset: Dataset, side: frozenset[str], key) -> Counter:
    return Counter(key(segment.recording) for segment in dataset.segments if segment.recording.id in side)


def test_complete_icbhi_is_as_published(full_icbhi):
    assert [finding for finding in load_dataset("icbhi", full_icbhi).check() if not finding.ok] == []


def test_original_split_list_of_icbhi_loses_no_cycle(full_icbhi, tmp_path):
    root = tmp_path / "icbhi"
    shutil.copytree(full_icbhi, root)
    split_list = root / "ICBHI_challenge_train_test.txt"
    original = split_list.read_text().replace("226_1b1_Pl_sc_LittC2SE", "226_1b1_Pl_sc_Meditron")
    split_list.write_text(original)
    assert [finding for finding in load_dataset("icbhi", root).check() if not finding.ok] == []


def test_13_whole_recordings_of_icbhi(icbhi_root):
    dataset = load_dataset("icbhi", icbhi_root)
    found = {finding.what: finding for finding in dataset.check()}
    assert (found["recordings"].found, found["recordings"].expected, found["recordings"].ok) == (13, 920, False)
    assert found["annotations that cannot be read"].ok
    assert len(dataset.segments) == 113
    assert {r.device for r in dataset.recordings.values()} == {"Meditron", "Litt3200", "LittC2SE", "AKGC417L"}
    assert all(0 <= s.start < s.end <= s.recording.duration for s in dataset.segments)


def test_icbhi_pictures_are_as_made(pictures):
    assert [finding for finding in pictures.check() if not finding.ok] == []


def test_metadata_of_icbhi_is_as_published(pictures):
    train, test = pictures.get_split().train, pictures.get_split().test
    assert count(pictures, train, lambda r: r.device) == {"AKGC417L": 2510, "Meditron": 997, "LittC2SE": 594, "Litt3200": 41}
    assert count(pictures, test, lambda r: r.device) == {"AKGC417L": 1836, "Meditron": 459, "Litt3200": 461}
    assert count(pictures, train, lambda r: r.extra["mode"]) == {"mc": 3093, "sc": 1049}
    locations = {"Al": 732, "Ar": 793, "Ll": 374, "Lr": 481, "Pl": 585, "Pr": 591, "Tc": 586}
    assert count(pictures, train, lambda r: r.location) == locations
    people = count(pictures, train, lambda r: (r.age >= 19, r.sex))
    assert people == {(True, "male"): 2073, (True, "female"): 1614, (False, "female"): 213, (False, "male"): 242}
    diagnoses = Counter({r.patient: r.extra["diagnosis"] for r in pictures.recordings.values()}.values())
    assert (diagnoses["COPD"], diagnoses["Healthy"], diagnoses["Asthma"]) == (64, 26, 1)


def test_audit_of_icbhi_finds_the_two_patients_on_both_sides(pictures):
    audit = audit_split(pictures, "official")
    assert audit.shared_patients == (Sides("156", 9, 8), Sides("218", 4, 4))
    assert Sides("LittC2SE", 87, 0) in audit.devices
    assert audit_split(pictures, "official-strict").shared_patients == ()


def test_sprsound_train_and_intra_are_as_published(sprsound):
    wrong = [finding.what for finding in sprsound.check() if not finding.ok and not finding.what.startswith("inter")]
    assert wrong == []


def test_classes_of_sprsound_are_as_published(sprsound):
    task = get_task("sprsound-1-2")
    classes = Counter(task.classify(s.labels) for s in sprsound.segments_of(sprsound.select("train"), task))
    assert [classes[name] for name in task.classes] == [5159, 39, 452, 15, 49, 912, 30]
    records = get_task("sprsound-2-2")
    assert len(sprsound.segments_of(sprsound.select("all"), records)) == 1949 + 379


def test_audit_of_sprsound_finds_one_recording_on_both_sides(sprsound):
    audit = audit_split(sprsound, "intra")
    assert [(group.recordings, group.across) for group in audit.identical] == [
        (("41279835_14.1_0_p1_2050", "41279835_14.1_0_p1_2945"), True)
    ]
    assert len(audit.shared_patients) == 162


def test_1523_recordings_of_physionet2016(physionet):
    recordings = physionet.recordings.values()
    assert Counter(r.extra["database"] for r in recordings) == {"a": 369, "b": 362, "c": 25, "d": 40, "e": 646, "f": 81}
    assert Counter(r.labels["abnormal"] for r in recordings) == {False: 983, True: 540}
    assert not any("patient" in r.extra for r in recordings)
    assert len({r.patient for r in recordings}) == 480
    assert min(r.duration for r in recordings) > 5


def test_check_of_physionet2016_misses_what_is_held_back_and_nothing_else(physionet):
    findings = {finding.what: finding for finding in physionet.check()}
    totals = {what for what in findings if what == "recordings" or what.startswith("training-")}
    assert {what for what, finding in findings.items() if not finding.ok} == totals
    assert all(0 < findings[what].found < findings[what].expected for what in totals)
    assert findings["recordings of unknown signal quality"].found == "e 43"  # all normal; left out of the later annotations
    assert findings["databases with one recording a subject"].found == "c, d, f"


def test_audit_of_physionet2016_finds_no_recording_twice(physionet):
    audit = audit_split(physionet)
    assert (audit.split, audit.totals[1], audit.identical) == ("all", Sides("patients", 480, 0), ())
    assert audit.classes == (Sides("normal", 983, 0), Sides("abnormal", 540, 0))
    assert audit.one_recording_a_patient == ("c", "d", "f")


def test_groups_of_physionet2016(physionet):
    groups = [groups_of(recording) for recording in physionet.recordings.values()]
    assert Counter(group["sex"] for group in groups) == {"male": 583, "female": 169, "": 771}
    assert Counter(bool(group["location"]) for group in groups)[True] == 369
    assert {group["age"] for group in groups} == {"adult", "child", ""}
    assert {group["quality"] for group in groups} == {"good", "noisy", ""}


def test_texts_of_icbhi(pictures):
    """A sentence for each patient's kind, location and device that occur together; as published most locations are wrong."""
    texts = describe_recordings(pictures.recordings.values())
    assert texts["101_1b1_Pr_sc_Meditron"] == (
        "This sound was recorded from the right posterior chest of a female pediatric patient, using a Meditron stethoscope."
    )
    silent = [text for text in texts.values() if "patient" not in text]
    assert silent == [texts[i] for i, recording in pictures.recordings.items() if recording.patient == "223"]
    published = published_facts(pictures.recordings.values())
    assert sum(published[i].location == recording.location for i, recording in pictures.recordings.items()) == 226
