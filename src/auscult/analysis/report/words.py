"""An answer in words: the headline, how far to trust it, the model in short."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue

from auscult.analysis.card import Card
from auscult.analysis.report.row import CANNOT_TELL, Row

if TYPE_CHECKING:
    from auscult.analysis.events import Event
    from auscult.analysis.result import Analysis

_HEADLINES = {"both": "crackle and wheeze"}
_SCORES = {"specificity": "Sp", "sensitivity": "Se", "score": "Score"}


@dataclass(frozen=True)
class Score:
    """What a model has reached, as its card says.

    Attributes
    ----------
    side
        On what.
    figures
        By name, ready to be read.
    """

    side: str
    figures: dict[str, str]


def tell_finding(finding: str) -> str:
    """A finding as a headline: ``Crackle and wheeze``."""
    words = _HEADLINES.get(finding, finding).replace("_", " ")
    return words[:1].upper() + words[1:]


def tone_of(finding: str) -> str:
    """How a finding looks: ``untold``, ``normal`` or ``found``."""
    if finding == CANNOT_TELL:
        return "untold"
    return "normal" if finding == "normal" else "found"


def doubts(analysis: "Analysis") -> list[str]:
    """Sentences on what makes a recording doubtful, though it can be answered."""
    return [fault.sentence for fault in analysis.quality.faults] if analysis.quality is not None else []


def other_warnings(analysis: "Analysis") -> list[str]:
    """Warnings that are not about the quality."""
    told = doubts(analysis)
    return [warning for warning in analysis.warnings if warning not in told]


def tell_sureness(analysis: "Analysis") -> str | None:
    """How far to trust an answer, by what was measured on patients whom the model had not met; None where nobody measured."""
    sureness = analysis.sureness
    if sureness is None:
        return None
    told, right = percent(sureness.coverage), percent(1 - sureness.error)
    return (
        f"Calibrated, this answer has {percent(sureness.probability)}. Answers are told from {percent(sureness.threshold)} on: "
        f"{told} of the recordings of patients kept for validation, of which {right} were right."
    )


def tell_rate(analysis: "Analysis") -> str:
    """The breathing rate or the heart rate, or that it is not told."""
    if analysis.organ == "heart":
        rate, confidence = analysis.beats_per_minute, analysis.heart_rate.confidence if analysis.heart_rate else 0.0
        return "not told: no regular beat" if rate is None else f"{rate:.0f} a minute, confidence {percent(confidence)}"
    breathing = analysis.breathing
    if breathing is None or breathing.told_rate is None:
        return "not told: no regular breathing"
    return f"{breathing.told_rate:.0f} a minute, confidence {percent(breathing.confidence)}"


def describe_card(card: Card) -> dict[str, str]:
    """The model in short, by name of the fact; only what its card tells."""
    facts = {
        "model": f"{card.name}: {card.title}",
        "tells apart": ", ".join(tell_finding(name).lower() for name in card.answer_classes),
        "hears": f"up to {card.rate / 2:.0f} Hz, {card.window_seconds:.3g} s at a time",
        "trained on": _plain(card.training_data),
        "split, protocol": ", ".join(text for text in (_plain(card.split), _plain(card.protocol)) if text),
        "licence": _plain(card.licence),
        "file": f"sha256 {card.sha256[:16]}…",
    }
    return {name: text for name, text in facts.items() if text}


def card_scores(card: Card) -> list[Score]:
    """The scores that the card tells, one a side."""
    sides = card.scores if isinstance(card.scores, dict) else {}
    return list(_scores(sides))


def _scores(sides: Mapping[str, JsonValue]) -> Iterator[Score]:
    for side, values in sides.items():
        if isinstance(values, dict):
            figures = {short: values.get(name) for name, short in _SCORES.items()}
            if all(isinstance(value, float) for value in figures.values()):
                yield Score(side, {name: f"{value:.3f}" for name, value in figures.items()})


def count_events(row: Row) -> str:
    """``2 crackles, 1 wheeze``; empty where there is none."""
    return ", ".join(f"{number} {label}{'' if number == 1 else 's'}" for label, number in sorted(row.events.items()))


def sentence(text: str) -> str:
    """Words as a sentence: with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def percent(share: float) -> str:
    """``83 %``."""
    return f"{100 * share:.0f} %"


def moment(seconds: float) -> str:
    """A moment of a recording: ``7.53 s``, or ``12:07.53`` from a minute on."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{minutes:.0f}:{rest:05.2f}"


def span(event: "Event") -> str:
    """When an event is heard: ``3.20–3.90 s``, or ``12:07.53–12:08.10``."""
    start = moment(event.start).removesuffix(" s") if event.end < 60 else moment(event.start)
    return f"{start}–{moment(event.end)}"


def length(seconds: float) -> str:
    """A duration: ``15.0 s`` or ``12:07 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min"


def _plain(value: object) -> str:
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value or "")
