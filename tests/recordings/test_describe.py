"""Texts of known recordings, whole and in parts, with keys left out or told wrongly."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.recordings.core import Recording, load_dataset
from auscult.recordings.describe import describe_recordings
from auscult.recordings.facts import KEYS, Facts, exchange, facts_of, published_facts
from tests.recordings.layouts import write_icbhi


def recording(name="a", **facts):
    patient = facts.pop("patient", "1")
    return Recording(name, patient, None, 1.0, **facts)


def tell(facts, **options):
    (text,) = describe_recordings([recording(**facts)], **options).values()
    return text


ADULT = {"age": 70.0, "sex": "male"}
CHILD = {"age": 4.0, "sex": "female"}
CHEST = {"location": "Al"}
MEDITRON = {"device": "Meditron"}


def test_known_recordings_of_icbhi(tmp_path):
    dataset = load_dataset("icbhi", write_icbhi(tmp_path))
    assert describe_recordings(dataset.recordings.values()) == {
        "101_1b1_Al_sc_Meditron": "This sound was recorded from the left anterior chest of a female pediatric patient, "
        "using a Meditron stethoscope.",
        "104_1b1_Ar_sc_Litt3200": "This sound was recorded from the right anterior chest of an adult female patient, "
        "using a Litt3200 stethoscope.",
        "156_2b3_Al_mc_AKGC417L": "This sound was recorded from the left anterior chest of an adult male patient, "
        "using an AKGC417L microphone.",
        "156_2b3_Ar_mc_AKGC417L": "This sound was recorded from the right anterior chest of an adult male patient, "
        "using an AKGC417L microphone.",
        "223_1b1_Lr_sc_Meditron": "This sound was recorded from the right lateral chest with a Meditron stethoscope.",
        "226_1b1_Pl_sc_LittC2SE": "This sound was recorded from the left posterior chest of a male pediatric patient, "
        "using a LittC2SE stethoscope.",
    }


def test_s0s_sentence_is_the_one_it_prints():
    printed = "이 소리는 성인 남성 환자의 왼쪽 전방 흉부에서 메디트론 청진기를 사용."
    assert tell(ADULT | CHEST | MEDITRON, wording="s0") == printed


@pytest.mark.parametrize(
    ("facts", "bts", "s0"),
    [
        (ADULT, "This patient is an adult male patient.", "이 환자는 성인 남성 환자."),
        ({"sex": "female"}, "This patient is a female patient.", "이 환자는 여성 환자."),
        ({"age": 30.0}, "This patient is an adult patient.", "이 환자는 성인 환자."),
        (CHEST, "This sound was recorded from the left anterior chest.", "이 소리는 왼쪽 전방 흉부에서 녹음."),
        (MEDITRON, "This sound was recorded with a Meditron stethoscope.", "이 소리는 메디트론 청진기를 사용."),
        (
            {"location": "Tc", "device": "AKGC417L"},
            "This sound was recorded from the trachea with an AKGC417L microphone.",
            "이 소리는 기관에서 AKGC417L 마이크를 사용.",
        ),
        (
            CHILD | MEDITRON,
            "This sound was recorded from a female pediatric patient, using a Meditron stethoscope.",
            "이 소리는 소아 여성 환자에게서 메디트론 청진기를 사용.",
        ),
        (
            {"age": 4.0, "location": "Pr"},
            "This sound was recorded from the right posterior chest of a pediatric patient.",
            "이 소리는 소아 환자의 오른쪽 후방 흉부에서 녹음.",
        ),
        (
            {"location": "p2", "device": "Yunting II"},
            "This sound was recorded from the left lateral chest with a Yunting II stethoscope.",
            "이 소리는 왼쪽 측면 흉부에서 Yunting II 청진기를 사용.",
        ),
        ({}, "No description.", "설명 없음."),
    ],
)
def test_of_what_is_not_known_nothing_is_said(facts, bts, s0):
    assert tell(facts) == bts
    assert tell(facts, wording="s0") == s0


@pytest.mark.parametrize(
    ("facts", "bts", "s0"),
    [
        (
            CHEST | MEDITRON | {"sex": "male"},
            "This sound was recorded from the left anterior chest of a male patient with unknown age, "
            "using a Meditron stethoscope.",
            "이 소리는 나이를 알 수 없는 남성 환자의 왼쪽 전방 흉부에서 메디트론 청진기를 사용.",
        ),
        (
            ADULT,
            "This sound was recorded from an unknown region of an adult male patient, using an unknown device.",
            "이 소리는 성인 남성 환자의 알 수 없는 부위에서 알 수 없는 기기를 사용.",
        ),
        (
            {"age": 4.0} | CHEST | MEDITRON,
            "This sound was recorded from the left anterior chest of a pediatric patient with unknown sex, "
            "using a Meditron stethoscope.",
            "이 소리는 성별을 알 수 없는 소아 환자의 왼쪽 전방 흉부에서 메디트론 청진기를 사용.",
        ),
        (
            MEDITRON,
            "This sound was recorded from an unknown region of a patient with unknown age and sex, "
            "using a Meditron stethoscope.",
            "이 소리는 나이와 성별을 알 수 없는 환자의 알 수 없는 부위에서 메디트론 청진기를 사용.",
        ),
        ({}, "No description.", "설명 없음."),
    ],
)
def test_what_is_not_known_is_said_to_be_unknown(facts, bts, s0):
    assert tell(facts, missing="unknown") == bts
    assert tell(facts, missing="unknown", wording="s0") == s0


@pytest.mark.parametrize("missing", ["silent", "unknown"])
@pytest.mark.parametrize("wording", ["bts", "s0"])
def test_every_part_of_the_metadata_has_a_text_of_its_own(wording, missing):
    """16 subsets of what is known: 16 texts, whether keys were never known or are dropped."""
    whole = ADULT | CHEST | MEDITRON
    texts = set()
    for kept in product([False, True], repeat=4):
        facts = {key: whole[key] for key, keep in zip(KEYS, kept, strict=True) if keep}
        dropped = [key for key, keep in zip(KEYS, kept, strict=True) if not keep]
        text = tell(facts, wording=wording, missing=missing)
        assert tell(whole, drop=dropped, wording=wording, missing=missing) == text
        texts.add(text)
    assert len(texts) == 16


@pytest.mark.parametrize(("years", "age"), [(18.9, "pediatric"), (19.0, "adult"), (0.25, "pediatric"), (None, None)])
def test_an_adult_is_19(years, age):
    assert facts_of(recording(age=years)) == Facts(age, None, None, None)


def test_as_published_a_patient_has_the_location_of_the_first_recording_and_an_unknown_one_is_a_girl():
    recordings = [
        recording("a", patient="1", location="Tc", **ADULT),
        recording("b", patient="2", location="Al", **CHILD),
        recording("c", patient="1", location="Pr", device="Meditron", **ADULT),
        recording("d", patient="3"),
    ]
    assert published_facts(recordings) == {
        "a": Facts("adult", "male", "Tc", None),
        "b": Facts("pediatric", "female", "Al", None),
        "c": Facts("adult", "male", "Tc", "Meditron"),
        "d": Facts("pediatric", "female", None, None),
    }
    texts = describe_recordings(recordings, published=True)
    assert texts["c"] == "This sound was recorded from the trachea of an adult male patient, using a Meditron stethoscope."
    assert texts["d"] == "This patient is a female pediatric patient."


def test_swapped_keys_are_always_wrong_and_each_other_value_as_likely():
    devices = ["AKGC417L", "Litt3200", "LittC2SE", "Meditron"]
    facts = {str(n): Facts("adult", "male", "Tc", devices[n % 4]) for n in range(4000)} | {"x": Facts(None, None, "Al", None)}
    changed = exchange(facts, ["device"], np.random.default_rng(0))
    assert changed["x"] == facts["x"]
    told = Counter((facts[key].device, changed[key].device) for key in facts if key != "x")
    assert set(told) == {(a, b) for a in devices for b in devices if a != b}
    assert all(abs(count - 1000 / 3) < 80 for count in told.values())
    assert all(changed[key]._replace(device=None) == facts[key]._replace(device=None) for key in facts)


def test_the_seed_decides_what_is_told_wrongly():
    recordings = [recording(str(n), location=place) for n, place in enumerate(["Tc", "Al", "Pr", "Ll"] * 5)]
    texts = [describe_recordings(recordings, swap=["location"], seed=seed) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_a_key_with_one_value_cannot_be_swapped():
    recordings = [recording("a", device="Yunting II"), recording("b", device="Yunting II"), recording("c")]
    with pytest.raises(AuscultError, match=r"^Every recording has the same device, Yunting II: there is nothing .*\.$"):
        describe_recordings(recordings, swap=["device"])
    assert describe_recordings(recordings, swap=["sex"]) == describe_recordings(recordings)  # nobody's is known
