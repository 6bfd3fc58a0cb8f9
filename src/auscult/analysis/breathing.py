"""Breathing cycles of a lung sound, found without a model of lung sounds and without annotation, and the breathing rate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.signal.breath.cycles import Support, chain_cycles, drop_shallow, is_regular, measure_support
from auscult.signal.breath.envelope import BreathEnvelope
from auscult.signal.breath.onsets import find_heard, moving_mean, tracks
from auscult.signal.breath.period import find_rhythm
from auscult.signal.breath.rules import BreathRules, ConfidenceRules, breath_rules

SHORTEST_SECONDS = 3.0
"""Shorter recordings hold too little breathing to see anything that comes again."""
_DEPTH_FRAMES = 5  # smoothed so, noise changes little within a cycle


@dataclass(frozen=True)
class Cycle:
    """One breathing cycle, from the beginning of inspiration to that of the next.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    """

    start: float
    end: float


@dataclass(frozen=True)
class Breathing:
    """The breathing in a recording.

    Attributes
    ----------
    cycles
        In order; between two there may be a gap where none was found. Empty where nothing was found.
    rate
        Breaths a minute (`rate_of`); None where nothing was found.
    confidence
        Chance that the rate is right (within 2 a minute, or a tenth), as it was for training patients; 0 where nothing was
        found.
    """

    cycles: tuple[Cycle, ...] = ()
    rate: float | None = None
    confidence: float = 0.0

    @property
    def told_rate(self) -> float | None:
        """The rate, where it is likely enough to be right."""
        return self.rate if self.confidence >= breath_rules().confidence.told else None


class BreathingMeter:
    """Finds the breathing cycles of a recording that arrives in blocks; some numbers a second are kept, and no samples.

    Parameters
    ----------
    rate
        Samples a second.

    Examples
    --------
    >>> meter = BreathingMeter(4000)
    >>> meter.feed(np.zeros(40_000, dtype=np.float32))
    >>> meter.result()
    Breathing(cycles=(), rate=None, confidence=0.0)
    """

    def __init__(self, rate: int) -> None:
        self._envelope = BreathEnvelope(rate)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, (n,), of any number."""
        self._envelope.feed(block)

    def result(self) -> Breathing:
        """The breathing in all that was fed so far, from 6 to 80 a minute."""
        return find_breathing(self._envelope.decibels(), self._envelope.seconds_a_frame)


def find_breathing(decibels: NDArray[np.float32], seconds_a_frame: float, rules: BreathRules | None = None) -> Breathing:
    """Find the breathing cycles from the loudness in bands.

    Parameters
    ----------
    decibels
        (frames, bands), as `auscult.signal.breath.envelope.BreathEnvelope` measures it.
    seconds_a_frame
        Step between frames.
    rules
        Those that come with auscult, if not given.
    """
    rules = rules or breath_rules()
    chains, support = search(decibels, seconds_a_frame, rules)
    confidence = weigh(support, rules.confidence) if support is not None else 0.0
    if confidence < rules.confidence.least:
        return Breathing()
    times = [(np.array(chain) + 0.5) * seconds_a_frame for chain in chains]
    pairs = (pair for chain in times for pair in zip(chain[:-1].tolist(), chain[1:].tolist(), strict=True))
    return Breathing(tuple(Cycle(*pair) for pair in pairs), rate_of(times), confidence)


def search(decibels: NDArray[np.float32], seconds_a_frame: float, rules: BreathRules) -> tuple[list[list[int]], Support | None]:
    """Chains of frames where cycles meet, however little speaks for them, and what does; no chain, None."""
    if len(decibels) * seconds_a_frame < SHORTEST_SECONDS:
        return [], None
    found = tracks(decibels, seconds_a_frame, rules.envelope)
    rhythm = find_rhythm(found, find_heard(decibels), seconds_a_frame, rules.onset, rules.period)
    chains = chain_cycles(rhythm.evidence, rhythm.periods, seconds_a_frame, rules.cycle, rules.period)
    if chains:
        chains = drop_shallow(chains, moving_mean(decibels.mean(axis=1), _DEPTH_FRAMES), rules.cycle)
    return chains, measure_support(rhythm.evidence, chains, rhythm.heights) if chains else None


def rate_of(chains: Sequence[NDArray[np.float64]]) -> float:
    """Breaths a minute: 60 over the mean length of those cycles whose length is within a quarter of the median's.

    Parameters
    ----------
    chains
        Times where cycles meet, seconds, at least one chain of two.
    """
    lengths = np.concatenate([np.diff(chain) for chain in chains])
    regular = is_regular(lengths)
    return 60 / float(lengths[regular].mean() if regular.any() else lengths.mean())  # none: of 1 s and 2 s neither is


def weigh(support: Support, rules: ConfidenceRules) -> float:
    """The confidence, 0 to 1."""
    total = (
        rules.intercept
        + rules.height * support.height
        + rules.evidence * support.evidence
        + rules.regularity * support.regularity
    )
    return 1 / (1 + math.exp(-total))
