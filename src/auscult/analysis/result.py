"""The answer to one recording, and its json (docs/output.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import auscult
from auscult.analysis.attention import AttentionMap
from auscult.analysis.card import Card
from auscult.analysis.events import Event
from auscult.analysis.json_layout import layout_json
from auscult.analysis.occlusion import Occlusion
from auscult.analysis.timeline import Timeline
from auscult.files import write_whole
from auscult.recordings.tasks import Organ

if TYPE_CHECKING:
    from auscult.signal.heart_rate import HeartRate  # needs scipy.signal, which takes half a second to import

FORMAT = 1
"""Version of the json layout: raised when a field is renamed, removed or changes its meaning, not when one is added."""
TRUSTED_RATE = 0.5
"""A heart rate with less confidence is not told."""
DISCLAIMER = "An aid, not a diagnosis: auscult is no medical device, and a clinician has to listen."


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
    """

    label: str | None
    probabilities: Mapping[str, float] | None
    abnormal_seconds: float | None


@dataclass(frozen=True, eq=False)
class Analysis:
    """All that a model says about one recording.

    Attributes
    ----------
    file
        As it was named.
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
    samples, rate
        The recording as the model heard it, preprocessed and at the common level, (n,) at ``rate`` Hz; not part of the json.
    """

    file: str
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
    samples: NDArray[np.float32]
    rate: int

    @property
    def organ(self) -> Organ:
        """What the recording was taken for: a lung sound or a heart sound."""
        return self.model.organ

    @property
    def beats_per_minute(self) -> float | None:
        """The heart rate, where the estimate can be trusted (`TRUSTED_RATE`)."""
        rate = self.heart_rate
        return rate.beats_per_minute if rate is not None and rate.confidence >= TRUSTED_RATE else None

    def to_json(self) -> str:
        """Write the json text, layout as in docs/output.md: one window, event or band a line."""
        fields = {
            "auscult": {"version": auscult.__version__},
            "format": FORMAT,
            "file": self.file,
            "model": self.model.model_dump(mode="json", include={"name", "title", "task", "classes", "sha256"}),
            "organ": self.organ,
            "seconds": self.seconds,
            "warnings": list(self.warnings),
            "recording": asdict(self.recording),
            "windows": [asdict(window) for window in self.windows],
            "events": [asdict(event) for event in self.events],
            "attention": None if self.attention is None else _attention_fields(self.attention),
            "heart_rate": self._heart_rate_fields(),
            "occlusion": None if self.occlusion is None else asdict(self.occlusion),
            "disclaimer": DISCLAIMER,
        }
        return layout_json(fields)

    def plot(self, path: Path | str) -> None:
        """Write a picture: spectrogram, what the answer rests on, probabilities; png, or svg or pdf by the ending.

        Raises
        ------
        AuscultError
            When it cannot be written.
        """
        from auscult.analysis.plot import save_plot  # matplotlib takes a second to import

        save_plot(self, path)

    def _heart_rate_fields(self) -> dict[str, float | None] | None:
        if self.heart_rate is None:
            return None
        return {"beats_per_minute": self.beats_per_minute, "confidence": self.heart_rate.confidence}


def save_json(texts: Sequence[str], path: Path | str, *, as_list: bool) -> None:
    """Write what `Analysis.to_json` gave to one file, whole or not at all.

    Parameters
    ----------
    texts
        One a recording.
    path
        The json file.
    as_list
        True: a list, however many there are; False: the one text by itself.

    Raises
    ------
    AuscultError
        When it cannot be written.
    """
    write_whole(Path(path), join_json(texts, as_list=as_list).encode())


def join_json(texts: Sequence[str], *, as_list: bool) -> str:
    """Make one json text of several; see `save_json`."""
    return "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n" if as_list else "".join(texts)


def _attention_fields(attention: AttentionMap) -> dict[str, Any]:
    """Give the map as whole numbers from 0 to 255, of which 255 is the peak: a tenth of the size, and enough for a picture."""
    peak = float(attention.values.max())
    scaled = np.round(attention.values * (255 / peak if peak > 0 else 0.0)).astype(int)
    return {
        "frame_seconds": attention.frame_seconds,
        "band_hz": attention.band_hz.tolist(),
        "peak": peak,
        "values": scaled.tolist(),  # (bands, frames)
    }
