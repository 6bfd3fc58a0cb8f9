"""Windows as they come → events as soon as nothing that is still to come can change them."""

import math
from collections.abc import Iterator
from dataclasses import replace

from auscult.analysis.attention_merge import AttentionMerger
from auscult.analysis.card import Card
from auscult.analysis.events import Event, events_in, find_stretches, label_evidence
from auscult.analysis.listen import no_windows
from auscult.analysis.windows import Windows, join_windows

LONGEST_SECONDS = 8.0
"""A label that is heard without a break is told in events of this length."""


class EventStream:
    """The rule of `auscult.analysis.events.find_events`, applied to the windows of the last seconds.

    Parameters
    ----------
    card
        The model's.
    """

    def __init__(self, card: Card) -> None:
        self._card, self._windows = card, no_windows(card)
        self._told = dict.fromkeys(card.labels, 0)  # by label: the frame up to which all events are told
        rule = card.merging
        self._apart = math.ceil((rule.gap_seconds + rule.shortest_seconds) / card.frame_seconds)
        self._longest = round(LONGEST_SECONDS / card.frame_seconds)

    @property
    def delay(self) -> float:
        """An event is told once no window can start any more up to so many seconds after its end."""
        return LONGEST_SECONDS + self._card.window_seconds + (self._apart + 1) * self._card.frame_seconds

    def feed(self, windows: Windows, known: float) -> list[Event]:
        """Take the next windows, with the card's offset.

        Parameters
        ----------
        windows
            In the order of their starts; none for silence.
        known
            No further window starts before these seconds.

        Returns
        -------
        list of Event
            Those that are certain by now, in the order of their starts.
        """
        self._windows = join_windows([self._windows, windows])
        settled = math.floor((known - self._card.window_seconds) / self._card.frame_seconds)
        return self._tell(settled, None)

    def finish(self, seconds: float) -> list[Event]:
        """The rest of the events of a recording that lasted so many seconds."""
        return self._tell(math.ceil(seconds / self._card.frame_seconds) + self._apart + 1, seconds)

    def _tell(self, settled: int, seconds: float | None) -> list[Event]:
        """Events of what lies before a frame."""
        if not len(self._windows):
            self._told = {label: max(told, settled) for label, told in self._told.items()}
            return []
        step = self._card.frame_seconds
        # frames; times are counted from here. An even number, since halves of frames are rounded to even ones
        origin = 2 * math.floor(float(self._windows.starts[0]) / step / 2 + 1e-6)
        shift = origin * step
        here = replace(self._windows, starts=self._windows.starts - shift, ends=self._windows.ends - shift)
        last = float(here.ends.max()) if seconds is None else seconds - shift
        events = [
            replace(
                event,
                start=event.start + shift,
                end=event.end + shift,
                focus=event.focus and replace(event.focus, start=event.focus.start + shift, end=event.focus.end + shift),
            )
            for label in self._told
            for event in self._tell_label(label, here, origin, settled, last)
        ]
        self._forget()
        return sorted(events, key=lambda event: (event.start, event.label))

    def _tell_label(self, label: str, windows: Windows, origin: int, settled: int, last: float) -> Iterator[Event]:
        evidence = label_evidence(windows, self._card)[label]
        certain = self._certain(label, find_stretches(evidence, windows, self._card, last), origin, settled)
        if not certain:
            return
        merger = AttentionMerger(self._card, last)
        merger.feed(windows, {label: evidence})
        attention = merger.result().get(label)
        for stretches in certain:
            yield from events_in(stretches, label, evidence, windows, self._card, last, attention)

    def _certain(self, label: str, stretches: list[tuple[int, int]], origin: int, settled: int) -> list[list[tuple[int, int]]]:
        """Groups of stretches that nothing can change any more, in frames from ``origin``; they count as told from now on."""
        told, settled = self._told[label] - origin, settled - origin
        certain = []
        for group in self._groups([(max(first, told), stop) for first, stop in stretches if stop > told]):
            while group and group[-1][1] - group[0][0] > self._longest and group[0][0] + self._longest <= settled:
                told = group[0][0] + self._longest
                certain.append([(first, min(stop, told)) for first, stop in group if first < told])
                group = [(max(first, told), stop) for first, stop in group if stop > told]
            if group and group[-1][1] + self._apart > settled:
                told = max(told, min(group[0][0], settled))
                break
            if group:
                certain.append(group)
                told = group[-1][1]
        else:
            told = max(told, settled)
        self._told[label] = told + origin
        return certain

    def _groups(self, stretches: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Stretches whose events may become one."""
        group: list[tuple[int, int]] = []
        for first, stop in stretches:
            if group and first - group[-1][1] >= self._apart:
                yield group
                group = []
            group.append((first, stop))
        if group:
            yield group

    def _forget(self) -> None:
        """Drop the windows that nothing untold depends on."""
        card = self._card
        needed = min(self._told.values()) * card.frame_seconds - card.window_seconds - card.merging.smooth_seconds
        self._windows = self._windows.where(self._windows.ends > needed)
