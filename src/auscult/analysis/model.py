"""A trained model from its two files, run by ONNX Runtime on one thread."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from auscult.analysis.card import Card, load_card
from auscult.errors import AuscultError
from auscult.recordings.tasks import Organ

BUNDLED = Path(__file__).parents[1] / "bundled"
DEFAULTS: dict[Organ, str] = {"lung": "mn-lung", "heart": "heart"}
"""Which bundled model answers where none is named: the better one on validation patients (docs/recipes/mn.md)."""
_PROBABILITIES, _ATTENTION = "probabilities", "attention"


class OnnxModel:
    """Samples in, probabilities out, and attention where the model has it.

    Parameters
    ----------
    path
        The onnx file; its card lies beside it, with the ending ``.json``.

    Attributes
    ----------
    card
        The model's `Card`.

    Raises
    ------
    AuscultError
        When a file is missing, the card is not valid, the onnx file is not the one that the card describes, or it does not run.
    """

    def __init__(self, path: Path | str) -> None:
        path = Path(path)
        if not path.is_file():
            raise AuscultError(f"There is no model file {path}; name an onnx file or a bundled model: {_bundled_names()}.")
        self.card: Card = load_card(path.with_suffix(".json"))
        weights = path.read_bytes()
        if sha256(weights).hexdigest() != self.card.sha256:
            raise AuscultError(f"{path} is not the file that its card describes (sha256 differs): copy both files again.")
        self._session = _open_session(weights, path)
        names = {output.name for output in self._session.get_outputs()}
        self._outputs = [name for name in (_PROBABILITIES, _ATTENTION) if name in names]

    def __call__(self, samples: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Run the model once.

        Parameters
        ----------
        samples
            (n,) at ``card.rate``, preprocessed as the card says and brought to the common level (`auscult.analysis.listen`).

        Returns
        -------
        probabilities
            (windows, classes). Fewer samples than a window give one window.
        attention
            (windows, bands, frames); each window's map adds up to 1. None where the model has no map of its own.
        """
        probabilities, *attention = self._session.run(self._outputs, {"samples": samples[None]})
        return probabilities[0], attention[0][0] if attention else None


def load_model(name: str | Path = DEFAULTS["lung"]) -> OnnxModel:
    """Load a trained model.

    Parameters
    ----------
    name
        One of `list_bundled`, or the path of an onnx file with its card beside it.

    Raises
    ------
    AuscultError
        When there is no such model (the sentence lists the bundled ones), or see `OnnxModel`.

    Examples
    --------
    >>> load_model("lung").card.classes  # doctest: +SKIP
    ('normal', 'crackle', 'wheeze', 'both')
    """
    if str(name) in list_bundled():
        return OnnxModel(BUNDLED / f"{name}.onnx")
    path = Path(name)
    if path.is_dir():
        raise AuscultError(
            f"{path} is a folder: `auscult analyze --model` takes that of a run; in Python name the file that "
            "auscult.export.of_run.export_once gives."
        )
    if path.suffix != ".onnx":
        raise AuscultError(f"There is no model '{name}'; bundled models: {_bundled_names()}; or name an onnx file.")
    return OnnxModel(path)


def choose_model(model: str | Path | OnnxModel | None = None, organ: Organ | None = None) -> OnnxModel:
    """Find the model that is asked for by its name, by an organ, or by both.

    Parameters
    ----------
    model
        A name or path as for `load_model`, or a loaded model.
    organ
        ``lung`` or ``heart``: the model in `DEFAULTS`, where none is named. Neither given: lung.

    Raises
    ------
    AuscultError
        When the model named is for the other organ, or see `load_model`.
    """
    if model is None:
        return load_model(DEFAULTS[organ or "lung"])
    chosen = model if isinstance(model, OnnxModel) else load_model(model)
    if organ is not None and chosen.card.organ != organ:
        raise AuscultError(
            f"The model {chosen.card.name} is made for {chosen.card.organ} sounds, not for {organ} sounds: "
            f"leave out the model or the organ."
        )
    return chosen


def list_bundled() -> list[str]:
    """Names of the models that come with auscult, in alphabetical order."""
    return sorted(path.stem for path in BUNDLED.glob("*.onnx") if path.with_suffix(".json").is_file())


def _bundled_names() -> str:
    return ", ".join(list_bundled()) or "none in this installation"


def _open_session(weights: bytes, path: Path) -> Any:
    """Start a session on one thread: windows are small, and threads that wait for each other cost more than they save."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    try:
        session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has a class of its own for every way a file can be wrong, and no common one
        raise AuscultError(f"{path} cannot be run by ONNX Runtime; export the model again.") from error
    missing = {"samples", _PROBABILITIES} - {value.name for value in [*session.get_inputs(), *session.get_outputs()]}
    if missing:
        raise AuscultError(f"{path} lacks {', '.join(sorted(missing))}: it is not a model exported by auscult.")
    return session
