"""Recordings as they are, as a recipe prepares them, and as its model is given them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from auscult.errors import AuscultError
from auscult.evaluation.report.spectrogram import spectrogram_db
from auscult.features.settings import SpectrogramSettings
from auscult.recordings.core import Dataset, Segment
from auscult.recordings.tasks import Task
from auscult.signal.preprocess import Preprocess
from auscult.signal.read import read_audio

SHOWN_SECONDS = 10.0
_FINE_BANDS = 128


@dataclass(frozen=True)
class Preparation:
    """The parts of a recipe that samples go through.

    Attributes
    ----------
    recipe
        Its name.
    signal, features
        What is done to the samples, and the picture made of them.
    """

    recipe: str
    signal: Preprocess
    features: SpectrogramSettings

    @property
    def fine(self) -> SpectrogramSettings:
        """A spectrogram to look at: short windows, all frequencies."""
        rate = self.features.rate
        return SpectrogramSettings(
            rate=rate, window_seconds=0.064, hop_seconds=0.01, fft=4 * round(0.064 * rate), bands=_FINE_BANDS, scale="linear"
        )


@dataclass(frozen=True)
class Example:
    """One recording before and after; pictures are (bands, frames) in dB.

    Attributes
    ----------
    title
        The recording, and its class where that is known.
    before, after
        Its spectrogram, and that of the prepared samples.
    given
        The picture that the recipe's model is given, of the prepared samples at the level that it wants.
    """

    title: str
    before: NDArray[np.float32]
    after: NDArray[np.float32]
    given: NDArray[np.float32]


def read_preparation(recipe: dict[str, Any]) -> Preparation | None:
    """The preparation of a recipe, given as ``run.json`` has it; None where it neither filters nor denoises.

    Raises
    ------
    AuscultError
        When it holds settings that this version does not know.
    """
    name = str(recipe.get("name", "?"))
    known = SpectrogramSettings.model_fields.keys()  # deltas are the model's
    features = {name: value for name, value in recipe.get("features", {}).items() if name in known}
    try:
        signal, settings = Preprocess.model_validate(recipe.get("signal", {})), SpectrogramSettings.model_validate(features)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise AuscultError(
            f"The recipe {name} in run.json cannot be read ({place}): use the auscult that trained it."
        ) from None
    return None if signal.band is None and signal.wavelet is None else Preparation(name, signal, settings)


def choose_examples(dataset: Dataset, task: Task, wanted: Sequence[str]) -> list[tuple[str, Segment]]:
    """Titles and stretches to show: the recordings in ``wanted``, or if none the first normal and the first other segment.

    Raises
    ------
    AuscultError
        When the data set has no such recording.
    """
    if not wanted:
        found = [(task.classify(segment.labels), segment) for segment in dataset.segments_of(dataset.recordings, task)]
        normal = [(kind, segment) for kind, segment in found if kind == task.normal][:1]
        other = [(kind, segment) for kind, segment in found if kind != task.normal][:1]
        return [(f"{segment.recording.id} · {kind}", segment) for kind, segment in normal + other]
    for name in wanted:
        if name not in dataset.recordings:
            known = ", ".join(list(dataset.recordings)[:3])
            raise AuscultError(f"{dataset.root} has no recording '{name}': give --recording an id such as {known}.")
    chosen = [dataset.recordings[name] for name in wanted]
    kinds = [task.classify(recording.labels) if task.level == "recording" else None for recording in chosen]
    titles = [f"{recording.id} · {kind}" if kind else recording.id for recording, kind in zip(chosen, kinds, strict=True)]
    return [(title, Segment.whole(recording)) for title, recording in zip(titles, chosen, strict=True)]


def make_example(title: str, segment: Segment, preparation: Preparation) -> Example:
    """Read a recording, prepare all of it, and make the pictures of ten seconds of it from the segment's start.

    Raises
    ------
    AuscultError
        When the recording cannot be read or is no audio.
    """
    if segment.recording.path is None:
        raise AuscultError(f"{segment.recording.id} is a ready picture, not audio: it has no spectrogram before and after.")
    rate, fine = preparation.features.rate, preparation.fine
    samples, _ = read_audio(segment.recording.path, rate=rate)
    prepared = preparation.signal.clean(samples, rate)
    shown = slice(round(segment.start * rate), round((segment.start + SHOWN_SECONDS) * rate))
    return Example(
        title=title,
        before=spectrogram_db(samples[shown], fine),
        after=spectrogram_db(prepared[shown], fine),
        given=spectrogram_db(preparation.signal.set_level(prepared, rate)[shown], preparation.features),
    )
