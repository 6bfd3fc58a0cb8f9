"""Scores of events: does what was found begin and end where annotators heard it.

Two measures, as sound event detection defines them; both count hits, misses and false alarms, which add up over recordings:

- **by events**: an event found is a hit where an annotated event of its label overlaps it by at least half of what both cover
  together (intersection over union, IoU ≥ 0.5). Each event has at most one partner; of all ways to pair them, one with the most
  pairs is taken. Onset and offset both have to be about right.
- **by segments**: time is cut into segments of 1 s from the start of each recording (the last one may be shorter), and a label
  is active in a segment that an event of it reaches into. A segment active in both is a hit.

The precision is hits / (hits + false alarms), the recall hits / (hits + misses), F1 = 2 · hits / (2 · hits + false alarms +
misses). Over labels the counts are added up (micro average).

References
----------
A. Mesaros, T. Heittola, T. Virtanen, "Metrics for polyphonic sound event detection", Applied Sciences 6 (2016) 162, whose
program is sed_eval: segments of 1 s, intermediate statistics added up, F1. There, events are paired by a tolerance at onset and
offset; overlap in place of it, with a Jaccard index of 0.5, is what F.-S. Hsu et al. use for lung sounds, "Benchmarking of
eight recurrent neural network variants for breath phase and adventitious sound detection", PLoS ONE 16 (2021) e0254134.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.evaluation.bootstrap import Interval, bootstrap_counts

IOU = 0.5
SEGMENT_SECONDS = 1.0
ALL = "all"
"""All labels together."""

Measure = Literal["events", "segments"]


class Span(NamedTuple):
    """A stretch of a recording in which a label is heard: seconds, and the label."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class ScoredRecording:
    """What annotators heard in a recording, and what a model found.

    Attributes
    ----------
    patient
        Who was recorded.
    seconds
        Duration.
    truth, found
        In any order.
    """

    patient: str
    seconds: float
    truth: tuple[Span, ...]
    found: tuple[Span, ...]


@dataclass(frozen=True)
class EventScore:
    """Counts and what follows from them.

    Attributes
    ----------
    hits, misses, false_alarms
        Added up over recordings.
    precision, recall, f1
        0 to 1; NaN where nothing was found, nothing annotated, or neither.
    interval
        Of F1, 95 %, from resampled patients.
    """

    hits: int
    misses: int
    false_alarms: int
    precision: float
    recall: float
    f1: float
    interval: Interval


def score_events(
    recordings: Sequence[ScoredRecording], labels: Sequence[str], *, by: Measure, draws: int = 1000, seed: int = 0
) -> dict[str, EventScore]:
    """Score the events found in recordings.

    Parameters
    ----------
    recordings
        At least one.
    labels
        Those that are scored; spans of others do not count.
    by
        ``events`` or ``segments``, see above.
    draws, seed
        Of the patient bootstrap (`auscult.evaluation.bootstrap`).

    Returns
    -------
    dict of str to EventScore
        By label, and under `ALL` for all of them.
    """
    patients = sorted({one.patient for one in recordings})
    counts = np.zeros((len(patients), len(labels), 3))
    for one in recordings:
        counts[patients.index(one.patient)] += [_count(one, label, by) for label in labels]
    by_name = {label: counts[:, number] for number, label in enumerate(labels)} | {ALL: counts.sum(axis=1)}
    return {name: _score(given, draws, seed) for name, given in by_name.items()}


def pair_events(truth: Sequence[Span], found: Sequence[Span], *, iou: float = IOU) -> int:
    """How many events of one label can be paired, one with one, at an overlap of at least ``iou``."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not truth or not found:
        return 0
    overlap = np.array([[overlap_share(one, other) for other in found] for one in truth])  # (truth, found)
    partners = maximum_bipartite_matching(csr_array(overlap >= iou), perm_type="column")
    return int(np.count_nonzero(partners >= 0))


def overlap_share(one: Span, other: Span) -> float:
    """Intersection over union of two stretches of time, 0 to 1."""
    both = min(one.end, other.end) - max(one.start, other.start)
    union = max(one.end, other.end) - min(one.start, other.start)
    return max(0.0, both) / union if union > 0 else 0.0


def active_segments(spans: Sequence[Span], seconds: float, *, length: float = SEGMENT_SECONDS) -> NDArray[np.bool_]:
    """Segments of a recording that spans reach into, (segments,)."""
    active = np.zeros(max(1, math.ceil(seconds / length - 1e-6)), dtype=bool)
    for span in spans:
        active[math.floor(span.start / length + 1e-6) : max(0, math.ceil(span.end / length - 1e-6))] = True
    return active


def _count(recording: ScoredRecording, label: str, by: Measure) -> tuple[int, int, int]:
    """Hits, misses and false alarms of one label."""
    truth, found = ([span for span in spans if span.label == label] for spans in (recording.truth, recording.found))
    if by == "events":
        hits = pair_events(truth, found)
        return hits, len(truth) - hits, len(found) - hits
    said, heard = (active_segments(spans, recording.seconds) for spans in (truth, found))
    return int((said & heard).sum()), int((said & ~heard).sum()), int((heard & ~said).sum())


def _score(counts: NDArray[np.float64], draws: int, seed: int) -> EventScore:
    """Counts (patients, 3) → the score."""
    hits, misses, false_alarms = (int(value) for value in counts.sum(axis=0))
    precision, recall, f1 = _measures(counts.sum(axis=0)[None])[0].tolist()
    interval = bootstrap_counts(counts, lambda drawn: _measures(drawn)[:, 2:], ["f1"], draws=draws, seed=seed)["f1"]
    return EventScore(hits, misses, false_alarms, precision, recall, f1, interval)


def _measures(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hits, misses, false alarms (…, 3) → precision, recall, F1 (…, 3)."""
    hits, misses, false_alarms = np.moveaxis(counts, -1, 0)
    divisors = np.stack([hits + false_alarms, hits + misses, hits + (false_alarms + misses) / 2], axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(divisors > 0, hits[..., None] / divisors, np.nan)
