"""From evidence for beginnings to whole breathing cycles: the best chain, by dynamic programming."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.signal.breath.rules import CycleRules, PeriodRules

_REGULAR = 0.25
_APART = 3  # frames: of beginnings closer to each other the likelier one counts


@dataclass(frozen=True)
class Support:
    """What speaks for the cycles that were found.

    Attributes
    ----------
    height
        Median over the beginnings of the autocorrelation of the loudness at the period, -1 to 1.
    evidence
        Mean of the evidence at the beginnings.
    regularity
        Share of cycles whose length `is_regular`.
    """

    height: float
    evidence: float
    regularity: float


def chain_cycles(
    evidence: NDArray[np.float64],
    periods: NDArray[np.float64],
    seconds_a_frame: float,
    rules: CycleRules,
    lengths: PeriodRules,
) -> list[list[int]]:
    """Choose the beginnings that together are the likeliest.

    Each beginning adds its evidence and a bonus; each cycle takes away by how much its length strays from the period; a gap
    without cycles (an apnoea, speech, silence) costs a constant. The best of all chains is found in time that grows with the
    length of the recording, since a cycle has a longest length.

    Parameters
    ----------
    evidence
        For a beginning, (frames,).
    periods
        Length of a cycle about each frame, seconds, (frames,).
    seconds_a_frame
        Step between frames.
    rules, lengths
        Costs, and the shortest and longest cycle.

    Returns
    -------
    list[list[int]]
        Frames where cycles meet: chains of at least two, in order. Between chains no cycle was found.
    """
    frames = _candidates(evidence, rules.least)
    times = frames * seconds_a_frame
    values = np.zeros(len(frames))  # of the best chain that ends here
    before = np.full(len(frames), -1)
    starts = np.zeros(len(frames), dtype=bool)  # whether a new chain begins here
    best, first = -1, 0
    for here in range(len(frames)):
        while times[here] - times[first] > lengths.longest:
            first += 1
        starts[here], before[here] = True, best
        value = (values[best] if best >= 0 else 0.0) - rules.restart
        seconds = times[here] - times[first:here]
        seconds = seconds[seconds >= lengths.shortest]
        if len(seconds):
            odd = np.log(seconds / periods[frames[here]]) ** 2 / (2 * rules.spread**2)
            linked = values[first : first + len(seconds)] - np.minimum(odd, rules.worst)
            if linked.max() > value:
                starts[here], before[here], value = False, first + int(linked.argmax()), linked.max()
        values[here] = value + evidence[frames[here]] + rules.bonus
        if values[here] > (values[best] if best >= 0 else 0.0):
            best = here
    return _trace(frames, before, starts, best)


def drop_shallow(chains: list[list[int]], loudness: NDArray[np.float64], rules: CycleRules) -> list[list[int]]:
    """Take out cycles in which the loudness hardly changes, next to the others: in an apnoea noise is all there is.

    Parameters
    ----------
    chains
        As `chain_cycles` gives.
    loudness
        (frames,), dB, smoothed.
    rules
        How shallow is too shallow.

    Returns
    -------
    list[list[int]]
        Chains of at least two, parted where a cycle was taken out.
    """
    spans = [(first, last) for chain in chains for first, last in pairwise(chain)]
    depths = np.array([np.ptp(loudness[first:last]) for first, last in spans])
    kept: list[list[int]] = []
    for (first, last), deep in zip(spans, depths >= rules.shallow * np.median(depths), strict=True):
        if not deep:
            continue
        if kept and kept[-1][-1] == first:
            kept[-1].append(last)
        else:
            kept.append([first, last])
    return kept


def measure_support(evidence: NDArray[np.float64], chains: list[list[int]], heights: NDArray[np.float64]) -> Support:
    """What speaks for the chains, of which there is at least one; evidence and heights are of frames, (frames,)."""
    lengths = np.concatenate([np.diff(chain) for chain in chains])
    at = np.concatenate(chains)
    return Support(float(np.median(heights[at])), float(evidence[at].mean()), float(is_regular(lengths).mean()))


def is_regular(lengths: NDArray[Any]) -> NDArray[np.bool_]:
    """Which cycles have a length within a quarter of the median's, (cycles,)."""
    return np.abs(lengths / np.median(lengths) - 1) <= _REGULAR


def _candidates(evidence: NDArray[np.float64], least: float) -> NDArray[np.int64]:
    """Frames with more evidence than their neighbours, and enough of it."""
    wide = np.pad(evidence, _APART, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(wide, 2 * _APART + 1)  # (frames, 7)
    return np.flatnonzero((around.argmax(axis=1) == _APART) & (evidence > least))


def _trace(frames: NDArray[np.int64], before: NDArray[np.int64], starts: NDArray[np.bool_], last: int) -> list[list[int]]:
    """Follow the best chains back from their end."""
    chains: list[list[int]] = [[]]
    while last >= 0:
        chains[-1].append(int(frames[last]))
        if starts[last]:
            chains.append([])
        last = int(before[last])
    return [chain[::-1] for chain in reversed(chains) if len(chain) >= 2]
