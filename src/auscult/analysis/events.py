"""Windows → events: when crackles or wheezes begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import AttentionMap, Focus, find_focus, merge_attention
from auscult.analysis.card import Card
from auscult.analysis.timeline import label_probabilities, overlap_mean
from auscult.analysis.windows import Windows

KEEP = 0.75
"""Share of the nearby peak that belongs to an event. The windows that hold a sound overlap most where the sound is, and ever
less with distance: three quarters of the peak is a quarter of a window away from it."""
ATTENDED = 0.8
"""Share of a stretch's mean attention that belongs to an event. Wheezes recur with every breath, so that the windows of one run
into those of the next; attention tells them apart."""
SMOOTH_SECONDS = 0.4
GAP_SECONDS = 0.3
SHORTEST_SECONDS = 0.1


@dataclass(frozen=True)
class Event:
    """A stretch in which an adventitious sound is heard.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    label
        ``crackle`` or ``wheeze``; where both are heard there are two events.
    probability
        Of the label, in the window that is surest of it among those that reach into the event.
    focus
        Where the model listened most; None where it has no attention.
    """

    start: float
    end: float
    label: str
    probability: float
    focus: Focus | None


def find_events(windows: Windows, card: Card, seconds: float) -> tuple[Event, ...]:
    """Events of all labels, in the order of their starts.

    A window counts for a label when the label is in its answer (or reaches the card's threshold). The probabilities of such
    windows are averaged at every moment, the others counting 0. What stays near the peak of that curve holds one or more
    events: the parts of it that attention lies on, or all of it where the model has none. Events of one label that nearly touch
    are one.

    Parameters
    ----------
    windows
        Of one recording, in the order of their starts.
    card
        The model's.
    seconds
        Duration of the recording.
    """
    events: list[Event] = []
    for label, probability in label_probabilities(windows.probabilities, card).items():
        evidence = np.where(_has_label(label, windows, card), probability, 0.0)  # (windows,)
        if evidence.any():
            events.extend(_events_of(label, evidence, windows, card, seconds))
    return tuple(sorted(events, key=lambda event: (event.start, event.label)))


def _has_label(label: str, windows: Windows, card: Card) -> NDArray[np.bool_]:
    if label in card.thresholds:
        return label_probabilities(windows.probabilities, card)[label] >= card.thresholds[label]
    return np.isin(windows.probabilities.argmax(axis=1), card.labels[label])


def _events_of(label: str, evidence: NDArray[np.float64], windows: Windows, card: Card, seconds: float) -> Iterator[Event]:
    """Events of one label from the windows' evidence for it, (windows,)."""
    curve = np.nan_to_num(overlap_mean(evidence[None], windows, card.frame_seconds, seconds)[0])  # (frames,)
    near_peak = (curve > 0) & (curve >= KEEP * _nearby_peak(curve, round(card.window_seconds / card.frame_seconds)))
    attention = merge_attention(windows, evidence, card, seconds)
    profile = _profile(attention, len(curve), card.frame_seconds)
    spans = [span for first, stop in _stretches(near_peak) for span in _attended(first, stop, profile, card.frame_seconds)]
    for start, end in _join(spans):
        end = min(end, seconds)
        surest = evidence[(windows.starts < end) & (windows.ends > start)].max()
        yield Event(start, end, label, float(surest), find_focus(attention, start, end) if attention else None)


def _profile(attention: AttentionMap | None, frames: int, frame_seconds: float) -> NDArray[np.float64]:
    """Attention at each moment, (frames,); even where there is none."""
    if attention is None:
        return np.ones(frames)
    return _smooth(attention.values.sum(axis=0)[:frames], round(SMOOTH_SECONDS / frame_seconds))


def _nearby_peak(curve: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Find the highest value no more than ``reach`` frames away."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(curve, reach), 2 * reach + 1).max(axis=1)


def _stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Unbroken runs of True: the first, and the one after the last."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _attended(first: int, stop: int, profile: NDArray[np.float64], frame_seconds: float) -> Iterator[tuple[float, float]]:
    """Parts, in seconds, of a stretch of frames in which attention is not far below its mean there."""
    inside = profile[first:stop]
    for early, late in _stretches(inside >= ATTENDED * inside.mean()):
        start, end = (first + early) * frame_seconds, (first + late) * frame_seconds
        missing = max(0.0, SHORTEST_SECONDS - (end - start)) / 2
        yield max(0.0, start - missing), end + missing


def _smooth(curve: NDArray[np.float32], frames: int) -> NDArray[np.float64]:
    """Mean over ``frames`` frames around each; over fewer at the ends."""
    box = np.ones(max(1, min(frames, len(curve))))
    return np.convolve(curve, box, "same") / np.convolve(np.ones(len(curve)), box, "same")


def _join(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order, with those joined that are less than `GAP_SECONDS` apart."""
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < GAP_SECONDS:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
