"""Pictures of segments, prepared once for a whole data set and read from a memory map afterwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.features.make import make_spectrogram
from auscult.features.settings import SpectrogramSettings
from auscult.recordings.core import Dataset, Recording, Segment
from auscult.recordings.datasets.icbhi_pictures import FRAME_SECONDS, rebin
from auscult.signal.preprocess import Preprocess
from auscult.signal.read import read_recording
from auscult.signal.store import Store, default_cache, fingerprint, open_store

Picture = NDArray[np.float32]
Progress = Callable[[Iterator[Picture], int], Iterator[Picture]]
"""Wraps an iterator of known length to show how far it is."""


class Change(NamedTuple):
    """A randomly changed copy of every recording.

    Attributes
    ----------
    transform
        Called with samples (n,), their rate and a generator.
    settings
        All that the transform depends on, to tell prepared copies apart.
    seed
        Of the generators.
    """

    transform: Callable[[NDArray[np.float32], int, np.random.Generator], NDArray[np.float32]]
    settings: Mapping[str, object]
    seed: int


def prepare_pictures(
    dataset: Dataset,
    segments: Sequence[Segment],
    settings: SpectrogramSettings,
    *,
    signal: Preprocess | None = None,
    change: Change | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> "SegmentPictures":
    """Pictures of some segments; the slow part is done once and kept.

    Parameters
    ----------
    dataset, segments
        Whose pictures.
    settings
        Signal facts. A data set of ready pictures is re-binned to ``bands``, and its frames are averaged in power to about
        ``hop_seconds``; rate, window and frequency range are then those of the pictures.
    signal
        What is done to a recording before its picture is made.
    change
        Give pictures of a changed copy instead. Not for a data set of ready pictures.
    cache
        Folder for the store; the default is `auscult.signal.store.default_cache`.
    progress
        Shows how far the preparation is.

    Raises
    ------
    AuscultError
        When a data set of ready pictures is to be heard: changed, preprocessed, or through Kaldi's filter bank.
    """
    cache, progress = cache or default_cache(), progress or _unseen
    if dataset.has_audio:
        return _from_audio(dataset, segments, _Preparation(settings, signal or Preprocess(), change), cache, progress)
    check_hearing(dataset, settings, signal or Preprocess(), changed=change is not None)
    return _from_pictures(dataset, segments, settings, cache, progress)


def check_hearing(dataset: Dataset, settings: SpectrogramSettings, signal: Preprocess, *, changed: bool) -> None:
    """Refuse what only audio can give where a data set has ready pictures.

    Parameters
    ----------
    dataset, settings, signal
        As for `prepare_pictures`.
    changed
        Whether randomly changed copies are wanted.

    Raises
    ------
    AuscultError
        When it has ready pictures, which are to be preprocessed, changed, or those of another filter bank.
    """
    if dataset.has_audio:
        return
    wanted = {
        "signal={}": signal != Preprocess(),
        "augment.waveform=null": changed,
        "features.scale=mel": settings.scale != "mel",
        "features.normalize=training": settings.scale not in ("mel", "linear"),
    }
    if changes := " ".join(f"--set {setting}" for setting, needed in wanted.items() if needed):
        raise AuscultError(f"{dataset.name} has ready log-mel pictures, no audio: add {changes}.")


def _unseen(items: Iterator[Picture], _: int) -> Iterator[Picture]:
    return items


class SegmentPictures:
    """Pictures of segments: item i is (bands, frames), float32, in dB (of Kaldi's filter bank the natural logarithm).

    Parameters
    ----------
    store
        Where the arrays lie.
    places
        For each segment: array in the store, first frame, end frame.
    """

    def __init__(self, store: Store | Sequence[Picture], places: Sequence[tuple[int, int, int]]) -> None:
        self._store, self._places = store, places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, item: int) -> Picture:
        """Picture of segment ``item``."""
        array, first, end = self._places[item]
        return self._store[array][:, first:end]

    def take(self, index: NDArray[np.int64]) -> "SegmentPictures":
        """The pictures at ``index``."""
        return SegmentPictures(self._store, [self._places[i] for i in index])

    def statistics(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of each band over all frames of all segments, (bands,) each."""
        frames = total = squares = 0.0
        for picture in self:
            wide = picture.astype(np.float64)
            frames += wide.shape[1]
            total = total + wide.sum(axis=1)
            squares = squares + np.square(wide).sum(axis=1)
        mean = np.asarray(total / frames)
        return mean, np.sqrt(np.maximum(squares / frames - np.square(mean), 0.0))

    def __iter__(self) -> Iterator[Picture]:
        return (self[i] for i in range(len(self)))


def frames_inside(start: float, end: float, total: int, settings: SpectrogramSettings) -> tuple[int, int]:
    """First and end frame of those that lie between two times, at least one frame; ``total`` frames there are.

    A frame lies there wholly; a centred one (``scale`` ``clap``) with its middle.
    """
    first = int(np.ceil(start / settings.frame_seconds - 1e-6))
    last = int(np.floor((end - settings.span_seconds) / settings.frame_seconds + 1e-6))
    first = min(max(first, 0), total - 1)
    return first, min(max(last, first) + 1, total)


@dataclass(frozen=True)
class _Preparation:
    """All that the picture of a recording depends on, besides the recording."""

    settings: SpectrogramSettings
    signal: Preprocess
    change: Change | None

    def key(self) -> dict[str, object]:
        change = None if self.change is None else {**self.change.settings, "seed": self.change.seed}
        settings = self.settings.model_dump(include=set(SpectrogramSettings.model_fields))  # a recipe holds more
        return {"settings": settings, "signal": self.signal.model_dump(), "change": change}

    def samples(self, recording: Recording, number: int) -> NDArray[np.float32]:
        rate = self.settings.rate
        samples = read_recording(recording, rate)
        if self.change is not None:
            samples = self.change.transform(samples, rate, np.random.default_rng([self.change.seed, number]))
        return self.signal(samples, rate)


def _from_audio(
    dataset: Dataset, segments: Sequence[Segment], preparation: _Preparation, cache: Path, progress: Progress
) -> SegmentPictures:
    """Whole recordings are prepared, so that segments may overlap or move; the level is that of the whole recording."""
    recordings = [r for r in dataset.recordings.values() if r.path is not None]
    paths = [r.path for r in recordings if r.path is not None]
    key = {"kind": "spectrograms of recordings", **preparation.key(), "files": fingerprint(paths)}
    store = open_store(cache, key, lambda: progress(_spectrograms(recordings, preparation), len(recordings)))
    number = {r.id: i for i, r in enumerate(recordings)}
    places = []
    for segment in segments:
        array = number[segment.recording.id]
        total = store[array].shape[1]
        whole = segment.start <= 0 and segment.end >= segment.recording.duration  # with what was repeated to fill a window
        first, end = (0, total) if whole else frames_inside(segment.start, segment.end, total, preparation.settings)
        places.append((array, first, end))
    return SegmentPictures(store, places)


def _spectrograms(recordings: Sequence[Recording], preparation: _Preparation) -> Iterator[Picture]:
    spectrogram = make_spectrogram(preparation.settings)

    def prepare(recording: Recording, number: int) -> Picture:
        samples = preparation.samples(recording, number)
        with torch.inference_mode():
            return spectrogram(torch.from_numpy(samples)[None])[0].numpy()

    with ThreadPoolExecutor(max_workers=1 if preparation.change else None) as pool:  # changes draw from global generators
        yield from pool.map(prepare, recordings, range(len(recordings)))


def _from_pictures(
    dataset: Dataset, segments: Sequence[Segment], settings: SpectrogramSettings, cache: Path, progress: Progress
) -> SegmentPictures:
    frames = max(1, round(settings.hop_seconds / FRAME_SECONDS))
    every = dataset.segments
    files = sorted(path for path in dataset.root.iterdir() if path.suffix in (".npy", ".csv"))
    key = {"kind": "ready pictures", "bands": settings.bands, "frames": frames, "files": fingerprint(files)}

    def arrays() -> Iterator[Picture]:
        return (average_frames(rebin(dataset.picture(segment), settings.bands), frames) for segment in every)

    store = open_store(cache, key, lambda: progress(arrays(), len(every)))
    number = {segment.id: i for i, segment in enumerate(every)}
    return SegmentPictures(store, [(number[s.id], 0, store[number[s.id]].shape[1]) for s in segments])


def average_frames(picture: Picture, frames: int) -> Picture:
    """Mean power of each ``frames`` neighbours, in dB: (bands, n) → (bands, n // frames); a shorter picture gives one frame."""
    bands, total = picture.shape
    whole = max(total // frames, 1) * frames
    power = 10.0 ** (picture[:, :whole] / 10.0)
    if total < frames:
        return (10.0 * np.log10(power.mean(axis=1, keepdims=True))).astype(np.float32)
    return (10.0 * np.log10(power.reshape(bands, -1, frames).mean(axis=2))).astype(np.float32)
