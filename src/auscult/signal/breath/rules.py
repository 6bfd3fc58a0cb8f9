"""Every number that the search for breaths rests on: one json, which a web page reads too (docs/breathing.md)."""

import json
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

RULES = Path(__file__).parents[2] / "bundled" / "breathing.json"


class EnvelopeRules(BaseModel):
    """How loudness is measured and levelled.

    Attributes
    ----------
    frames_a_second
        Steps; a frame is a Hann window of two.
    bands
        In Hz, from and to.
    trend_seconds, scale_seconds
        Slow changes of the level, and of how far it swings, are taken out over such stretches.
    noise_db
        Added to the swing: less than that is no breath but the scatter of noise.
    limit
        No frame counts more than so many swings, so that a knock is not heard as a very clear breath.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames_a_second: int
    bands: tuple[tuple[float, float], ...]
    trend_seconds: float
    scale_seconds: float
    noise_db: float
    limit: float


class OnsetRules(BaseModel):
    """How a breath's beginning is told from the frames around it: a weighted sum.

    Attributes
    ----------
    offsets
        Where around the frame in question it looks, in seconds at the usual tempo.
    smooth_seconds
        Over which loudness is smoothed first, at the usual tempo.
    usual_seconds
        The lengths of cycles, from and to, for which the two above are meant.
    stretch_slow, stretch_quick
        For longer and for shorter cycles they are stretched by the ratio to the nearer end, to this power: of a quick breath
        the rise, too, is quicker, but not by as much.
    weights
        For each track (`auscult.signal.breath.onsets.tracks`) one weight an offset.
    intercept
        Added; the sum is then how much likelier a beginning is here than anywhere, a logarithm.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    offsets: tuple[float, ...]
    smooth_seconds: float
    usual_seconds: tuple[float, float]
    stretch_slow: float
    stretch_quick: float
    weights: tuple[tuple[float, ...], ...]
    intercept: float


class PeriodRules(BaseModel):
    """How the length of a cycle is found from autocorrelation.

    Attributes
    ----------
    shortest, longest
        Seconds of a cycle.
    window_seconds, step_seconds
        Stretches in which it is sought.
    loudness_share
        The part of the loudness in the autocorrelation; the rest is of the beginnings.
    usual_seconds, usual_weight
        Other lengths count less: by the weight times the square of the logarithm of their ratio to the usual.
    half_weight
        What comes again after half the length counts against a length, so much: it is then two cycles.
    overlap
        How much of the fall with the lag, which less overlap brings, is made up for: 0 none, 1 all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest: float
    longest: float
    window_seconds: float
    step_seconds: float
    loudness_share: float
    usual_seconds: float
    usual_weight: float
    half_weight: float
    overlap: float


class CycleRules(BaseModel):
    """How beginnings are chained to cycles.

    Attributes
    ----------
    least
        A beginning with less evidence is none.
    bonus
        Of each beginning, so that a plain chain is worth more than a gap.
    spread
        How far the logarithm of a cycle's length strays from that of the period.
    worst
        The most that an odd length can cost.
    restart
        What it costs to begin a new chain after a gap.
    shallow
        A cycle in which the loudness changes by less than this part of what is usual in the recording is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least: float
    bonus: float
    spread: float
    worst: float
    restart: float
    shallow: float


class ConfidenceRules(BaseModel):
    """A logistic sum of what speaks for the cycles, and from where on it is enough.

    Attributes
    ----------
    intercept, height, evidence, regularity
        The weights of `auscult.signal.breath.cycles.Support`.
    least
        With less confidence nothing was found.
    told
        From here on the rate is told on the terminal and in the picture.
    missed_seconds
        In a recording of at least this length breathing is missed where none was found.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    intercept: float
    height: float
    evidence: float
    regularity: float
    least: float
    told: float
    missed_seconds: float


class BreathRules(BaseModel):
    """All of them, with the version of the layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    envelope: EnvelopeRules
    onset: OnsetRules
    period: PeriodRules
    cycle: CycleRules
    confidence: ConfidenceRules


@cache
def breath_rules() -> BreathRules:
    """The rules that come with auscult."""
    return BreathRules.model_validate(json.loads(RULES.read_text(encoding="utf-8")))
