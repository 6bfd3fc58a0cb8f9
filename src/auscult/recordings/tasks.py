"""Tasks: how labels become the classes that are scored.

The first class of every task is the normal one. A task says nothing about the model: it is used to read truth from labels, to
name a model's outputs and to choose the score.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from auscult.errors import AuscultError
from auscult.recordings.labels import CONTINUOUS, CRACKLES, Labels, any_present

Level = Literal["segment", "recording"]
Scoring = Literal["icbhi", "sprsound", "macc", "circor"]
Organ = Literal["lung", "heart"]


@dataclass(frozen=True)
class Task:
    """What is to be told apart, and how it is scored.

    Attributes
    ----------
    name
        For instance ``icbhi-4``.
    level
        Whether one answer is given for each segment or for each recording.
    classes
        Class names; the first is the normal one.
    classify
        Labels → class name, or None where the annotation does not say (such segments are left out).
    scoring
        ``icbhi``: Score = AS = (Sp + Se) / 2. ``sprsound``: Score = (AS + HS) / 2. Both with Se pooled over all abnormal
        classes, exact class. ``macc``: MAcc = (Sp + Se) / 2, as the PhysioNet/CinC Challenge 2016 calls it. ``circor``:
        weighted accuracy of the PhysioNet Challenge 2022.
    organ
        Whose sounds; answers about one organ are never scored as answers about the other.
    """

    name: str
    level: Level
    classes: tuple[str, ...]
    classify: Callable[[Labels], str | None]
    scoring: Scoring
    organ: Organ = "lung"

    @property
    def normal(self) -> str:
        """The class that specificity counts."""
        return self.classes[0]


def _four_lung_classes(labels: Labels) -> str | None:
    crackle, wheeze = any_present(labels, CRACKLES), any_present(labels, CONTINUOUS)
    if crackle is None or wheeze is None or labels.get("poor_quality"):
        return None
    return {(False, False): "normal", (True, False): "crackle", (False, True): "wheeze", (True, True): "both"}[crackle, wheeze]


def _normal_or(other: str) -> Callable[[Labels], str | None]:
    def classify(labels: Labels) -> str | None:
        fine = _four_lung_classes(labels)
        return fine if fine in (None, "normal") else other

    return classify


def _sprsound_event(labels: Labels) -> str | None:
    if labels.get("crackle") and labels.get("wheeze"):
        return "wheeze+crackle"
    for label in ("rhonchus", "wheeze", "stridor", "coarse_crackle", "fine_crackle"):
        if labels.get(label):
            return label
    return "normal" if _four_lung_classes(labels) == "normal" else None


def _sprsound_recording(abnormal: dict[str, str]) -> Callable[[Labels], str | None]:
    """Record-level classes: 'poor_quality' first, then the four lung classes renamed."""

    def classify(labels: Labels) -> str | None:
        if labels.get("poor_quality"):
            return "poor_quality"
        fine = _four_lung_classes(labels)
        return fine if fine is None else abnormal[fine]

    return classify


def _heart(labels: Labels) -> str | None:
    return {True: "abnormal", False: "normal", None: None}[labels.get("abnormal")]


def _murmur(labels: Labels) -> str | None:
    if labels.get("murmur_unknown"):
        return "unknown"
    return {True: "present", False: "absent", None: None}[labels.get("murmur")]


_HEART_2 = ("normal", "abnormal")
_LUNG_4 = ("normal", "crackle", "wheeze", "both")
_TASKS = (
    Task("icbhi-4", "segment", _LUNG_4, _four_lung_classes, "icbhi"),
    Task("icbhi-2", "segment", ("normal", "abnormal"), _normal_or("abnormal"), "icbhi"),
    Task("sprsound-1-1", "segment", ("normal", "adventitious"), _normal_or("adventitious"), "sprsound"),
    Task(
        "sprsound-1-2",
        "segment",
        ("normal", "rhonchus", "wheeze", "stridor", "coarse_crackle", "fine_crackle", "wheeze+crackle"),
        _sprsound_event,
        "sprsound",
    ),
    Task(
        "sprsound-2-1",
        "recording",
        ("normal", "adventitious", "poor_quality"),
        _sprsound_recording({"normal": "normal", "crackle": "adventitious", "wheeze": "adventitious", "both": "adventitious"}),
        "sprsound",
    ),
    Task(
        "sprsound-2-2",
        "recording",
        ("normal", "cas", "das", "cas+das", "poor_quality"),
        _sprsound_recording({"normal": "normal", "crackle": "das", "wheeze": "cas", "both": "cas+das"}),
        "sprsound",
    ),
    Task("heart-2", "recording", _HEART_2, _heart, "macc", "heart"),
    Task("circor-murmur", "recording", ("absent", "present", "unknown"), _murmur, "circor", "heart"),
    Task("circor-outcome", "recording", _HEART_2, _heart, "circor", "heart"),
)
TASKS: dict[str, Task] = {task.name: task for task in _TASKS}


def get_task(name: str) -> Task:
    """The task called ``name``.

    Raises
    ------
    AuscultError
        When there is none; the sentence lists those there are.
    """
    if name not in TASKS:
        raise AuscultError(f"There is no task '{name}'; known tasks: {', '.join(TASKS)}.")
    return TASKS[name]


def merge_classes(fine: Task, coarse: Task) -> dict[str, str] | None:
    """How answers of ``fine`` are scored as ``coarse``: class → class, or None where they cannot be.

    Examples
    --------
    >>> merge_classes(TASKS["icbhi-4"], TASKS["icbhi-2"])["both"]
    'abnormal'
    """
    if (fine.level, fine.organ, fine.normal) != (coarse.level, coarse.organ, coarse.normal):
        return None  # the first class too: a heart without a murmur is not yet a normal one
    if fine.classes == coarse.classes:
        return {name: name for name in fine.classes}
    if len(coarse.classes) == 2:
        return {name: coarse.classes[name != fine.normal] for name in fine.classes}
    if fine.name == "sprsound-1-2" and coarse.classes == _LUNG_4:
        kinds = {"normal": "normal", "coarse_crackle": "crackle", "fine_crackle": "crackle", "wheeze+crackle": "both"}
        return {name: kinds.get(name, "wheeze") for name in fine.classes}
    if fine.name == "sprsound-2-2" and coarse.name == "sprsound-2-1":
        return {name: name if name in coarse.classes else "adventitious" for name in fine.classes}
    return None
