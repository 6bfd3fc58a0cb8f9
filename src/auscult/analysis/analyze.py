"""From a file to an answer."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention import merge_attention
from auscult.analysis.card import Card
from auscult.analysis.events import Event, find_events
from auscult.analysis.listen import is_silent, listen
from auscult.analysis.model import OnnxModel, choose_model
from auscult.analysis.occlusion import Occlusion, explain
from auscult.analysis.result import Analysis, RecordingAnswer, WindowAnswer
from auscult.analysis.timeline import make_timeline, pool_windows, shift_normal
from auscult.analysis.windows import Windows
from auscult.recordings.tasks import Organ
from auscult.signal.quality import check_quality
from auscult.signal.read import audio_info, read_audio

if TYPE_CHECKING:
    from auscult.signal.heart_rate import HeartRate


_FAINT = 1e-4  # of the power


def analyze(path: Path | str, model: str | Path | OnnxModel | None = None, *, organ: Organ | None = None) -> Analysis:
    """Find out when, and at which pitch, a recording is abnormal.

    Parameters
    ----------
    path
        A wav, flac, ogg or mp3 file of any rate and number of channels, up to 3 hours.
    model
        The name of a bundled model, the path of an onnx file with its card, or a loaded model.
    organ
        ``lung`` or ``heart``: its bundled model. With neither a model nor an organ the recording is taken for a lung sound;
        nobody guesses from the sound.

    Returns
    -------
    Analysis
        An aid, not a diagnosis.

    Raises
    ------
    AuscultError
        When the recording or the model cannot be read, or the model is for another organ; the sentence says why.

    Examples
    --------
    >>> result = analyze("chest.wav")  # doctest: +SKIP
    >>> result.recording.label  # doctest: +SKIP
    'crackle'
    >>> for event in result.events:  # doctest: +SKIP
    ...     print(f"{event.start:.1f}-{event.end:.1f} s  {event.label}  {event.probability:.0%}")
    3.2-3.9 s  crackle  87%
    >>> analyze("apex.wav", organ="heart").beats_per_minute  # doctest: +SKIP
    71.4
    """
    model = choose_model(model, organ)
    card = model.card
    samples, rate = read_audio(path, rate=card.rate)
    sound, warnings = _prepare(path, card, samples)
    windows = listen(model, samples, sound)
    heart = card.organ == "heart"
    return _assemble(
        path,
        card,
        windows,
        warnings=warnings,
        heart_rate=_estimate_heart_rate(samples, rate) if heart else None,
        occlusion=explain(model, sound, windows, samples.size / rate) if heart and len(windows) else None,
        sound=sound[: samples.size],
    )


def _estimate_heart_rate(samples: NDArray[np.float32], rate: int) -> "HeartRate":
    from auscult.signal.heart_rate import estimate_heart_rate  # needs scipy.signal: half a second that a lung sound is spared

    return estimate_heart_rate(samples, rate)


def _prepare(path: Path | str, card: Card, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], list[str]]:
    """The sound that the model is given, and warnings about it.

    `auscult.analysis.listen.prepare` in two steps: before the level is set one sees how much of the power has been kept.
    """
    faults = check_quality(samples, card.rate, offset=card.preprocess.band is None)  # a band-pass takes an offset away
    kept = card.preprocess.clean(samples, card.rate)
    return card.preprocess.set_level(kept, card.rate), [*faults, *_limits(path, card, samples, kept)]


def _limits(path: Path | str, card: Card, samples: NDArray[np.float32], kept: NDArray[np.float32]) -> list[str]:
    """Warnings about what the model cannot hear in a recording, or hears otherwise than it is.

    ``kept`` is what preprocessing leaves of the samples, at their own level.
    """
    found = []
    rate, seconds, band = audio_info(path).rate, samples.size / card.rate, card.preprocess.band
    highest = card.rate / 2 if band is None else min(card.rate / 2, band[1])
    if rate / 2 < highest:
        found.append(f"narrow: recorded at {rate} Hz, the model listens up to {highest:.0f} Hz")
    if kept.size > samples.size:
        found.append(f"short: {seconds:.1f} s, repeated to fill a window of {card.preprocess.shortest_seconds:g} s")
    if band is not None and not is_silent(samples, card.rate):
        where = f"between {band[0]:.0f} and {band[1]:.0f} Hz"
        if is_silent(kept, card.rate):
            found.append(f"silent {where}: nothing is left for the model to hear")
        elif _power(kept) / _power(samples) < _FAINT:
            found.append(f"faint {where}: nearly all of it lies outside what the model hears")
    return found


def _power(samples: NDArray[np.float32]) -> float:
    """Mean power, about the mean."""
    return float(samples.var(dtype=np.float64))


def _assemble(
    path: Path | str,
    card: Card,
    windows: Windows,
    *,
    warnings: list[str],
    heart_rate: "HeartRate | None",
    occlusion: Occlusion | None,
    sound: NDArray[np.float32],
) -> Analysis:
    seconds = sound.size / card.rate
    heard = len(windows) > 0
    shown = replace(windows, probabilities=shift_normal(windows.probabilities, card.normal_offset))
    abnormal = 1.0 - shown.probabilities[:, 0].astype(np.float64)
    events = find_events(shown, card, seconds) if heard and card.organ == "lung" else ()
    return Analysis(
        file=os.fsencode(path).decode("utf-8", "replace"),
        model=card,
        seconds=seconds,
        warnings=tuple(warnings),
        recording=_answer_recording(windows, events, card),
        windows=_answer_windows(shown, card),
        events=events,
        timeline=make_timeline(shown, card, seconds) if heard else None,
        attention=merge_attention(shown, abnormal, card, seconds) if heard else None,
        heart_rate=heart_rate,
        occlusion=occlusion,
        samples=sound,
        rate=card.rate,
    )


def _answer_recording(windows: Windows, events: tuple[Event, ...], card: Card) -> RecordingAnswer:
    covered = _covered(events) if card.organ == "lung" else None
    if not len(windows):
        return RecordingAnswer(None, None, covered)
    probabilities = pool_windows(windows.probabilities, card)
    return RecordingAnswer(card.classes[int(probabilities.argmax())], _named(probabilities, card), covered)


def _answer_windows(windows: Windows, card: Card) -> tuple[WindowAnswer, ...]:
    rows = zip(windows.starts.tolist(), windows.ends.tolist(), windows.probabilities, strict=True)
    return tuple(WindowAnswer(start, end, card.classes[int(p.argmax())], _named(p, card)) for start, end, p in rows)


def _named(probabilities: NDArray[np.floating], card: Card) -> dict[str, float]:
    return dict(zip(card.classes, probabilities.tolist(), strict=True))


def _covered(events: tuple[Event, ...]) -> float:
    """Seconds that lie in at least one event; events are in order of their starts."""
    covered, reached = 0.0, 0.0
    for event in events:
        covered += max(0.0, event.end - max(event.start, reached))
        reached = max(reached, event.end)
    return covered
