"""Spread over seeds, by hand."""

import math

import pytest

from auscult.evaluation.over_seeds import mean_interval, spread_over_seeds
from auscult.evaluation.spread import spread_of
from auscult.evaluation.summary import summarize


def test_mean_and_deviation_of_a_sample_without_what_has_no_meaning():
    assert spread_of([0.2, 0.6, math.nan]) == pytest.approx((0.4, math.sqrt(0.08), 2))
    assert spread_of([0.2])[::2] == (0.2, 1)
    assert math.isnan(spread_of([0.2]).deviation)
    assert math.isnan(spread_of([]).mean)


def test_scores_over_two_seeds(predictions_of):
    # Sp 1 and 1/2, Se 1/2 and 1/2
    answers = [[0, 0, 1, 0], [0, 1, 1, 0]]
    both = [summarize(predictions_of("icbhi-4", [0, 0, 1, 1], given, patients=list("abab"))) for given in answers]
    spread = spread_over_seeds(both)
    assert spread["specificity"] == pytest.approx((0.75, math.sqrt(0.125), 2))
    assert spread["sensitivity"] == (0.5, 0.0, 2)
    assert spread["score"].mean == pytest.approx((0.75 + 0.5) / 2)
    low, high = mean_interval(both)
    ends = [one.intervals["score"] for one in both]
    assert (low, high) == pytest.approx(((ends[0].low + ends[1].low) / 2, (ends[0].high + ends[1].high) / 2))


def test_without_a_run_there_is_no_number():
    assert math.isnan(spread_over_seeds([])["score"].mean)
    assert all(map(math.isnan, mean_interval([])))
