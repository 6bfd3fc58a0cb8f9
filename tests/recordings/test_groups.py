from pathlib import Path

import pytest

from auscult.recordings.core import Recording
from auscult.recordings.groups import GROUPINGS, groups_of


def test_everything_known():
    recording = Recording(
        id="a0001",
        patient="a:C45",
        path=Path("a0001.wav"),
        duration=10.0,
        labels={"abnormal": True, "poor_quality": False},
        age=17.9,
        sex="female",
        location="PSleft",
        device="Littmann 3200",
        extra={"database": "a"},
    )
    assert groups_of(recording) == {
        "database": "a",
        "device": "Littmann 3200",
        "location": "PSleft",
        "sex": "female",
        "age": "child",
        "quality": "good",
    }
    assert tuple(groups_of(recording)) == GROUPINGS


def test_nothing_known():
    recording = Recording(id="x", patient="x", path=None, duration=1.0)
    assert groups_of(recording) == dict.fromkeys(GROUPINGS, "")


@pytest.mark.parametrize(("age", "group"), [(0.0, "child"), (17.99, "child"), (18.0, "adult"), (80.0, "adult"), (None, "")])
def test_of_age_from_18_on(age, group):
    assert groups_of(Recording(id="x", patient="x", path=None, duration=1.0, age=age))["age"] == group


@pytest.mark.parametrize(
    ("age", "group"), [(0.0, "under 6 y"), (5.99, "under 6 y"), (6.0, "from 6 y"), (80.0, "from 6 y"), (None, "")]
)
def test_groups_say_where_another_line_is_drawn(age, group):
    assert groups_of(Recording(id="x", patient="x", path=None, duration=1.0, age=age), adult_years=6)["age"] == group


def test_the_line_at_half_a_year_is_named_so():
    assert groups_of(Recording(id="x", patient="x", path=None, duration=1.0, age=1.0), adult_years=0.5)["age"] == "from 0.5 y"


def test_18_years_are_of_age_however_they_are_written():
    assert groups_of(Recording(id="x", patient="x", path=None, duration=1.0, age=20.0), adult_years=18)["age"] == "adult"


def test_noisy():
    recording = Recording(id="x", patient="x", path=None, duration=1.0, labels={"poor_quality": True})
    assert groups_of(recording)["quality"] == "noisy"
