"""Windows → events: when crackles or wheezes begin and end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import Focus, find_focus
from auscult.analysis.attention_merge import AttentionMerger, Merged
from auscult.analysis.card import Card, Merging
from auscult.analysis.timeline import frame_count, kind_probabilities, label_probabilities, overlap_mean
from auscult.analysis.windows import Windows


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
        Where the model listened most; None where it has no attention, or one that tells no pitch.
    kind
        Of the label, such as ``fine_crackle``; None where the model was not taught kinds.
    """

    start: float
    end: float
    label: str
    probability: float
    focus: Focus | None
    kind: str | None = None

    @property
    def named(self) -> str:
        """As a listener would call it: ``fine crackle``, ``rhonchus``, or the label where no kind is known."""
        return (self.kind or self.label).replace("_", " ")


def find_events(
    windows: Windows, card: Card, seconds: float, attention: Mapping[str, Merged] | None = None
) -> tuple[Event, ...]:
    """Events of all labels, in the order of their starts.

    A window counts for a label when the label is in its answer (or reaches the card's threshold). The probabilities of such
    windows are averaged at every moment, the others counting 0. What stays near the peak of that curve holds one or more
    events: the parts of it that attention lies on, or all of it where the model has none. Events of one label that nearly touch
    are one. The figures of all this are the card's (`auscult.analysis.card.Merging`).

    Parameters
    ----------
    windows
        Of one recording, in the order of their starts, with the card's offset.
    card
        The model's.
    seconds
        Duration of the recording.
    attention
        By label, the windows' maps weighed with their `label_evidence` and merged; None: merged here, from the windows.
    """
    evidence = label_evidence(windows, card)
    if attention is None:
        merger = AttentionMerger(card, seconds)
        merger.feed(windows, evidence)
        attention = merger.result()
    events = [
        event
        for label, given in evidence.items()
        if given.any()
        for event in events_in(
            find_stretches(given, windows, card, seconds), label, given, windows, card, seconds, attention.get(label)
        )
    ]
    return tuple(sorted(events, key=lambda event: (event.start, event.label)))


def label_evidence(windows: Windows, card: Card) -> dict[str, NDArray[np.float64]]:
    """What each window says for each label, (windows,): its probability where the window has the label, else 0."""
    probabilities = label_probabilities(windows.probabilities, card)
    return {label: np.where(_has_label(label, given, windows, card), given, 0.0) for label, given in probabilities.items()}


def _has_label(label: str, probability: NDArray[np.float64], windows: Windows, card: Card) -> NDArray[np.bool_]:
    if label in card.thresholds:
        return probability >= card.thresholds[label]
    answers = card.to_answers(windows.probabilities).argmax(axis=1)
    return np.isin(answers, [card.answer_classes.index(card.answer_of(number)) for number in card.labels[label]])


def find_stretches(evidence: NDArray[np.float64], windows: Windows, card: Card, seconds: float) -> list[tuple[int, int]]:
    """Where the windows that speak for a label overlap most: stretches of frames, the first and the one after the last.

    ``evidence`` is what each window says for the label (`label_evidence`).
    """
    curve = np.nan_to_num(overlap_mean(evidence[None], windows, card.frame_seconds, seconds)[0])  # (frames,)
    peak = _nearby_peak(curve, round(card.window_seconds / card.frame_seconds))
    return _stretches((curve > 0) & (curve >= card.merging.keep * peak))


def events_in(
    stretches: Sequence[tuple[int, int]],
    label: str,
    evidence: NDArray[np.float64],
    windows: Windows,
    card: Card,
    seconds: float,
    attention: Merged | None,
) -> Iterator[Event]:
    """The events of one label that lie in some of its stretches (`find_stretches`)."""
    rule, step = card.merging, card.frame_seconds
    profile = _profile(attention, frame_count(seconds, step), round(rule.smooth_seconds / step))
    spans = [span for first, stop in stretches for span in _attended(first, stop, profile, rule, step)]
    for start, end in _join(spans, rule.gap_seconds):
        end = min(end, seconds)
        reaching = (windows.starts < end) & (windows.ends > start)
        surest = float(evidence[reaching].max())
        if surest >= rule.least:
            focus = find_focus(attention.map, start, end) if attention else None
            kind = _kind_of(label, windows.probabilities[reaching], evidence[reaching], card)
            yield Event(start, end, label, surest, focus, kind)


def _kind_of(label: str, probabilities: NDArray[np.float32], evidence: NDArray[np.float64], card: Card) -> str | None:
    """The kind that windows, (n, classes), hear most; each counts as much as its evidence for the label, (n,)."""
    kinds = {kind: float(given @ evidence) for kind, given in kind_probabilities(probabilities, label, card).items()}
    return max(kinds, key=kinds.__getitem__) if kinds else None


def _profile(attention: Merged | None, frames: int, smooth: int) -> NDArray[np.float64]:
    """Attention at each moment, (frames,), smoothed; even where there is none."""
    return np.ones(frames) if attention is None else _smooth(attention.profile[:frames], smooth)


def _nearby_peak(curve: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Find the highest value no more than ``reach`` frames away."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(curve, reach), 2 * reach + 1).max(axis=1)


def _stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Unbroken runs of True: the first, and the one after the last."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(stop)) for first, stop in edges.reshape(-1, 2)]


def _attended(
    first: int, stop: int, profile: NDArray[np.float64], rule: Merging, frame_seconds: float
) -> Iterator[tuple[float, float]]:
    """Parts, in seconds, of a stretch of frames in which attention is not far below its mean there."""
    inside = profile[first:stop]
    for early, late in _stretches(inside >= rule.attended * inside.mean()):
        start, end = (first + early) * frame_seconds, (first + late) * frame_seconds
        missing = max(0.0, rule.shortest_seconds - (end - start)) / 2
        yield max(0.0, start - missing), end + missing


def _smooth(curve: NDArray[np.float32], frames: int) -> NDArray[np.float64]:
    """Mean over ``frames`` frames around each; over fewer at the ends."""
    box = np.ones(max(1, min(frames, len(curve))))
    return np.convolve(curve, box, "same") / np.convolve(np.ones(len(curve)), box, "same")


def _join(spans: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Spans in order, with those joined that are less than ``gap`` seconds apart."""
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
