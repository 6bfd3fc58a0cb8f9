"""The card: what a trained model is, what it expects and how far to trust it, in a json beside its weights."""

import json
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from auscult.errors import AuscultError
from auscult.evaluation.sureness_facts import CardSureness
from auscult.recordings.tasks import Organ
from auscult.signal.preprocess import Preprocess

FORMAT = 1
_CLASS_LABELS = {"normal": (), "both": ("crackle", "wheeze")}  # any other class is a label of its own
_CLASS_KINDS = {"wheeze+crackle": {"wheeze": "wheeze"}}  # which crackles, is not told; any other class is a kind of its own


class Merging(BaseModel):
    """How the answers of overlapping windows become events (`auscult.analysis.events`).

    Attributes
    ----------
    keep
        Share of the nearby peak of a label's curve that belongs to an event. The windows that hold a sound overlap most where
        the sound is, and ever less with distance: three quarters of the peak is a quarter of a window away from it.
    attended
        Share of a stretch's mean attention that belongs to an event. Wheezes recur with every breath, so that the windows of
        one run into those of the next; attention tells them apart.
    smooth_seconds
        Attention is smoothed over so much.
    gap_seconds
        Events of one label closer than this are one.
    shortest_seconds
        An event is made as long as this.
    least
        Probability that the surest window of an event must reach; the thresholds of single windows say how far it extends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    keep: float = Field(0.75, gt=0, le=1)
    attended: float = Field(0.8, ge=0)
    smooth_seconds: float = Field(0.4, ge=0)
    gap_seconds: float = Field(0.3, ge=0)
    shortest_seconds: float = Field(0.1, ge=0)
    least: float = Field(0.0, ge=0, le=1)


class Card(BaseModel):
    """Facts about a trained model.

    Attributes
    ----------
    format
        Version of this layout.
    name, title, organ
        What it is called; ``lung`` or ``heart``.
    task, classes
        What it tells apart; the first class is the normal one.
    coarse
        Class → the class that is answered, where these differ: a model that was taught rhonchi, stridor, fine and coarse
        crackles still answers in the classes of icbhi-4, and tells the kind beside. None: the classes are the answers.
    rate
        Hz; samples are resampled to it.
    preprocess
        What is done to the samples of a recording before the model hears them; nothing but the common level unless the card
        says otherwise.
    window_seconds, step_seconds
        Length of a window and the step between two. Window k covers the sound from ``k * step_seconds`` on.
    context_seconds
        How much sound to the left and right of a window can change its answer.
    frame_seconds, band_hz
        Grid of the model's pictures, and of its attention map if it has one: step between two frames, centre frequency of each
        band.
    pooling
        How the windows' answers become one for the recording (`auscult.analysis.timeline.pool_windows`): ``top``, its most
        abnormal part decides; ``mean``, the mean over all windows.
    normal_offset
        Added to the logarithm of the normal class's probability before an answer is given; chosen on validation patients.
    recording_share
        How far the answer to an annotated segment leans on the others of its recording
        (`auscult.evaluation.recording_context`); windows of an analysis stand for themselves.
    thresholds
        By label: the probability from which a window has it. For labels not named, a window has those of its most probable
        class.
    merging
        How windows become events.
    sureness
        How sure answers to whole recordings are (`auscult.evaluation.sureness_facts`); None: nobody has measured it.
    architecture, recipe, started_from, training_data, split, protocol, seeds, scores, licence, data_licence
        Where it comes from, as far as its makers tell; ``started_from``: pretrained weights, with their licence.
    int8
        How its weights of 8 bits came about (`auscult.export.int8`); None: they are floating-point numbers.
    sha256
        Of the onnx file.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int
    name: str
    title: str
    organ: Organ
    task: str
    classes: tuple[str, ...] = Field(min_length=2)
    coarse: dict[str, str] | None = None
    rate: int = Field(gt=0)
    preprocess: Preprocess = Preprocess()
    window_seconds: float = Field(gt=0)
    step_seconds: float = Field(gt=0)
    context_seconds: float = Field(ge=0)
    frame_seconds: float = Field(gt=0)
    band_hz: tuple[float, ...] = Field(min_length=1)
    pooling: Literal["top", "mean"] = "top"
    normal_offset: float = 0.0
    recording_share: float = Field(0.0, ge=0, lt=1)
    thresholds: dict[str, float] = Field(default_factory=dict)
    sureness: CardSureness | None = None
    merging: Merging = Merging()
    architecture: JsonValue = None
    recipe: JsonValue = None
    started_from: JsonValue = None
    training_data: JsonValue = None
    split: JsonValue = None
    protocol: JsonValue = None
    seeds: JsonValue = None
    scores: JsonValue = None
    licence: JsonValue = None
    data_licence: JsonValue = None
    int8: Literal["static", "dynamic"] | None = None
    sha256: str

    @model_validator(mode="after")
    def _is_consistent(self) -> "Card":
        if self.classes[0] != "normal" or len(set(self.classes)) < len(self.classes):
            raise ValueError("classes must differ and the first must be 'normal'")
        if self.coarse is not None and (set(self.coarse) != set(self.classes) or self.answer_classes[0] != "normal"):
            raise ValueError("coarse must name an answer for each class, and the first must be 'normal'")
        if self.step_seconds > self.window_seconds:
            raise ValueError("step_seconds must not exceed window_seconds")
        return self

    @property
    def around_seconds(self) -> float | None:
        """Length of the window of real sound in which an annotated segment is heard; None: from its own sound alone."""
        data = self.recipe.get("data") if isinstance(self.recipe, dict) else None
        seconds = data.get("around_seconds") if isinstance(data, dict) else None
        return float(seconds) if isinstance(seconds, int | float) else None

    @cached_property
    def answer_classes(self) -> tuple[str, ...]:
        """The classes that are answered, in the order in which `coarse` names them."""
        return self.classes if self.coarse is None else tuple(dict.fromkeys(self.coarse.values()))

    @cached_property
    def _answers(self) -> NDArray[np.intp]:
        """Number of the answer that each class leads to, (classes,)."""
        return np.array([self.answer_classes.index(self.answer_of(number)) for number in range(len(self.classes))])

    def answer_of(self, number: int) -> str:
        """The answer that a class leads to, by the class's number."""
        return self.classes[number] if self.coarse is None else self.coarse[self.classes[number]]

    def to_answers(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """Class probabilities (…, classes) → those of what is answered, (…, answer classes): sums over the classes of each."""
        summed = np.zeros((*probabilities.shape[:-1], len(self.answer_classes)))
        for number, answer in enumerate(self._answers):
            summed[..., answer] += probabilities[..., number]
        return summed

    @cached_property
    def labels(self) -> dict[str, tuple[int, ...]]:
        """Label → numbers of the classes that contain it; ``both`` counts for crackle and for wheeze."""
        found: dict[str, tuple[int, ...]] = {}
        for number, answer in enumerate(self._answers):
            name = self.answer_classes[answer]
            for label in _CLASS_LABELS.get(name, (name,)):
                found[label] = (*found.get(label, ()), number)
        return found

    @cached_property
    def kinds(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Label → its kinds → numbers of their classes; empty where the model was not taught kinds.

        Examples
        --------
        >>> card.kinds  # doctest: +SKIP
        {'crackle': {'coarse_crackle': (4,), 'fine_crackle': (5,)}, 'wheeze': {'rhonchus': (1,), 'wheeze': (2, 6), …}}
        """
        if self.coarse is None:
            return {}
        return {label: self._kinds_of(label, numbers) for label, numbers in self.labels.items()}

    def _kinds_of(self, label: str, numbers: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for number in numbers:
            kind = _CLASS_KINDS.get(self.classes[number], {label: self.classes[number]}).get(label)
            if kind is not None:
                found[kind] = (*found.get(kind, ()), number)
        return found

    def samples(self, seconds: float) -> int:
        """Seconds → samples at the model's rate."""
        return round(seconds * self.rate)


def load_card(path: Path) -> Card:
    """Read and check a card.

    Raises
    ------
    AuscultError
        When it is missing, is no json, has another format version, or lacks a field or has it wrong.
    """
    if not path.is_file():
        raise AuscultError(f"The model's card {path} is missing: a model is an onnx file and a json file of the same name.")
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        version = facts["format"]
    except (ValueError, TypeError, KeyError):
        raise AuscultError(f"{path} is not a model's card: it must be json with a 'format'.") from None
    if version != FORMAT:
        raise AuscultError(
            f"{path} has format {version}, this auscult reads format {FORMAT}: install the version that wrote it."
        )
    try:
        return Card.model_validate(facts)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "card"
        raise AuscultError(f"{path} is not a valid model's card: {field}: {first['msg']}.") from None
