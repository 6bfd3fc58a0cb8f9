"""The gate's limits, advice and weight of every fault: numbers and words in one json, which a web page reads too."""

import json
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from auscult.analysis.model import BUNDLED
from auscult.recordings.tasks import Organ

FaultName = Literal[
    "silent",
    "partly silent",
    "interrupted",
    "very short",
    "very quiet",
    "clipped",
    "coarse",
    "shifted",
    "hum",
    "speech",
    "rubbing",
    "band-limited",
    "no breathing",
    "no heart beat",
    "doubtful",
    "poor",
]


class Limits(BaseModel):
    """From where a figure is a fault.

    Attributes
    ----------
    shortest_seconds
        Less is ``very short``.
    silent_share, gap_seconds
        More digital silence than this share is ``partly silent``, in one stretch of so long ``interrupted``.
    lowest_level_db
        A median level below it is ``very quiet``, dB against full scale.
    clipped_share, fewest_values, offset
        More samples at full scale, fewer different values, a larger constant offset.
    hum_db, hum_share
        ``hum``: a line stands so far above its neighbourhood *and* the lines hold this share of the power.
    speech_share
        ``speech``: share of the time that is voiced in syllables.
    burst_db, bursts, burst_share
        ``rubbing``: so many seconds, and so large a share of all, whose loudest moment stands so far above that of the quiet
        quarter of the seconds.
    cliff_db, heard_hz
        ``band-limited``: a fall of so many dB below this frequency.
    rhythm_confidence
        ``no breathing`` or ``no heart beat``: less confidence in the rhythm.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest_seconds: float
    silent_share: float
    gap_seconds: float
    lowest_level_db: float
    clipped_share: float
    fewest_values: int
    offset: float
    hum_db: float
    hum_share: float
    speech_share: float
    burst_db: float
    bursts: int
    burst_share: float
    cliff_db: float
    heard_hz: float
    rhythm_confidence: float


class Rule(BaseModel):
    """What a fault means: whether it makes a recording unusable, and what to do about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serious: bool
    advice: str


class GateRules(BaseModel):
    """All that the gate goes by: limits for each organ, and a rule for each fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    limits: dict[Organ, Limits]
    faults: dict[FaultName, Rule]


@cache
def gate_rules() -> GateRules:
    """Read the rules that come with auscult, ``bundled/gate.json``."""
    return GateRules.model_validate(json.loads((BUNDLED / "gate.json").read_text(encoding="utf-8")))
