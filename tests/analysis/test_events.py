from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auscult.analysis.card import Merging
from auscult.analysis.events import find_events
from auscult.analysis.windows import Windows
from tests.analysis.making import BANDS, CLASSES, COARSE, FRAMES, KINDS, make_card, make_windows, only

WINDOWS, SECONDS = 37, 20.0


def windows_with(start: float, end: float) -> set[int]:
    """Numbers of the windows that hold some of a sound from ``start`` to ``end`` s."""
    return {k for k in range(WINDOWS) if k * 0.5 < end and k * 0.5 + 2 > start}


def test_nothing_abnormal_is_no_event(standin: Path) -> None:
    assert find_events(make_windows(only("normal", set(), WINDOWS)), make_card(standin), SECONDS) == ()


def test_an_event_lies_where_its_windows_overlap(standin: Path) -> None:
    windows = make_windows(only("wheeze", windows_with(8.0, 9.0), WINDOWS))
    (event,) = find_events(windows, make_card(standin), SECONDS)
    assert event.label == "wheeze"
    assert event.start == pytest.approx(8.0, abs=0.5)
    assert event.end == pytest.approx(9.0, abs=0.5)
    assert event.probability == pytest.approx(1.0)


def look_at(*spots: tuple[float, float]) -> NDArray[np.float32]:
    """Maps whose attention lies between some times, in the third band."""
    maps = np.full((WINDOWS, BANDS, FRAMES), 1e-6, dtype=np.float32)
    for start, end in spots:
        for frame in range(round(start * 10), round(end * 10)):
            for window in range(WINDOWS):
                if 0 <= frame - 5 * window < FRAMES:
                    maps[window, 2, frame - 5 * window] = 1
    return maps / maps.sum(axis=(1, 2), keepdims=True)


def test_attention_tells_where_in_its_windows_an_event_is(standin: Path) -> None:
    windows = make_windows(only("crackle", windows_with(8.2, 8.5), WINDOWS), look_at((8.2, 8.5)))
    (event,) = find_events(windows, make_card(standin), SECONDS)
    assert (event.start, event.end) == (pytest.approx(8.2, abs=0.21), pytest.approx(8.5, abs=0.21))  # smoothed over 0.4 s
    assert (event.focus.start, event.focus.end) == (pytest.approx(8.2), pytest.approx(8.5))
    assert (event.focus.low, event.focus.high) == (250.0, 350.0)


def test_attention_tells_wheezes_of_successive_breaths_apart(standin: Path) -> None:
    spots = [(5.0, 5.6), (7.0, 7.6), (9.0, 9.6)]  # no window of 2 s is without one
    windows = make_windows(only("wheeze", windows_with(5.0, 9.6), WINDOWS), look_at(*spots))
    events = find_events(windows, make_card(standin), SECONDS)
    assert [event.start for event in events] == pytest.approx([5.0, 7.0, 9.0], abs=0.21)
    assert [event.end for event in events] == pytest.approx([5.6, 7.6, 9.6], abs=0.21)


def test_both_is_an_event_of_either_label(standin: Path) -> None:
    events = find_events(make_windows(only("both", windows_with(4, 5), WINDOWS)), make_card(standin), SECONDS)
    assert [event.label for event in events] == ["crackle", "wheeze"]


def test_distant_sounds_are_two_events(standin: Path) -> None:
    rows = only("crackle", windows_with(3, 3.5) | windows_with(10, 11), WINDOWS)
    events = find_events(make_windows(rows), make_card(standin), SECONDS)
    assert len(events) == 2
    assert events[0].end < 5 < 9 < events[1].start


def test_a_sound_throughout_is_one_event(standin: Path) -> None:
    (event,) = find_events(make_windows(only("wheeze", set(range(WINDOWS)), WINDOWS)), make_card(standin), SECONDS)
    assert (event.start, event.end) == (pytest.approx(0.0), pytest.approx(20.0))


def test_events_stay_inside_the_recording(standin: Path) -> None:
    card = make_card(standin)
    (event,) = find_events(make_windows(only("crackle", {0}, 1)), card, 1.98)
    assert 0 <= event.start < event.end <= 1.98


def test_a_threshold_of_the_card_replaces_the_most_probable_class(standin: Path) -> None:
    rows = np.tile(np.array([0.6, 0.4, 0.0, 0.0], dtype=np.float32), (WINDOWS, 1))
    assert find_events(make_windows(rows), make_card(standin), SECONDS) == ()
    (event,) = find_events(make_windows(rows), make_card(standin, thresholds={"crackle": 0.35}), SECONDS)
    assert event.probability == pytest.approx(0.4)


def test_events_come_in_order(standin: Path) -> None:
    rows = only("wheeze", windows_with(12, 13), WINDOWS)
    for window in windows_with(2, 3):
        rows[window] = np.eye(4)[CLASSES.index("crackle")]
    assert [event.label for event in find_events(make_windows(rows), make_card(standin), SECONDS)] == ["crackle", "wheeze"]


def test_without_attention_an_event_is_where_its_windows_overlap_and_has_no_focus(standin: Path) -> None:
    windows = replace(make_windows(only("wheeze", windows_with(8.0, 9.0), WINDOWS)), attention=None)
    (event,) = find_events(windows, make_card(standin), SECONDS)
    assert (event.start, event.end) == (pytest.approx(8.0, abs=0.5), pytest.approx(9.0, abs=0.5))
    assert event.focus is None


def test_the_kind_of_an_event_is_what_its_windows_hear_most(standin: Path) -> None:
    card = make_card(standin, classes=KINDS, coarse=COARSE)
    rows = np.zeros((7, 7), dtype=np.float32)
    rows[:, 0] = 1.0
    rows[2] = [0.2, 0, 0, 0, 0.3, 0.5, 0]  # coarse, fine
    rows[5] = [0.1, 0.6, 0.2, 0.1, 0, 0, 0]  # rhonchus, wheeze, stridor
    starts = np.arange(7) * 2.0
    events = find_events(Windows(starts, starts + 2.0, rows, None), card, 14.0)
    assert [(event.label, event.kind, event.named) for event in events] == [
        ("crackle", "fine_crackle", "fine crackle"),
        ("wheeze", "rhonchus", "rhonchus"),
    ]
    assert [round(event.probability, 3) for event in events] == [0.8, 0.9]


def test_the_rule_is_the_cards(standin: Path) -> None:
    rows = only("wheeze", windows_with(5.0, 5.5) | windows_with(9.0, 9.5), WINDOWS)
    windows = replace(make_windows(rows), attention=None)

    def found(**rule: float) -> list[tuple[float, float]]:
        card = make_card(standin, merging=Merging(**rule))
        return [(event.start, event.end) for event in find_events(windows, card, SECONDS)]

    (start, end), _ = found()
    (narrow_start, narrow_end), _ = found(keep=1.0)
    assert start < narrow_start < narrow_end < end
    assert len(found(gap_seconds=5.0)) == 1
    assert found(shortest_seconds=0.1) == found()


def test_an_event_must_reach_the_least_probability_somewhere(standin: Path) -> None:
    rows = only("crackle", windows_with(3, 3.5) | windows_with(12, 13), WINDOWS)
    rows[10:] = rows[10:] * np.float32(0.7) + np.array([0.3, 0, 0, 0], dtype=np.float32)  # the second one is less sure
    windows = make_windows(rows)
    both, first = (find_events(windows, make_card(standin, merging=Merging(least=least)), SECONDS) for least in (0.0, 0.8))
    assert len(both) == 2
    assert first == both[:1]
