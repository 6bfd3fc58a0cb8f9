"""From a file of any length to an answer.

The samples are read once, block by block, and put aside (`auscult.analysis.sound`); meters take their measures on the way. A
second pass runs the model over them, chunk by chunk. What is kept of either grows by some numbers a window, not by samples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.attention_merge import AttentionMerger, Merged
from auscult.analysis.breathing import Breathing, BreathingMeter
from auscult.analysis.card import Card
from auscult.analysis.events import Event, find_events, label_evidence
from auscult.analysis.gate import judge
from auscult.analysis.listen import listen_parts, no_windows
from auscult.analysis.model import OnnxModel, choose_model
from auscult.analysis.occlusion import explain
from auscult.analysis.overview import make_overview
from auscult.analysis.result import Analysis, RecordingAnswer, WindowAnswer
from auscult.analysis.sound import Heard, hear_blocks
from auscult.analysis.sureness import calibrated, find_sureness
from auscult.analysis.timeline import make_timeline, pool_kinds, pool_windows, shift_normal
from auscult.analysis.windows import Windows, join_windows
from auscult.errors import AuscultError
from auscult.files import as_text
from auscult.recordings.tasks import Organ
from auscult.signal.breath.rules import breath_rules
from auscult.signal.decoder import start_ahead
from auscult.signal.quality.meter import QualityMeter
from auscult.signal.read import audio_blocks, audio_info

if TYPE_CHECKING:
    from auscult.signal.heart_rate import HeartRate


KEPT_SECONDS = 600.0
"""Of a recording up to this length the samples stay with its analysis."""
_FAINT = 1e-4  # of the power
_ABNORMAL = "abnormal"


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
        When the recording or the model cannot be read, the model is for another organ, or the disk has no room for the samples
        of a long recording; the sentence says why.

    Notes
    -----
    Memory does not grow with the length of the recording but for a few hundred numbers a second. From eight minutes on at 4000
    samples a second, the samples lie in a temporary file, 58 MB an hour (`auscult.signal.spool`).

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
    start_ahead()
    model = choose_model(model, organ)  # while the child that will decode starts
    card = model.card
    meter = QualityMeter(card.rate, card.organ)
    blocks = _at_least_one(audio_blocks(path, rate=card.rate), path, card.rate)
    heart = card.organ == "heart"
    breaths = BreathingMeter(card.rate)
    with hear_blocks(blocks, card, [meter] if heart else [meter, breaths]) as heard:
        spoken = _run(model, heard)
        breathing = None if heart else breaths.result()
        heart_rate = _estimate_heart_rate(heard) if heart else None
        quality = judge(
            meter.result(),
            card.organ,
            rhythm_confidence=_rhythm_confidence(heart_rate, breathing, heard.seconds),
            offset=card.preprocess.band is None,  # a band-pass takes it away
        )
        answer = _answer_recording(spoken, card)
        return Analysis(
            file=as_text(path),
            path=Path(path),
            model=card,
            seconds=heard.seconds,
            warnings=(*(fault.sentence for fault in quality.faults), *_limits(path, card, heard)),
            quality=quality,
            recording=answer,
            breathing=breathing,
            sureness=None if answer.probabilities is None else find_sureness(answer.probabilities, card),
            windows=_answer_windows(spoken.shown, card),
            events=spoken.events,
            timeline=make_timeline(spoken.shown, card, heard.seconds) if len(spoken.shown) else None,
            attention=spoken.attention[_ABNORMAL].map if spoken.attention else None,
            heart_rate=heart_rate,
            occlusion=explain(model, heard.sound, spoken.windows, heard.seconds) if heart and len(spoken.windows) else None,
            overview=make_overview(heard.shown, card.rate),
            samples=heard.shown[:] if heard.seconds <= KEPT_SECONDS else None,
            rate=card.rate,
        )


@dataclass(frozen=True, eq=False)
class _Spoken:
    """What a model said of a recording: its windows as they are, with the card's offset, and what follows from them."""

    windows: Windows
    shown: Windows
    events: tuple[Event, ...]
    attention: dict[str, Merged]


def _run(model: OnnxModel, heard: Heard) -> _Spoken:
    """Run the model over a recording. The windows' attention is merged on the way, since all of it is too much to keep."""
    card = model.card
    merger, windows = AttentionMerger(card, heard.seconds), [no_windows(card)]
    for part in listen_parts(model, heard):
        shown = _shift(part, card)
        merger.feed(shown, {_ABNORMAL: 1.0 - shown.probabilities[:, 0].astype(np.float64), **label_evidence(shown, card)})
        windows.append(replace(part, attention=None))
    joined, attention = join_windows(windows), merger.result()
    shown = _shift(joined, card)
    lung = card.organ == "lung"
    return _Spoken(joined, shown, find_events(shown, card, heard.seconds, attention) if lung else (), attention)


def _shift(windows: Windows, card: Card) -> Windows:
    """The windows with the card's offset."""
    return replace(windows, probabilities=shift_normal(windows.probabilities, card.normal_offset))


def _at_least_one(blocks: Iterable[NDArray[np.float32]], path: Path | str, rate: int) -> Iterator[NDArray[np.float32]]:
    """The same blocks; an error where they hold no sample."""
    size = 0
    for block in blocks:
        size += block.size
        yield block
    if not size:
        raise AuscultError(f"{path} is too short: no sample is left of it at {rate} Hz; record it again.")


def _estimate_heart_rate(heard: Heard) -> "HeartRate":
    from auscult.signal.heart_rate import estimate_heart_rate  # needs scipy.signal: half a second that a lung sound is spared

    return estimate_heart_rate(heard.samples, heard.rate)


def _rhythm_confidence(heart_rate: "HeartRate | None", breathing: Breathing | None, seconds: float) -> float | None:
    """How surely the heart beats or the chest breathes; None where a recording is too short to miss it."""
    if heart_rate is not None:
        return heart_rate.confidence
    return breathing.confidence if breathing is not None and seconds >= breath_rules().confidence.missed_seconds else None


def _limits(path: Path | str, card: Card, heard: Heard) -> list[str]:
    """Warnings about what the model cannot hear in a recording, or hears otherwise than it is."""
    found = []
    rate, band = audio_info(path).rate, card.preprocess.band
    highest = card.rate / 2 if band is None else min(card.rate / 2, band[1])
    if rate / 2 < highest:
        found.append(f"narrow: recorded at {rate} Hz, the model listens up to {highest:.0f} Hz")
    if heard.sound.size > heard.samples.size:
        found.append(f"short: {heard.seconds:.1f} s, repeated to fill a window of {card.preprocess.shortest_seconds:g} s")
    if band is not None and not heard.before.is_silent:
        where = f"between {band[0]:.0f} and {band[1]:.0f} Hz"
        if heard.after.is_silent:
            found.append(f"silent {where}: nothing is left for the model to hear")
        elif heard.after.power / heard.before.power < _FAINT:
            found.append(f"faint {where}: nearly all of it lies outside what the model hears")
    return found


def _answer_recording(spoken: _Spoken, card: Card) -> RecordingAnswer:
    covered = _covered(spoken.events) if card.organ == "lung" else None
    if not len(spoken.windows):
        return RecordingAnswer(None, None, covered)
    probabilities = calibrated(pool_windows(spoken.windows.probabilities, card), card)
    label, kinds = card.answer_classes[int(probabilities.argmax())], pool_kinds(spoken.shown.probabilities, card)
    return RecordingAnswer(label, _named(probabilities, card), covered, kinds)


def _answer_windows(shown: Windows, card: Card) -> tuple[WindowAnswer, ...]:
    rows = zip(shown.starts.tolist(), shown.ends.tolist(), card.to_answers(shown.probabilities), strict=True)
    return tuple(WindowAnswer(start, end, card.answer_classes[int(p.argmax())], _named(p, card)) for start, end, p in rows)


def _named(probabilities: NDArray[np.floating], card: Card) -> dict[str, float]:
    return dict(zip(card.answer_classes, probabilities.tolist(), strict=True))


def _covered(events: tuple[Event, ...]) -> float:
    """Seconds that lie in at least one event; events are in order of their starts."""
    covered, reached = 0.0, 0.0
    for event in events:
        covered += max(0.0, event.end - max(event.start, reached))
        reached = max(reached, event.end)
    return covered
