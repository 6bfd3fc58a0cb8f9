"""A recording's answer in a few words and numbers: all that a table of many recordings holds of each."""

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from auscult.analysis.timeline import Timeline, find_bins
from auscult.recordings.tasks import Organ

if TYPE_CHECKING:
    from auscult.analysis.result import Analysis

CANNOT_TELL = "cannot be told"
MOMENTS = 24
"""Columns of the brief timeline."""
_LIKELY = 0.5


class Moment(BaseModel):
    """One column of the brief timeline.

    Attributes
    ----------
    abnormal
        The highest probability of abnormal in it; None where nothing is heard.
    label
        What is likely heard: a label, ``both``, or None.
    """

    model_config = ConfigDict(frozen=True)

    abnormal: float | None
    label: str | None


class Row(BaseModel):
    """The answer to one recording without its arrays.

    Attributes
    ----------
    file, organ, seconds
        As in `Analysis`.
    finding
        The label of the recording, or `CANNOT_TELL`.
    told
        False where the finding is `CANNOT_TELL`.
    label, probability
        The most probable class, told or not, and its probability; None where there is none.
    sureness
        The calibrated probability of the label; None for a model that was not calibrated.
    quality
        ``good``, ``doubtful`` or ``unusable``; None where it was not measured.
    quality_probability
        That an annotator would call the recording good enough; None where no model has learned that.
    abnormal_seconds
        How long events last together; None for a heart sound.
    events
        How many there are, by label.
    breaths_per_minute, beats_per_minute
        None where not told.
    warnings
        In plain words.
    moments
        A brief timeline, `MOMENTS` columns or fewer; empty where nothing is heard.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    organ: Organ
    seconds: float
    finding: str
    told: bool
    label: str | None
    probability: float | None
    sureness: float | None
    quality: str | None
    quality_probability: float | None
    abnormal_seconds: float | None
    events: dict[str, int]
    breaths_per_minute: float | None
    beats_per_minute: float | None
    warnings: tuple[str, ...]
    moments: tuple[Moment, ...]


def make_row(analysis: "Analysis") -> Row:
    """Make the row of one analysis."""
    answer, quality, breathing = analysis.recording, analysis.quality, analysis.breathing
    return Row(
        file=analysis.file,
        organ=analysis.organ,
        seconds=analysis.seconds,
        finding=answer.label if analysis.told and answer.label is not None else CANNOT_TELL,
        told=analysis.told,
        label=answer.label,
        probability=None if answer.label is None or answer.probabilities is None else answer.probabilities[answer.label],
        sureness=None if analysis.sureness is None else analysis.sureness.probability,
        quality=tell_quality(analysis),
        quality_probability=None if quality is None else quality.probability,
        abnormal_seconds=answer.abnormal_seconds,
        events=dict(Counter(event.label for event in analysis.events)),
        breaths_per_minute=None if breathing is None else breathing.told_rate,
        beats_per_minute=analysis.beats_per_minute,
        warnings=analysis.warnings,
        moments=() if analysis.timeline is None else make_moments(analysis.timeline, MOMENTS),
    )


def tell_quality(analysis: "Analysis") -> str | None:
    """The quality of a recording in one word; None where it was not measured."""
    if analysis.quality is None:
        return None
    if not analysis.quality.usable:
        return "unusable"
    return "doubtful" if analysis.quality.faults else "good"


def make_moments(timeline: Timeline, columns: int) -> tuple[Moment, ...]:
    """A timeline in so many columns, or fewer."""
    abnormal, labels = find_bins(timeline, columns)
    moments = []
    for column, value in enumerate(abnormal.tolist()):
        likely = [label for label, values in labels.items() if values[column] >= _LIKELY]
        label = None if not likely else "both" if len(likely) > 1 else likely[0]
        silent = value != value  # NaN: no window lies there
        moments.append(Moment(abnormal=None if silent else round(value, 4), label=None if silent else label))
    return tuple(moments)
