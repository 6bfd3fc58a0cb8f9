"""What is heard in a breathing cycle, worked out by hand, and ICBHI's text file of it."""

from pathlib import Path

import pytest

from auscult.analysis.breathing import Breathing, Cycle
from auscult.analysis.cycles import CycleAnswer, answer_cycles, save_cycles
from auscult.analysis.result import WindowAnswer
from auscult.analysis.targets import cycle_paths
from auscult.errors import AuscultError
from auscult.recordings._icbhi_tables import read_cycles

CLASSES = ("normal", "crackle", "wheeze", "both")


def window(start: float, *probabilities: float) -> WindowAnswer:
    return WindowAnswer(start, start + 2, "", dict(zip(CLASSES, probabilities, strict=True)))


def breathing(*cycles: tuple[float, float]) -> Breathing:
    return Breathing(tuple(Cycle(*cycle) for cycle in cycles), 20.0, 0.9)


def test_windows_count_by_the_seconds_that_they_share() -> None:
    windows = [window(0, 1, 0, 0, 0), window(1, 0, 1, 0, 0), window(2, 0, 0, 0, 1), window(4, 0, 0, 1, 0)]
    # from 1.5 to 4.0: the windows share 0.5, 1.5, 2.0 and nothing of it
    (answer,) = answer_cycles(breathing((1.5, 4.0)), windows)
    assert list(answer.probabilities.values()) == pytest.approx([0.5 / 4, 1.5 / 4, 0.0, 2.0 / 4])
    assert (answer.start, answer.end, answer.crackle, answer.wheeze) == (1.5, 4.0, True, True)


@pytest.mark.parametrize(("number", "flags"), [(0, (False, False)), (1, (True, False)), (2, (False, True)), (3, (True, True))])
def test_the_most_probable_class_decides(number: int, flags: tuple[bool, bool]) -> None:
    shares = [0.2] * 4
    shares[number] = 0.4
    (answer,) = answer_cycles(breathing((0, 2)), [window(0, *shares)])
    assert (answer.crackle, answer.wheeze) == flags


def test_a_cycle_in_silence_has_no_answer() -> None:
    answers = answer_cycles(breathing((0, 2), (5, 7), (8, 10)), [window(0, 1, 0, 0, 0), window(9, 1, 0, 0, 0)])
    assert [answer.start for answer in answers] == [0, 8]


def test_no_cycles_no_answers() -> None:
    assert answer_cycles(None, [window(0, 1, 0, 0, 0)]) == ()
    assert answer_cycles(Breathing(), [window(0, 1, 0, 0, 0)]) == ()


def test_the_file_is_what_icbhi_has(tmp_path: Path) -> None:
    path = tmp_path / "chest.txt"
    save_cycles([CycleAnswer(0.0364, 2.4, False, True, {}), CycleAnswer(2.4, 5.25, True, False, {})], path)
    assert path.read_text() == "0.036\t2.400\t0\t1\n2.400\t5.250\t1\t0\n"
    assert [cycle[:4] for cycle in read_cycles(path)] == [(0.036, 2.4, False, True), (2.4, 5.25, True, False)]


def test_without_cycles_the_file_is_empty(tmp_path: Path) -> None:
    save_cycles([], tmp_path / "chest.txt")
    assert read_cycles(tmp_path / "chest.txt") == []


def test_where_cycles_go(tmp_path: Path) -> None:
    chest, back = tmp_path / "chest.wav", tmp_path / "back.flac"
    assert cycle_paths([chest, back], None) == [None, None]
    assert cycle_paths([chest], tmp_path / "x.txt") == [tmp_path / "x.txt"]
    assert cycle_paths([chest, back], tmp_path) == [tmp_path / "chest.txt", tmp_path / "back.txt"]


def test_places_that_will_not_do(tmp_path: Path) -> None:
    chest = tmp_path / "chest.wav"
    with pytest.raises(AuscultError, match="must be a folder that exists: there are 2"):
        cycle_paths([chest, tmp_path / "back.wav"], tmp_path / "x.txt")
    with pytest.raises(AuscultError, match=r"Two recordings would write .*chest\.txt"):
        cycle_paths([chest, tmp_path / "other" / "chest.wav"], tmp_path)
    with pytest.raises(AuscultError, match="There is no folder"):
        cycle_paths([chest], tmp_path / "none" / "x.txt")
    with pytest.raises(AuscultError, match="is a recording to analyse"):
        cycle_paths([chest], chest)
