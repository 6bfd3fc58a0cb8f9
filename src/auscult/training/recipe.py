"""Recipes: data + features + augmentation + model + objective + training, one yaml for each published system."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from auscult.augment.colour import RandomColour
from auscult.augment.crop import RandomCrop
from auscult.augment.low_pass import RandomLowPass
from auscult.augment.mask import RandomMask
from auscult.augment.noise import RandomNoise
from auscult.augment.stretch import RandomStretch
from auscult.augment.waveform import RandomWaveform
from auscult.features.front_end import Normalize
from auscult.features.settings import SpectrogramSettings
from auscult.objectives.cross_entropy import ClassWeights
from auscult.options import Share
from auscult.recordings.groups import OF_AGE
from auscult.signal.preprocess import Preprocess


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class DataPart(_Part):
    """What is learned from and scored on.

    Attributes
    ----------
    name, task, split
        Data set, task and split; None: the data set's first one.
    units
        ``annotated``: the segments as annotated; ``windows``: fixed windows of real sound. Windows are for learning only where
        single segments are scored. Where recordings are scored (task level ``recording``) windows are the pieces that every
        recording is cut into, and its answer is the mean over them.
    window_seconds, window_step
        Length of windows and step between two, seconds.
    around_seconds
        Each annotated segment is replaced by a window of so many seconds of real sound around its middle
        (`auscult.recordings.windows.around`), wherever it is learned from, chosen on or scored; its label stays. None: as
        annotated. Only where single segments are scored, and with audio.
    noisy
        Whether recordings that annotators call of poor quality are learned from; they are chosen on and scored in any case.
    validation_share
        Share of the training patients taken out to choose epoch, threshold and temperature (protocol honest).
    adult_years
        Age that divides the age groups ``child`` and ``adult``, in contrasts and break-downs.
    """

    name: str = "icbhi"
    task: str | None = None
    split: str | None = None
    units: tuple[Literal["annotated", "windows"], ...] = ("annotated",)
    window_seconds: float = Field(2.0, gt=0)
    window_step: float = Field(2.0, gt=0)
    around_seconds: float | None = Field(None, gt=0)
    noisy: bool = True
    validation_share: float = Field(0.2, gt=0, lt=1)
    adult_years: float = Field(OF_AGE, gt=0)


class FeaturesPart(SpectrogramSettings):
    """Settings of the spectrogram, how it is normalised, and whether Δ and ΔΔ are added as channels (see `FrontEnd`)."""

    normalize: Normalize = "training"
    deltas: bool = True

    @model_validator(mode="after")
    def _has_audiosets_figures(self) -> Self:
        if self.normalize == "audioset" and self.scale != "kaldi":
            raise PydanticCustomError(
                "audioset", "Have normalize=audioset, whose figures are those of scale=kaldi: set one of the two otherwise"
            )
        return self


class AugmentPart(_Part):
    """Random changes while training, in this order; None leaves one out.

    ``waveform`` changes samples (copies prepared once), ``mask`` the standardised picture, the others the picture in dB;
    of these Kaldi's filter bank, which is not in dB, allows ``stretch`` and ``crop`` alone.
    """

    waveform: RandomWaveform | None = None
    stretch: RandomStretch | None = None
    colour: RandomColour | None = None
    low_pass: RandomLowPass | None = None
    noise: RandomNoise | None = None
    crop: RandomCrop | None = None
    mask: RandomMask | None = None

    def on_decibels(self) -> list[Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]]:
        """The changes of a picture in dB, in order."""
        return [change for change in (self.stretch, self.colour, self.low_pass, self.noise, self.crop) if change is not None]


class ModelPart(_Part):
    """Architecture by name, and its options.

    Attributes
    ----------
    name, options
        See `auscult.models.registry.create_model`.
    weights
        Pretrained weights that the encoder starts from: a file, a folder or a name on the Hugging Face hub, as the architecture
        wants it (`Encoder.load_pretrained`); None: random ones.
    """

    name: str
    options: dict[str, Any] = Field(default_factory=dict)
    weights: str | None = None

    @field_validator("options")
    @classmethod
    def _free(cls, options: dict[str, Any]) -> dict[str, Any]:
        return _without(options, "classes", "channels", "bands")


class ObjectivePart(_Part):
    """Objective by name, and its options."""

    name: str = "cross-entropy"
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("options")
    @classmethod
    def _free(cls, options: dict[str, Any]) -> dict[str, Any]:
        return _without(options, "class_counts", "embedding_size", "domains")


class TrainingPart(_Part):
    """The course of training.

    Attributes
    ----------
    epochs, batch_size, learning_rate, weight_decay
        As usual.
    optimizer
        ``adam`` (weight decay as part of the gradient), ``adamw`` (apart from it) or ``adagrad``.
    schedule
        ``cosine``: the learning rate falls along a cosine down to ``floor``; ``constant``: it stays; ``waves``: it falls along
        a cosine for ``half_wave`` epochs, rises for as many, and so on. It changes after every step (in the released code of
        S3 and S4 after every epoch).
    half_wave
        Epochs.
    floor
        What is left of the learning rate where a cosine ends, as a share of ``learning_rate`` (0.001 in the released code of
        S3, and of S4 from scratch).
    warmup
        Share of all steps over which the learning rate rises.
    clip
        Largest norm of the gradient; None: any.
    average
        Decay of the exponential moving average of the weights, which is then what is validated and kept; None: no averaging.
    step_average
        Share of the weights before each step that is left in them after it (S3: 0.5), see
        `auscult.training.averaging.AverageStep`; None: the step is taken whole. Not together with ``average``, which leaves the
        training itself as it is.
    patience
        Stop after so many epochs without a better validation Score; None: never.
    sampling
        ``all``: each segment once an epoch; ``balanced`` and ``sqrt``: drawn with replacement, with probability ∝ 1 / n_c or
        1 / √n_c of their class.
    balance_over
        A grouping such as ``database``, or ``patient``, that must not decide: ``sampling`` draws the classes alike within each
        group (groups alike when ``balanced``, ∝ √n when ``sqrt``), and epoch and threshold are chosen by the mean of the
        groups' scores, each weighing √n.
    samples
        Segments an epoch where drawn; None: as many as there are.
    precision
        Lightning's name; bf16 is slower than fp32 for GRUs on a CPU (benchmarks/speed.py). ``auto``: bf16 where the machine
        computes in it, else fp32. ``16-mixed``, in which S3 was trained, needs a GPU.
    protocol
        ``honest``: choices on validation patients, test scored once; ``published``: no validation patients, best test epoch;
        ``both``: the honest training, whose best test epoch is written beside it, so that the two differ by the choice alone.
    recording_context
        Choose, with the temperature, how far the answer to an annotated segment leans on the mean answer to all segments of its
        recording (`auscult.evaluation.recording_context`). Only where single segments are answered; a probability along time
        (`auscult analyze`) does not change.
    refit
        When epoch, temperature and threshold are chosen, learn once more from the start, from the validation patients too, up
        to the chosen epoch; this model is scored on the test side and kept. The answers to validation patients stay those of
        the first. Protocol honest, no probe.
    """

    epochs: int = Field(20, gt=0)
    batch_size: int = Field(32, gt=0)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    optimizer: Literal["adam", "adamw", "adagrad"] = "adamw"
    schedule: Literal["cosine", "constant", "waves"] = "cosine"
    half_wave: int = Field(40, gt=0)
    floor: Share = 0.0
    warmup: float = Field(0.1, ge=0, lt=1)
    clip: float | None = Field(1.0, gt=0)
    average: float | None = Field(None, gt=0, lt=1)
    step_average: float | None = Field(None, gt=0, lt=1)
    patience: int | None = Field(None, gt=0)
    sampling: Literal["all", "balanced", "sqrt"] = "all"
    balance_over: Literal["database", "device", "location", "sex", "age", "patient"] | None = None
    samples: int | None = Field(None, gt=0)
    precision: Literal["auto", "32-true", "bf16-mixed", "16-mixed"] = "32-true"
    protocol: Literal["honest", "published", "both"] = "honest"
    recording_context: bool = False
    refit: bool = False

    @model_validator(mode="after")
    def _chooses_context_on_somebody(self) -> Self:
        if self.recording_context and self.protocol == "published":
            raise PydanticCustomError(
                "context", "Is chosen on validation patients: set protocol to honest or both, or recording_context to false"
            )
        return self

    @model_validator(mode="after")
    def _refits_after_an_honest_choice(self) -> Self:
        if self.refit and self.protocol != "honest":
            template = (
                "Learns again after a choice by protocol honest, not {protocol}: set protocol to honest or refit to false"
            )
            raise PydanticCustomError("refit", template, {"protocol": self.protocol})
        return self

    @model_validator(mode="after")
    def _averages_in_one_way(self) -> Self:
        if self.average is not None and self.step_average is not None:
            raise PydanticCustomError("two_averages", "Averages the weights in two ways: set average or step_average to null")
        return self


class ProbePart(_Part):
    """A second stage: the encoder stays as the objective left it, and the classifier learns alone, by cross-entropy.

    Of `TrainingPart` only ``protocol``, ``patience`` and ``balance_over`` (for the choice of the epoch) hold for it; they mean
    nothing to the first stage, which chooses no epoch.

    Attributes
    ----------
    epochs, batch_size, learning_rate, weight_decay
        Of the second stage, with Adam and a cosine down to 0. Without random changes.
    class_weights
        See `auscult.objectives.cross_entropy.CrossEntropy`.

    References
    ----------
    The defaults are those of S4's released code, which keeps the learning rate as it is.
    """

    epochs: int = Field(100, gt=0)
    batch_size: int = Field(128, gt=0)
    learning_rate: float = Field(0.1, gt=0)
    weight_decay: float = Field(1e-4, ge=0)
    class_weights: ClassWeights = "inverse"

    def as_training(self) -> dict[str, Any]:
        """What the second stage changes in the settings of the first (`TrainingPart`)."""
        own = self.model_dump(exclude={"class_weights"})
        plain = {"clip": None, "average": None, "step_average": None, "sampling": "all", "samples": None}
        return own | plain | {"optimizer": "adam", "schedule": "cosine", "warmup": 0.0, "floor": 0.0, "precision": "32-true"}


class Recipe(_Part):
    """One trainable system.

    Attributes
    ----------
    name, title, paper
        Name of the yaml, a line on what it is, and the paper it follows.
    probe
        Second stage on the frozen encoder of the last epoch, whose own best epoch is then chosen; None: the objective trains
        the classifier too.
    """

    name: str
    title: str
    paper: str
    data: DataPart = DataPart()
    signal: Preprocess = Preprocess()
    features: FeaturesPart = FeaturesPart()
    augment: AugmentPart = AugmentPart()
    model: ModelPart
    objective: ObjectivePart = ObjectivePart()
    training: TrainingPart = TrainingPart()
    probe: ProbePart | None = None

    @model_validator(mode="after")
    def _refits_in_one_stage(self) -> Self:
        if self.training.refit and self.probe is not None:
            raise PydanticCustomError(
                "refit_probe", "Learns again in one stage alone: set training.refit to false or probe to null"
            )
        return self

    @field_validator("augment")
    @classmethod
    def _changes_decibels_where_there_are_any(cls, augment: AugmentPart, info: ValidationInfo) -> AugmentPart:
        features = info.data.get("features")
        if features is not None and features.scale == "kaldi":
            for name in ("colour", "low_pass", "noise"):
                if getattr(augment, name) is not None:
                    template = "Changes dB, which features.scale=kaldi has none of: set augment.{name} to null"
                    raise PydanticCustomError("no_decibels", template, {"name": name})
        return augment

    def without_paths(self) -> "Recipe":
        """The recipe as it is kept with a run and its model: of a path of weights the last part; a name on the hub is whole."""
        if self.model.weights is None or not Path(self.model.weights).is_absolute():
            return self
        return self.model_copy(update={"model": self.model.model_copy(update={"weights": Path(self.model.weights).name})})

    def to_yaml(self) -> str:
        """The resolved recipe: every setting, defaults too."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def _without(options: dict[str, Any], *told: str) -> dict[str, Any]:
    """The options, if none of them is what data and features tell anyway."""
    for name in told:
        if name in options:
            raise ValueError(f"'{name}' is no option, it follows from data and features")
    return options
