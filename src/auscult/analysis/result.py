"""The answer to one recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import AttentionMap
from auscult.analysis.breathing import Breathing
from auscult.analysis.card import Card
from auscult.analysis.cycles import CycleAnswer, answer_cycles
from auscult.analysis.events import Event
from auscult.analysis.gate import Quality
from auscult.analysis.json_layout import layout_json
from auscult.analysis.occlusion import Occlusion
from auscult.analysis.overview import Overview
from auscult.analysis.reasons import Reason, find_reasons
from auscult.analysis.result_json import json_fields
from auscult.analysis.sureness import Sureness
from auscult.analysis.timeline import Timeline
from auscult.recordings.tasks import Organ

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from auscult.signal.heart_rate import HeartRate  # needs scipy.signal, which takes half a second to import

TRUSTED_RATE = 0.5
"""A heart rate with less confidence is not told."""
NOTEBOOK_DPI = 80


@dataclass(frozen=True)
class WindowAnswer:
    """What is heard in one window.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    label
        The most probable class.
    probabilities
        By class, adding up to 1.
    """

    start: float
    end: float
    label: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True)
class RecordingAnswer:
    """What is heard in a recording as a whole.

    Attributes
    ----------
    label
        The most probable class; None where nothing can be told, because the recording is silent.
    probabilities
        By class, adding up to 1 (see `auscult.analysis.timeline.pool_windows`); None as above.
    abnormal_seconds
        How long events last together, overlaps counted once; None for a heart sound, which has no events.
    kinds
        How probable each kind of crackle and wheeze is somewhere in the recording, by name; empty where the model was not
        taught kinds or nothing can be told.
    """

    label: str | None
    probabilities: Mapping[str, float] | None
    abnormal_seconds: float | None
    kinds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """All that a model says about one recording; in a notebook it shows itself as its picture.

    Attributes
    ----------
    file
        As it was named; letters that are no valid text are replaced.
    path
        The file itself.
    model
        The model's card.
    seconds
        Duration.
    warnings
        Faults of the recording that make the answer doubtful, in plain words.
    recording
        The answer for the recording as a whole.
    windows
        The answer for each window, in order; stretches of digital silence have none.
    events
        When crackles or wheezes are heard, in order of their starts; none for a heart sound.
    timeline, attention
        The answer at every moment, and where in time and pitch the model listened; None where nothing can be told.
        ``attention`` is None too where the model has none of its own.
    heart_rate
        An estimate from the envelope, of a heart sound alone; `beats_per_minute` says when to trust it.
    occlusion
        Which stretches and which frequencies the answer rests on; of a heart sound alone, None where nothing can be told.
    overview
        A spectrogram and an outline for pictures, not part of the json; None after `without_pictures`.
    samples, rate
        The recording as the model heard it, preprocessed and at the common level, (n,) at ``rate`` Hz; not part of the json.
        None for a recording of more than ten minutes, and after `without_pictures`.
    quality
        Whether the recording is good enough to be answered, and what is wrong with it; None where it was not measured.
    sureness
        How sure the answer is; None where the card does not tell, or nothing is heard.
    breathing
        Breathing cycles and rate, of a lung sound alone; `cycles` has what is heard in each.
    """

    file: str
    path: Path
    model: Card
    seconds: float
    warnings: tuple[str, ...]
    recording: RecordingAnswer
    windows: tuple[WindowAnswer, ...]
    events: tuple[Event, ...]
    timeline: Timeline | None
    attention: AttentionMap | None
    heart_rate: "HeartRate | None"
    occlusion: Occlusion | None
    overview: Overview | None
    samples: NDArray[np.float32] | None
    rate: int
    quality: Quality | None = None
    sureness: Sureness | None = None
    breathing: Breathing | None = None

    @property
    def organ(self) -> Organ:
        """What the recording was taken for: a lung sound or a heart sound."""
        return self.model.organ

    @property
    def told(self) -> bool:
        """Whether the answer is told: there is one, the recording is good enough, and the model is sure enough."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the answer is not told, and what to do; empty where it is."""
        return find_reasons(self.recording.label, self.quality, self.sureness)

    @property
    def label(self) -> str | None:
        """The most probable class, short for ``recording.label``; see `told`."""
        return self.recording.label

    @property
    def probabilities(self) -> Mapping[str, float] | None:
        """Of the recording as a whole, by class; short for ``recording.probabilities``."""
        return self.recording.probabilities

    def without_pictures(self) -> Self:
        """The same without what only pictures need, which is most of its size."""
        return replace(self, overview=None, samples=None)

    @cached_property
    def cycles(self) -> tuple[CycleAnswer, ...]:
        """What is heard in each breathing cycle; empty where none was found."""
        return answer_cycles(self.breathing, self.windows)

    @property
    def beats_per_minute(self) -> float | None:
        """The heart rate, where the estimate can be trusted (`TRUSTED_RATE`)."""
        rate = self.heart_rate
        return rate.beats_per_minute if rate is not None and rate.confidence >= TRUSTED_RATE else None

    def __repr__(self) -> str:
        """One line: the file, the answer and what was counted."""
        answer = "nothing can be told"
        if self.label is not None and self.probabilities is not None:
            most_probable = f"{self.label} {self.probabilities[self.label]:.0%}"
            answer = most_probable if self.told else f"cannot be told (most probably {most_probable})"
        rate = "" if self.beats_per_minute is None else f", {self.beats_per_minute:.0f} beats a minute"
        counted = rate if self.organ == "heart" else f", {len(self.events)} events"
        return f"<Analysis of {Path(self.file).name}: {answer}{counted} in {self.seconds:.1f} s, model {self.model.name}>"

    def _repr_png_(self) -> bytes:
        """The picture, for notebooks."""
        from auscult.analysis.plot import draw
        from auscult.figures import picture_bytes

        return picture_bytes(draw(self), dpi=NOTEBOOK_DPI)

    def to_json(self) -> str:
        """Write the json text, layout as in docs/output.md: one window, event or band a line."""
        return layout_json(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """What the json holds, as dictionaries, lists, texts and numbers, not rounded; no arrays."""
        return json_fields(self)

    def plot(self, path: Path | str | None = None) -> "Figure":
        """Draw a picture: spectrogram, what the answer rests on, probabilities.

        Parameters
        ----------
        path
            Where to write it: a png file, or svg or pdf by the ending. None: it is not written.

        Returns
        -------
        matplotlib.figure.Figure
            To show, change or save.

        Raises
        ------
        AuscultError
            When it cannot be written.
        """
        from auscult.analysis.plot import draw  # matplotlib takes a second to import
        from auscult.figures import check_picture_ending, write_figure

        if path is not None:
            check_picture_ending(path)
        figure = draw(self)
        if path is not None:
            write_figure(figure, path)
        return figure

    def to_html(self, path: Path | str) -> None:
        """Write the report: one page that needs no other file, to look at, to listen to and to print (docs/report.md).

        The sound is read again from the recording's file; where that is gone the page has no player, and says so.

        Raises
        ------
        AuscultError
            When it cannot be written, or ``path`` is the recording itself.
        """
        from auscult.analysis.report.page import save_page

        save_page(self, path)
