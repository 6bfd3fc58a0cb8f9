"""When, in a segment, something abnormal is heard: the annotated beginnings and ends, frame by frame."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.core import Dataset, Segment
from auscult.recordings.tasks import Task

Spans = Mapping[str, Sequence[tuple[float, float]]]
"""By recording, the beginnings and ends in seconds of what is heard."""


@dataclass(frozen=True)
class Places:
    """Where the abnormal lies in each of some segments.

    Attributes
    ----------
    segments
        (n,)
    abnormal
        In their recordings; see `find_abnormal`.
    frame_seconds
        Step between two frames of a picture.
    """

    segments: Sequence[Segment]
    abnormal: Spans
    frame_seconds: float

    def __call__(self, number: int, frames: int) -> NDArray[np.float32]:
        """1 in those frames (frames,) of a segment's picture whose middle lies in something abnormal, else 0."""
        segment = self.segments[number]
        moments = segment.start + (np.arange(frames) + 0.5) * self.frame_seconds
        spans = self.abnormal.get(segment.recording.id, ())
        inside = [(start <= moments) & (moments < end) for start, end in spans]
        return np.any(inside, axis=0).astype(np.float32) if inside else np.zeros(frames, dtype=np.float32)


def find_abnormal(dataset: Dataset, segments: Iterable[Segment], task: Task) -> Spans:
    """The annotated segments that are not normal, in the recordings that some segments are of."""
    recordings = {segment.recording.id for segment in segments}
    spans = defaultdict(list)
    for segment in dataset.segments_of(recordings, task):
        if task.classify(segment.labels) not in (None, task.classes[0]):
            spans[segment.recording.id].append((segment.start, segment.end))
    return dict(spans)
