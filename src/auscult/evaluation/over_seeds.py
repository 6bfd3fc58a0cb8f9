"""How scores spread over trainings that differ by their seed alone."""

from collections.abc import Sequence
from statistics import fmean

from auscult.evaluation.bootstrap import Interval
from auscult.evaluation.metrics import SCORE_NAMES
from auscult.evaluation.spread import Spread, spread_of
from auscult.evaluation.summary import Summary


def spread_over_seeds(summaries: Sequence[Summary]) -> dict[str, Spread]:
    """Mean and standard deviation of every score over the runs of several seeds.

    Parameters
    ----------
    summaries
        One a seed, of the same task and split; none gives NaN.

    Returns
    -------
    dict[str, Spread]
        By name of the score (`auscult.evaluation.metrics.SCORE_NAMES`).
    """
    return {name: spread_of([getattr(one.scores, name) for one in summaries]) for name in SCORE_NAMES}


def mean_interval(summaries: Sequence[Summary]) -> Interval:
    """Mean ends of the patient-bootstrap intervals of the Score (`Summary.intervals`); NaN where there are none."""
    if not summaries:
        return Interval(float("nan"), float("nan"))
    intervals = [one.intervals["score"] for one in summaries]
    return Interval(fmean(one.low for one in intervals), fmean(one.high for one in intervals))
