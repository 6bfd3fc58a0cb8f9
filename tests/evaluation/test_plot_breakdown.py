import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.breakdown import break_down
from auscult.evaluation.plot_breakdown import MOST_BARS, draw_breakdowns, save_breakdowns


@pytest.fixture
def breakdowns(predictions_of):
    database = ["a"] * 4 + ["b"] * 4 + ["c"] * 2
    predictions = predictions_of(
        "heart-2",
        [0, 1, 0, 1, 0, 0, 1, 1, 1, 1],
        [0, 1, 0, 1, 1, 0, 1, 0, 1, 1],
        patients=list("ppqqrstuvw"),
        groups={"database": database, "device": ["$x$"] * 10},
    )
    return [break_down(predictions, by, draws=20) for by in ("database", "device")]


def test_a_panel_for_each_break_down_with_a_bar_for_each_group_that_has_a_score(breakdowns):
    databases, devices = draw_breakdowns(breakdowns).axes
    assert [bar.get_width() for bar in databases.patches] == [100, 50]
    labels = [label.get_text() for label in databases.get_yticklabels()]
    assert labels == ["a  (4 of 2 patients)", "b  (4 of 4 patients)", "c  (2 of 2 patients)"]
    texts = [text.get_text() for text in databases.texts]
    assert texts == ["100.0", "50.0", "no normal"]
    assert databases.patches[0].get_facecolor() != databases.patches[1].get_facecolor()  # b is the worst
    assert len(devices.patches) == 1


def test_the_line_stands_at_the_mean_over_groups(breakdowns):
    lines = [line for line in draw_breakdowns(breakdowns).axes[0].lines if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in lines] == [75]


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_picture_is_written_in_the_kind_its_name_says(tmp_path, breakdowns, ending, start):
    save_breakdowns(breakdowns, tmp_path / f"groups.{ending}")
    assert (tmp_path / f"groups.{ending}").read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [f"groups.{ending}"]


def test_another_ending_or_no_folder_is_one_sentence_and_leaves_nothing(tmp_path, breakdowns):
    with pytest.raises(AuscultError, match=r"groups.bmp names no kind of picture.*\.png, \.svg, \.pdf"):
        save_breakdowns(breakdowns, tmp_path / "groups.bmp")
    with pytest.raises(AuscultError, match=r"groups.png could not be written"):
        save_breakdowns(breakdowns, tmp_path / "nowhere" / "groups.png")
    assert list(tmp_path.iterdir()) == []


def test_of_many_groups_the_lowest_are_drawn(predictions_of):
    people = np.repeat([f"p{i:03}" for i in range(60)], 2)
    predicted = [0, 1] * 10 + [0, 0] * 50  # the first ten patients are right throughout
    breakdown = break_down(predictions_of("heart-2", [0, 1] * 60, predicted, patients=people), "patient", draws=2)
    axis = draw_breakdowns([breakdown]).axes[0]
    assert len(axis.patches) == MOST_BARS
    assert {bar.get_width() for bar in axis.patches} == {50}
    assert f"the {MOST_BARS} lowest of 60" in axis.get_title(loc="left")


def test_no_group_with_a_score_is_still_a_picture(predictions_of, tmp_path):
    breakdown = break_down(predictions_of("heart-2", [0, 1], [0, 1]), "recording", draws=2)
    save_breakdowns([breakdown], tmp_path / "none.png")
    assert (tmp_path / "none.png").stat().st_size > 1000
