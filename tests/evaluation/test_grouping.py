from pathlib import Path

from auscult.evaluation.grouping import group_columns
from auscult.recordings.core import Recording


def test_group_columns_hold_what_is_known_of_each_recording_and_leave_out_what_is_known_of_none():
    recordings = [
        Recording("a0001", "s1", Path("a.wav"), 5.0, {"poor_quality": True}, age=4, extra={"database": "a"}),
        Recording("b0001", "s2", Path("b.wav"), 5.0, {"poor_quality": False}, sex="female", extra={"database": "b"}),
        Recording("c0001", "s3", Path("c.wav"), 5.0),
    ]
    assert {name: column.tolist() for name, column in group_columns(recordings).items()} == {
        "database": ["a", "b", ""],
        "sex": ["", "female", ""],
        "age": ["child", "", ""],
        "quality": ["noisy", "good", ""],
    }


def test_group_columns_draw_the_line_between_ages_where_they_are_told():
    recordings = [Recording(f"r{age}", f"p{age}", None, 5.0, age=age) for age in (4.0, 10.0, 30.0)]
    assert group_columns(recordings)["age"].tolist() == ["child", "child", "adult"]
    assert group_columns(recordings, adult_years=6.0)["age"].tolist() == ["under 6 y", "from 6 y", "from 6 y"]
