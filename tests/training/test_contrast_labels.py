import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.recordings.core import Recording, Segment
from auscult.training.contrast_labels import contrast_labels


def a_recording(name, patient, age=None, sex=None):
    return Recording(name, patient, None, 10.0, age=age, sex=sex)


A = a_recording("r1", "p1", 4.0, "female")
B = a_recording("r2", "p1", 4.0, "female")  # the same child
C = a_recording("r3", "p2", 70.0, "male")
D = a_recording("r4", "p3", 10.0, "female")
E = a_recording("r5", "p4", 40.0)  # sex not known
F = a_recording("r6", "p5", sex="male")  # age not known
SEGMENTS = [Segment(f"{r.id}:{n}", r, 0.0, 1.0, {}) for n, r in enumerate([A, A, B, C, D, E, F])]
TRUTH = np.array([0, 1, 0, 1, 0, 3, 1])


def alike(name, **options):
    """The label of each segment by a letter, in the order of first appearance; "." where it is not annotated."""
    labels = contrast_labels(name, SEGMENTS, TRUTH, **options)
    assert labels.dtype == np.int64
    assert labels.shape == (len(SEGMENTS),)
    letters = dict(zip(dict.fromkeys(labels[labels != -1].tolist()), "abcdefg", strict=False))
    return "".join(letters.get(label, ".") for label in labels.tolist())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("class", "ababacb"),
        ("segment", "abcdefg"),
        ("recording", "aabcdef"),
        ("patient", "aaabcde"),
        ("sex", "aaaba.b"),  # E's is not known
        ("age", "aaabab."),  # child child child adult child adult
        ("sex+age", "aaaba.."),
        ("age+class", "abacad."),
        ("sex+class", "abaca.c"),
        ("sex+age+class", "abaca.."),
        ("class+age+sex", "abaca.."),
    ],
)
def test_labels_worked_by_hand(name, expected):
    assert alike(name) == expected


def test_adults_are_from_another_age_on():
    assert alike("age", adult_years=6.0) == "aaabbb."  # D is 10
    assert alike("sex+age", adult_years=6.0) == "aaabc.."
    assert alike("age", adult_years=50.0) == "aaabaa."


def test_a_patient_whom_nobody_knows_is_not_annotated():
    unknown = Recording("r7", "r7", None, 10.0, extra={"patient": "unknown"})  # the patient is then the recording's id
    segments = [*SEGMENTS, Segment("r7:0", unknown, 0.0, 1.0, {}), Segment("r7:1", unknown, 1.0, 2.0, {})]
    labels = contrast_labels("patient", segments, np.append(TRUTH, [0, 0]))
    assert labels[-2:].tolist() == [-1, -1]
    assert (labels[:-2] != -1).all()


@pytest.mark.parametrize("name", ["weight", "sex+weight", "sex+", ""])
def test_an_unknown_label_is_named(name):
    part = name.split("+")[-1]
    with pytest.raises(
        AuscultError, match=rf"There is no label '{part}' to contrast; known labels: class, segment, .*sex, age"
    ):
        contrast_labels(name, SEGMENTS, TRUTH)


@pytest.mark.parametrize("name", ["device", "device+class"])
def test_a_label_that_the_data_set_does_not_have_is_one_sentence(name):
    with pytest.raises(AuscultError, match=r"^The data set does not tell 'device' of any training segment; .*\.$"):
        contrast_labels(name, SEGMENTS, TRUTH)


def test_a_part_that_is_the_same_everywhere_does_not_hide_in_a_joined_label():
    with pytest.raises(AuscultError, match=r"^All training segments that tell 'age' have the same; .*data\.adult_years"):
        contrast_labels("class+age", SEGMENTS, TRUTH, adult_years=200)


def test_labels_that_are_all_alike_are_one_sentence():
    with pytest.raises(AuscultError, match=r"^All training segments that tell 'age' have the same; .*data\.adult_years"):
        contrast_labels("age", SEGMENTS, TRUTH, adult_years=80.0)
    with pytest.raises(AuscultError, match=r"^All training segments that tell 'class' have the same"):
        contrast_labels("class", SEGMENTS, np.zeros_like(TRUTH))
    with pytest.raises(AuscultError, match=r"^All training segments that tell 'sex' have the same"):
        contrast_labels("sex", SEGMENTS[4:6], TRUTH[4:6])  # a girl, and someone of whom nobody knows
