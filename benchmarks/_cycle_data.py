"""Recordings whose breathing cycles are annotated: SPRSound's from audio, ICBHI's from the ready pictures of its cycles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.core import Recording, Segment
from auscult.recordings.datasets import icbhi, icbhi_pictures, sprsound
from auscult.signal.breath.envelope import BreathEnvelope
from auscult.signal.breath.rules import breath_rules
from auscult.signal.read import read_audio

SECONDS_A_FRAME = 1 / breath_rules().envelope.frames_a_second
LONGEST_PICTURE = 3.98
"""Seconds: longer cycles of ICBHI were cut when the pictures were made."""
_FEWEST = 3  # cycles in a row
_ODD = (0.5, 1.7)  # times the median length: further apart, annotators left a breath out
_HALF_FRAME = 0.047  # seconds: so near the edge a frame of a picture looks at what was padded
_RATE = 8000


@dataclass(frozen=True)
class Annotated:
    """The loudness of a recording, or of a part of it, and when annotated cycles begin.

    ``decibels`` is (frames, bands) at `SECONDS_A_FRAME`; ``chains`` are times in seconds that follow each other without a gap
    in the annotation, of which those at the very edge of what is at hand are left out.
    """

    recording: Recording
    decibels: NDArray[np.float32]
    chains: tuple[tuple[float, ...], ...]


def of_sprsound(root: Path, side: str) -> Iterator[Annotated]:
    """Recordings with three or more breaths in a row whose event is "Normal" and whose beginnings are evenly apart."""
    data = sprsound.Dataset(root)
    events: dict[str, list[Segment]] = {}
    for segment in data.segments:
        events.setdefault(segment.recording.id, []).append(segment)
    for name in sorted(data.select(side) & events.keys()):
        chains = normal_chains(events[name])
        if chains:
            yield Annotated(events[name][0].recording, hear(events[name][0].recording), chains)


def normal_chains(events: Sequence[Segment]) -> tuple[tuple[float, ...], ...]:
    """Beginnings of "Normal" events in a row, three or more, none much further from the next than is usual in the recording."""
    runs: list[list[float]] = [[]]
    for event in events:
        if any(event.labels.values()):
            runs.append([])
        else:
            runs[-1].append(event.start)
    steps = [later - earlier for run in runs for earlier, later in pairwise(run)]
    usual = float(np.median(steps)) if steps else 0.0
    chains: list[list[float]] = []
    for run in runs:
        for number, start in enumerate(run):
            if number == 0 or not _ODD[0] < (start - run[number - 1]) / usual < _ODD[1]:
                chains.append([])
            chains[-1].append(start)
    return tuple(tuple(chain) for chain in chains if len(chain) >= _FEWEST)


def of_icbhi_audio(root: Path) -> Iterator[Annotated]:
    """The whole recordings at hand, at the boundaries that their joined pictures have, too."""
    data = icbhi.Dataset(root)
    chains: dict[str, list[tuple[float, ...]]] = {}
    for run in whole_runs(data.segments):
        chains.setdefault(run[0].recording.id, []).append(tuple(cycle.start for cycle in run[1:]))
    for name, own in chains.items():
        yield Annotated(data.recordings[name], hear(data.recordings[name]), tuple(own))


def whole_runs(cycles: Iterable[Segment]) -> list[list[Segment]]:
    """Three or more cycles of a recording in a row, none too long for its picture to be whole."""
    runs: dict[tuple[str, int], list[Segment]] = {}
    cut = 0
    for cycle in cycles:
        if cycle.duration > LONGEST_PICTURE:
            cut += 1
        else:
            runs.setdefault((cycle.recording.id, cut), []).append(cycle)
    return [run for run in runs.values() if len(run) >= _FEWEST]


def hear(recording: Recording) -> NDArray[np.float32]:
    """The loudness of a recording in bands."""
    assert recording.path is not None
    samples, rate = read_audio(recording.path, rate=_RATE)
    envelope = BreathEnvelope(rate)
    envelope.feed(samples)
    return envelope.decibels()


def of_icbhi_pictures(root: Path, side: str) -> Iterator[Annotated]:
    """Stretches of three or more whole cycles, put together of their pictures."""
    data = icbhi_pictures.Dataset(root)
    wanted = data.get_split("official-strict").train if side == "train" else data.select(side)
    for run in whole_runs(cycle for cycle in data.segments if cycle.recording.id in wanted):
        if (joined := join_pictures(data, run)) is not None:
            yield Annotated(run[0].recording, joined, (tuple(cycle.start - run[0].start for cycle in run[1:]),))


def join_pictures(data: icbhi_pictures.Dataset, cycles: Sequence[Segment]) -> NDArray[np.float32] | None:
    """The loudness in bands, (frames, bands), of cycles in a row; None where one is too short to have a whole frame.

    A picture betrays its edges twice: frames there look at padding, and its level is relative to its own loudest bin. So frames
    at the edge are left out and drawn as a straight line, and a picture is raised or lowered until it goes on where the one
    before ended.
    """
    times, levels = [], []
    for cycle in cycles:
        bands = picture_bands(data.picture(cycle))
        at = np.arange(len(bands)) * icbhi_pictures.FRAME_SECONDS
        whole = (at >= _HALF_FRAME) & (at <= cycle.duration - _HALF_FRAME)
        if whole.sum() < 3:
            return None
        inner = bands[whole]
        if levels:
            inner = inner + (levels[-1][-3:].mean() - inner[:3].mean())
        levels.append(inner)
        times.append(at[whole] + cycle.start - cycles[0].start)
    grid = (np.arange(int((cycles[-1].end - cycles[0].start) / SECONDS_A_FRAME)) + 0.5) * SECONDS_A_FRAME
    at, level = np.concatenate(times), np.concatenate(levels)
    return np.stack([np.interp(grid, at, band) for band in level.T], axis=1).astype(np.float32)


def seam_in_the_middle(one: Annotated) -> NDArray[np.float32]:
    """The loudness with a seam laid into the middle of each cycle, as `join_pictures` leaves one where cycles meet.

    Frames there are drawn as a straight line, and what follows is raised or lowered until it goes on where the line ended.
    """
    changed = one.decibels.copy()
    width = round(_HALF_FRAME / SECONDS_A_FRAME) + 1
    for earlier, later in (pair for chain in one.chains for pair in pairwise(chain)):
        middle = round((earlier + later) / 2 / SECONDS_A_FRAME)
        left, right = middle - width, middle + width
        changed[right:] += changed[left - 2 : left + 1].mean() - changed[right : right + 3].mean()
        step = (changed[right] - changed[left]) / (right - left)
        changed[left : right + 1] = changed[left] + np.arange(right - left + 1)[:, None] * step
    return changed


def picture_bands(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """A picture's rows (rows, frames) → the bands of the envelope, (frames, bands), dB."""
    hz = icbhi_pictures.row_hz(len(picture))
    power = 10 ** (picture / 10) * np.gradient(hz)[:, None]
    sums = [power[(hz >= low) & (hz < high)].sum(axis=0) for low, high in breath_rules().envelope.bands]
    return 10 * np.log10(np.stack(sums, axis=1) + 1e-12)
