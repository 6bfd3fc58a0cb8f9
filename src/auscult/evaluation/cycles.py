"""Scores of breathing cycles found without annotation: boundaries within a tolerance, and the breathing rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auscult.evaluation.bootstrap import Interval, bootstrap_counts

TOLERANCES = (0.25, 0.5)
"""Seconds between a boundary and the annotated one that it stands for."""
NEAR_RATE = 2.0
"""Breaths a minute within which a rate is right."""
CYCLE_NAMES = (
    *(f"{name}_{tolerance:g}" for tolerance in TOLERANCES for name in ("precision", "recall", "f1")),
    "median_error_s",
    "rate_share",
    "median_rate_error",
)
_BEYOND = 0.5  # seconds beyond an annotated chain in which a boundary still counts
_ERROR_STEP, _ERROR_BINS = 0.01, 51  # of boundaries, up to the wider tolerance
_RATE_STEP, _RATE_BINS = 0.1, 801  # of rates, up to 80 a minute; the last is for no rate at all
_SHARE = 0.1

Chains = Sequence[Sequence[float]]
"""Times of annotated boundaries, in order; nothing is annotated between one chain and the next."""


@dataclass(frozen=True)
class FoundCycles:
    """What was found in a recording, beside what was annotated.

    Attributes
    ----------
    patient
        Who was recorded.
    chains
        Annotated boundaries, seconds.
    boundaries
        Where cycles that were found begin or end, seconds, in order.
    rate
        Breaths a minute; None where none was found.
    """

    patient: str
    chains: Chains
    boundaries: Sequence[float]
    rate: float | None


def match_boundaries(found: Sequence[float], truth: Sequence[float], tolerance: float) -> list[tuple[int, int]]:
    """Pair boundaries one to one, as many as there can be.

    Parameters
    ----------
    found, truth
        Seconds, in order.
    tolerance
        The widest distance of a pair; the limit itself counts.

    Returns
    -------
    list of (int, int)
        Numbers in ``found`` and in ``truth``.
    """
    pairs = []
    here = there = 0
    while here < len(found) and there < len(truth):
        distance = found[here] - truth[there]
        if abs(distance) <= tolerance + 1e-9:
            pairs.append((here, there))
        here, there = here + (distance <= tolerance + 1e-9), there + (distance >= -tolerance - 1e-9)
    return pairs


def annotated_rate(chains: Chains) -> float:
    """Breaths a minute: 60 over the median distance of annotated boundaries."""
    return 60 / float(np.median([later - earlier for chain in chains for earlier, later in pairwise(chain)]))


def rate_is_right(rate: float | None, chains: Chains) -> bool:
    """Whether a rate is within 2 a minute, or within a tenth, of the annotated one; what confidence is the chance of."""
    true = annotated_rate(chains)
    return rate is not None and abs(rate - true) <= max(NEAR_RATE, _SHARE * true)


def score_cycles(recordings: Sequence[FoundCycles]) -> dict[str, float]:
    """Scores over all recordings, by `CYCLE_NAMES`.

    Precision, recall and F1 are in percent and counted over all boundaries within annotated chains and half a second beyond
    them; ``median_error_s`` is over pairs within 0.5 s; ``rate_share`` is the percentage of recordings whose rate is within 2 a
    minute, and in ``median_rate_error`` no rate counts as 80 a minute off.
    """
    return dict(zip(CYCLE_NAMES, _measure(_by_patient(recordings).sum(axis=0)[None])[0].tolist(), strict=True))


def cycle_bootstrap(recordings: Sequence[FoundCycles], *, draws: int = 1000, seed: int = 0) -> dict[str, Interval]:
    """95 % percentile intervals of `score_cycles` when whole patients are drawn with replacement."""
    return bootstrap_counts(_by_patient(recordings), _measure, CYCLE_NAMES, draws=draws, seed=seed)


def equal_cycles(chains: Chains, length: float, phase: float) -> list[float]:
    """Boundaries that listen to nothing: evenly apart over each chain.

    Parameters
    ----------
    chains
        Where boundaries are annotated.
    length
        Seconds from one to the next.
    phase
        0 to 1: where in a cycle the first stretch begins.
    """
    rows = [np.arange(chain[0] - _BEYOND + phase * length, chain[-1] + _BEYOND, length) for chain in chains]
    return np.concatenate(rows).tolist()


def _by_patient(recordings: Sequence[FoundCycles]) -> NDArray[np.float64]:
    """Counts that add up, (patients, counts): boundaries, pairs, recordings, and histograms of both errors."""
    names, patient = np.unique([recording.patient for recording in recordings], return_inverse=True)
    counts = np.zeros((len(names), 5 + len(TOLERANCES) - 1 + _ERROR_BINS + _RATE_BINS))
    for number, recording in zip(patient, recordings, strict=True):
        counts[number] += _count(recording)
    return counts


def _count(recording: FoundCycles) -> NDArray[np.float64]:
    """Found and annotated boundaries, pairs at each tolerance, the recording and whether its rate is near; histograms."""
    found = truth = 0
    pairs = np.zeros(len(TOLERANCES))
    errors: list[float] = []
    for chain in recording.chains:
        mine = [time for time in recording.boundaries if chain[0] - _BEYOND <= time <= chain[-1] + _BEYOND]
        matched = [match_boundaries(mine, chain, tolerance) for tolerance in TOLERANCES]
        found, truth = found + len(mine), truth + len(chain)
        pairs += [len(one) for one in matched]
        errors += [abs(mine[here] - chain[there]) for here, there in matched[-1]]
    off = np.inf if recording.rate is None else abs(recording.rate - annotated_rate(recording.chains))
    numbers = np.array([found, truth, *pairs, 1, off <= NEAR_RATE])
    return np.concatenate([numbers, _histogram(errors, _ERROR_STEP, _ERROR_BINS), _histogram([off], _RATE_STEP, _RATE_BINS)])


def _histogram(values: Sequence[float], step: float, bins: int) -> NDArray[np.float64]:
    """How many values lie nearest to each multiple of a step; larger ones at the last."""
    nearest = np.minimum(np.round(np.array(values) / step), bins - 1).astype(int)
    return np.bincount(nearest, minlength=bins).astype(np.float64)


def _measure(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts of draws (draws, counts) → measures (draws, names)."""
    found, truth, narrow, wide, recordings, near = counts[:, :6].T
    errors, rates = np.split(counts[:, 6:], [_ERROR_BINS], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = [
            100 * part for pairs in (narrow, wide) for part in (pairs / found, pairs / truth, 2 * pairs / (found + truth))
        ]
        share = 100 * near / recordings
    return np.stack([*columns, _median(errors) * _ERROR_STEP, share, _median(rates) * _RATE_STEP], axis=1)


def _median(histograms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The bin in which the middle value lies, (draws,); NaN where there is none."""
    sums = histograms.cumsum(axis=1)
    middle = (sums >= np.maximum(sums[:, -1:] / 2, 1e-9)).argmax(axis=1)
    return np.where(sums[:, -1] > 0, middle, np.nan)
