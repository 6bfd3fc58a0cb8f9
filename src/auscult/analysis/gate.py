"""The quality gate: whether a recording is good enough to be answered, what is wrong with it and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from auscult.analysis.gate_rules import FaultName, Limits, gate_rules
from auscult.analysis.quality_model import quality_model
from auscult.recordings.tasks import Organ
from auscult.signal.quality.meter import Measures

_Found = tuple[FaultName, str]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a recording.

    Attributes
    ----------
    name
        Short and fixed, one of `auscult.analysis.gate_rules.FaultName`.
    sentence
        What was found, in plain words; it begins with the name.
    advice
        What to do about it.
    serious
        Whether it makes the recording unusable.
    """

    name: str
    sentence: str
    advice: str
    serious: bool


@dataclass(frozen=True)
class Quality:
    """Whether a recording is good enough to be answered.

    Attributes
    ----------
    usable
        False where a fault is serious: the answer is then "cannot be told".
    faults
        What was found; empty for a good recording.
    probability
        That an annotator would have called the recording good enough; None where no model has learned that, or the recording
        is too short to tell.
    """

    usable: bool = True
    faults: tuple[Fault, ...] = ()
    probability: float | None = None


def judge(measures: Measures, organ: Organ, *, rhythm_confidence: float | None = None, offset: bool = True) -> Quality:
    """Find the faults of a recording.

    Parameters
    ----------
    measures
        What `auscult.signal.quality.meter.QualityMeter` made of the recording as it was read.
    organ
        Of whom; the limits differ.
    rhythm_confidence
        Of the breathing or of the heart rate, 0 to 1; None where it was not looked for.
    offset
        Whether a constant offset counts; False where a filter takes it away.

    Returns
    -------
    Quality
        Limits, advice and which faults are serious come from ``bundled/gate.json`` (`auscult.analysis.gate_rules`).
    """
    limits = gate_rules().limits[organ]
    found = [*_level_faults(measures, limits, offset=offset)]
    probability = None
    if measures.level.silent < 1:
        model = quality_model(organ)
        probability = None if model is None else model.probability(measures.figures)
        if model is not None and probability is not None and probability < model.doubt:
            found.append(_poor(probability, model.limit))
        found += _sound_faults(measures, limits)
        if rhythm_confidence is not None and rhythm_confidence < limits.rhythm_confidence:
            found.append(_no_rhythm(organ))
    faults = tuple(_fault(name, sentence) for name, sentence in found)
    return Quality(not any(fault.serious for fault in faults), faults, probability)


def _fault(name: FaultName, sentence: str) -> Fault:
    rule = gate_rules().faults[name]
    return Fault(name, sentence, rule.advice, rule.serious)


def _poor(probability: float, limit: float) -> _Found:
    name: FaultName = "poor" if probability < limit else "doubtful"
    return name, f"{name}: by its sound only {probability:.0%} likely to be good enough"


def _no_rhythm(organ: Organ) -> _Found:
    if organ == "heart":
        return "no heart beat", "no heart beat: no regular beat was found"
    return "no breathing", "no breathing: no breath was found"


def _level_faults(measures: Measures, limits: Limits, *, offset: bool) -> Iterator[_Found]:
    """What its level tells: nothing else is said of silence."""
    level = measures.level
    if level.seconds and level.silent == 1:
        yield "silent", "silent: nothing was recorded"
    if level.seconds < limits.shortest_seconds:
        yield "very short", f"very short: {level.seconds:.2f} s, less than a breath or two heartbeats"
    if level.silent == 1:
        return
    if level.silent > limits.silent_share:
        yield "partly silent", f"partly silent: nothing was recorded in {level.silent:.0%} of it"
    elif level.gap_seconds >= limits.gap_seconds - 0.05:  # half a frame
        yield "interrupted", f"interrupted: nothing was recorded for {level.gap_seconds:.1f} s"
    if level.level_db < limits.lowest_level_db:
        yield "very quiet", f"very quiet: {-level.level_db:.0f} dB below full scale"
    if level.clipped > limits.clipped_share:
        yield "clipped", f"clipped: {level.clipped:.1%} of it is at full scale"
    if level.values < limits.fewest_values and level.seconds >= limits.shortest_seconds:
        yield "coarse", f"coarse: it has only {level.values} different values"
    if offset and abs(level.offset) > limits.offset:
        yield "shifted", f"shifted: a constant offset of {level.offset:+.2f}"


def _sound_faults(measures: Measures, limits: Limits) -> Iterator[_Found]:
    """What its spectrum and its loud moments tell."""
    figures = measures.figures
    if not figures:
        return
    if figures["hum_db"] >= limits.hum_db and figures["hum_share"] >= limits.hum_share:
        yield "hum", f"hum: {figures['hum_share']:.0%} of its power is mains hum"
    if figures["speech_share"] >= limits.speech_share:
        yield "speech", f"speech: {figures['speech_share']:.0%} of it is like a voice"
    peaks = np.array(measures.second_peaks_db)
    bursts = int((peaks >= np.quantile(peaks, 0.25) + limits.burst_db).sum())
    if bursts >= limits.bursts and bursts >= limits.burst_share * peaks.size:
        yield "rubbing", f"rubbing: {bursts} of {peaks.size} seconds have a burst, as when something rubs or knocks"
    if measures.cliff_db >= limits.cliff_db and measures.cliff_hz < limits.heard_hz:
        yield "band-limited", f"band-limited: there is nothing above {measures.cliff_hz:.0f} Hz, as from a phone call"
