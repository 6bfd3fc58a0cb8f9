import math

import numpy as np
import pytest

from auscult.evaluation.events import ScoredRecording, Span, active_segments, overlap_share, pair_events, score_events


def spans(*times: tuple[float, float], label: str = "crackle") -> tuple[Span, ...]:
    return tuple(Span(start, end, label) for start, end in times)


@pytest.mark.parametrize(
    ("other", "share"),
    [((1, 3), 1.0), ((2, 3), 0.5), ((1, 5), 0.5), ((2, 4), 1 / 3), ((3, 4), 0.0), ((7, 9), 0.0)],
)
def test_overlap_is_intersection_over_union(other: tuple[float, float], share: float) -> None:
    assert overlap_share(Span(1, 3, "crackle"), Span(*other, "wheeze")) == pytest.approx(share)


def test_a_pair_needs_half_of_what_both_cover() -> None:
    truth = spans((1, 2), (5, 7))
    assert pair_events(truth, spans((1.0, 1.5), (5.5, 8.5))) == 1  # 0.5 of 1; 1.5 of 3.5
    assert pair_events(truth, spans((1.0, 1.49), (5.5, 8.0))) == 1  # 0.49; 1.5 of 3
    assert pair_events(truth, ()) == pair_events((), truth) == 0


def test_each_event_has_one_partner_and_the_most_pairs_are_made() -> None:
    assert pair_events(spans((0, 10)), spans((0, 6), (4, 10))) == 1
    # (2, 10) would take (0, 10) from (0, 8), which has no other partner
    truth, found = spans((2, 10), (0, 8)), spans((0, 10), (4, 10))
    assert overlap_share(truth[0], found[0]) > overlap_share(truth[0], found[1])
    assert pair_events(truth, found) == 2


def test_segments_are_seconds_that_an_event_reaches_into() -> None:
    assert active_segments(spans((0.9, 2.1)), 4.3).tolist() == [True, True, True, False, False]
    assert active_segments(spans((1.0, 2.0), (4.1, 4.3)), 4.3).tolist() == [False, True, False, False, True]
    assert active_segments((), 0.2).tolist() == [False]
    assert active_segments(spans((0.0, 9.0)), 2.0).tolist() == [True, True]


RECORDINGS = [
    ScoredRecording("a", 10.0, spans((1, 2), (5, 6)), spans((1, 2), (8, 9))),
    ScoredRecording("a", 4.0, (), spans((0.2, 0.4)) + spans((1, 2), label="wheeze")),
    ScoredRecording("b", 6.0, spans((1, 4), label="wheeze"), spans((2, 3), label="wheeze")),
]


def test_counts_by_hand() -> None:
    by_events = score_events(RECORDINGS, ("crackle", "wheeze"), by="events")
    crackle, wheeze, both = (by_events[name] for name in ("crackle", "wheeze", "all"))
    assert (crackle.hits, crackle.misses, crackle.false_alarms) == (1, 1, 2)
    assert (crackle.precision, crackle.recall, crackle.f1) == pytest.approx((1 / 3, 1 / 2, 2 / 5))
    assert (wheeze.hits, wheeze.misses, wheeze.false_alarms) == (0, 1, 2)  # a third of what both cover is too little
    assert (both.hits, both.misses, both.false_alarms, both.f1) == (1, 2, 4, pytest.approx(2 / 8))
    by_segments = score_events(RECORDINGS, ("crackle", "wheeze"), by="segments")
    assert [by_segments["crackle"].hits, by_segments["crackle"].misses, by_segments["crackle"].false_alarms] == [1, 1, 2]
    assert [by_segments["wheeze"].hits, by_segments["wheeze"].misses, by_segments["wheeze"].false_alarms] == [1, 2, 1]


def test_labels_that_are_not_asked_for_do_not_count() -> None:
    assert score_events(RECORDINGS, ("crackle",), by="events")["all"].false_alarms == 2


def test_the_interval_comes_from_drawing_patients() -> None:
    score = score_events(RECORDINGS, ("crackle", "wheeze"), by="segments", draws=500)["all"]
    # four outcomes: both patients, a twice, b twice
    a, b = 2 * 1 / (2 * 1 + 1 + 3), 2 * 1 / (2 * 1 + 2)
    assert (score.interval.low, score.interval.high) == (pytest.approx(a), pytest.approx(b))
    assert math.isnan(score_events(RECORDINGS[2:], ("wheeze",), by="events")["all"].interval.low)


def test_nothing_found_and_nothing_there_have_no_score() -> None:
    silent = score_events([ScoredRecording("a", 3.0, (), ())], ("crackle",), by="events")["crackle"]
    assert np.isnan([silent.precision, silent.recall, silent.f1]).all()
    missed = score_events([ScoredRecording("a", 3.0, spans((0, 1)), ())], ("crackle",), by="events")["crackle"]
    assert (missed.recall, missed.f1, math.isnan(missed.precision)) == (0.0, 0.0, True)
