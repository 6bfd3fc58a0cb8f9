"""Scores of breathing cycles, worked out by hand."""

import pytest

from auscult.evaluation.cycles import (
    FoundCycles,
    annotated_rate,
    cycle_bootstrap,
    equal_cycles,
    match_boundaries,
    rate_is_right,
    score_cycles,
)


def test_each_boundary_is_matched_once() -> None:
    # 1.1 and 1.2 are both near 1.0, but one of them has to stay alone; 3.0 has nobody
    assert match_boundaries([1.1, 1.2, 5.0], [1.0, 3.0, 5.2], 0.25) == [(0, 0), (2, 2)]


def test_as_many_pairs_as_there_can_be() -> None:
    # nearest first would pair 1.2 with 1.3 and leave 1.0 and 1.5 alone
    assert match_boundaries([1.2, 1.5], [1.0, 1.3], 0.25) == [(0, 0), (1, 1)]


def test_the_tolerance_itself_is_within() -> None:
    assert match_boundaries([0.25], [0.0], 0.25) == [(0, 0)]
    assert match_boundaries([0.26], [0.0], 0.25) == []


def test_scores_of_one_recording() -> None:
    # annotated 2 4 6 8; of the boundaries found, 0.0 and 20.0 lie outside of what is annotated and do not count
    found = FoundCycles("a", [[2.0, 4.0, 6.0, 8.0]], [0.0, 2.1, 4.4, 5.0, 8.0, 20.0], 30.0)
    scores = score_cycles([found])
    assert scores["precision_0.25"] == pytest.approx(50.0)  # 2.1 and 8.0 of four
    assert scores["recall_0.25"] == pytest.approx(50.0)  # 2 and 8 of four
    assert scores["precision_0.5"] == pytest.approx(75.0)  # 4.4, too
    assert scores["f1_0.5"] == pytest.approx(75.0)
    assert scores["median_error_s"] == pytest.approx(0.1)  # of 0.0, 0.1, 0.4
    assert scores["rate_share"] == 100.0
    assert scores["median_rate_error"] == 0.0


def test_chains_are_scored_one_by_one() -> None:
    # nothing is annotated between 3 and 10: what is found there is neither right nor wrong
    found = FoundCycles("a", [[1.0, 3.0], [10.0, 12.0]], [1.0, 3.0, 5.0, 7.0, 10.0, 12.0], 30.0)
    assert score_cycles([found])["f1_0.25"] == 100.0


def test_no_rate_is_a_wrong_rate() -> None:
    nothing = FoundCycles("a", [[2.0, 4.0, 6.0]], [], None)
    right = FoundCycles("b", [[2.0, 4.0, 6.0]], [2.0, 4.0, 6.0], 31.9)
    scores = score_cycles([nothing, right, right])
    assert scores["rate_share"] == pytest.approx(200 / 3)
    assert scores["median_rate_error"] == pytest.approx(1.9)
    assert scores["recall_0.5"] == pytest.approx(200 / 3)
    assert scores["precision_0.5"] == 100.0


def test_rates() -> None:
    assert annotated_rate([[0.0, 2.0, 4.0], [10.0, 13.0]]) == pytest.approx(30.0)
    assert rate_is_right(32.0, [[0.0, 2.0, 4.0]])
    assert rate_is_right(52.9, [[0.0, 1.2, 2.4]])  # 50 a minute: a tenth is more than 2
    assert not rate_is_right(33.1, [[0.0, 2.0, 4.0]])
    assert not rate_is_right(None, [[0.0, 2.0, 4.0]])


def test_equal_cycles_cover_each_chain() -> None:
    assert equal_cycles([[2.0, 4.0], [10.0, 11.0]], 2.0, 0.25) == pytest.approx([2.0, 4.0, 10.0])


def test_intervals_hold_the_score_and_need_two_patients() -> None:
    good = FoundCycles("a", [[2.0, 4.0, 6.0]], [2.0, 4.0, 6.0], 30.0)
    bad = FoundCycles("b", [[2.0, 4.0, 6.0]], [3.0, 5.0], 15.0)
    interval = cycle_bootstrap([good, bad])["rate_share"]
    assert (interval.low, interval.high) == (0.0, 100.0)
    assert cycle_bootstrap([good])["rate_share"].low != cycle_bootstrap([good])["rate_share"].low  # NaN
