"""A trained model: weights (safetensors), a readable json and, if it reads, a tokenizer. Loading never unpickles."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from auscult.errors import AuscultError
from auscult.features.front_end import FrontEnd, Normalize
from auscult.features.make import make_spectrogram
from auscult.features.settings import SpectrogramSettings
from auscult.files import replacing, write_whole
from auscult.models.base import ReadingEncoder
from auscult.models.output import Output
from auscult.models.registry import create_model
from auscult.models.tokenizer import Tokenizer
from auscult.recordings.groups import OF_AGE
from auscult.signal.preprocess import Preprocess

_TOKENIZER = "tokenizer.json"


class ModelFacts(BaseModel):
    """All that is needed to build, use and judge a trained model; the json beside its weights.

    Attributes
    ----------
    model, options
        Architecture by name, and its options.
    task, classes
        What it answers; the first class is the normal one.
    signal
        What is done to a recording before it is heard.
    features, deltas, normalize
        Signal facts of the pictures.
    window_seconds, window_step
        Of the pieces that a recording is cut into where recordings are answered; None where it is answered in one piece, or
        where single segments are.
    temperature
        Logits are divided by it.
    normal_offset
        Added to the normal class's log-probability before the decision.
    recording_share
        How far the answer to an annotated segment leans on the others of its recording
        (`auscult.evaluation.recording_context`).
    recipe, data, split, protocol, seed
        How it was trained; ``recipe`` is the resolved one.
    epoch
        The epoch that was chosen, counted from 1.
    scores
        Of the sides it was scored on.
    data_licence
        Of the training data.
    adult_years
        Age that divides the age groups in break-downs.
    batch_size
        How many segments are answered at a time; it makes no difference unless ``normalize`` is ``published``.
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    format: Literal[1] = 1
    model: str
    options: dict[str, Any] = Field(default_factory=dict)
    task: str
    classes: tuple[str, ...]
    signal: Preprocess = Preprocess()
    features: SpectrogramSettings
    deltas: bool
    normalize: Normalize = "training"
    window_seconds: float | None = None
    window_step: float | None = None
    temperature: float = Field(1.0, gt=0)
    normal_offset: float = 0.0
    recording_share: float = Field(0.0, ge=0, lt=1)
    recipe: dict[str, Any] = Field(default_factory=dict)
    data: str = ""
    split: str = ""
    protocol: str = ""
    seed: int = 0
    epoch: int = 0
    scores: dict[str, dict[str, float | None]] = Field(default_factory=dict)
    data_licence: str = ""
    adult_years: float = OF_AGE
    batch_size: int = Field(32, gt=0)

    @property
    def around_seconds(self) -> float | None:
        """Length of the window in which a segment is heard (`auscult.recordings.windows.around`); None: as annotated."""
        seconds: float | None = self.recipe.get("data", {}).get("around_seconds")
        return seconds


class TrainedModel(nn.Module):
    """Spectrogram, front end and classifier as one module.

    Parameters
    ----------
    facts
        What to build; the weights are random until they are loaded or trained.
    """

    def __init__(self, facts: ModelFacts) -> None:
        super().__init__()
        self.facts = facts
        self.spectrogram = make_spectrogram(facts.features)
        self.front_end = FrontEnd(bands=facts.features.bands, deltas=facts.deltas, normalize=facts.normalize)
        self.classifier = create_model(
            facts.model,
            classes=facts.classes,
            channels=self.front_end.channels,
            bands=facts.features.bands,
            **facts.options,
        )

    def forward(self, samples: Tensor) -> Output:
        """Samples (batch, n) at the model's rate, prepared → `Output`; its logits are divided by the temperature."""
        output = self.classifier(self.front_end(self.spectrogram(samples)))
        return output._replace(logits=output.logits / self.facts.temperature)

    def save(self, folder: Path) -> None:
        """Write ``model.safetensors``, ``model.json`` and, of a model that reads, ``tokenizer.json`` into a folder.

        Each is written aside and then renamed.
        """
        with replacing(folder / "model.safetensors") as partial:
            save_file(self.state_dict(), partial)
        encoder = self.classifier.encoder
        if isinstance(encoder, ReadingEncoder):
            write_whole(folder / _TOKENIZER, encoder.tokenizer.rules.encode())
        write_whole(folder / "model.json", self.facts.model_dump_json(indent=1).encode())


def load_trained(folder: Path | str) -> TrainedModel:
    """Read a trained model from a run folder.

    Raises
    ------
    AuscultError
        When one of the files is missing, is broken or does not fit the others.
    """
    folder = Path(folder)
    card, weights = folder / "model.json", folder / "model.safetensors"
    for file in (card, weights):
        if not file.is_file():
            raise AuscultError(f"There is no trained model in {folder}: {file.name} is missing (is the training finished?).")
    try:
        model = TrainedModel(ModelFacts.model_validate_json(card.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise AuscultError(f"{card} is no model card that this version reads: {error.errors()[0]['msg']}.") from error
    try:
        model.load_state_dict(load_file(weights))
    except (SafetensorError, RuntimeError) as error:
        raise AuscultError(f"The weights {weights} are broken or do not fit {card.name}.") from error
    encoder = model.classifier.encoder
    if isinstance(encoder, ReadingEncoder):
        encoder.tokenizer = Tokenizer.load(folder / _TOKENIZER)
    return model.eval().requires_grad_(False)
