"""A finished run as one ONNX file with its card: where it is wanted, or once for all in the run's own folder."""

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auscult.errors import AuscultError
from auscult.evaluation.breakdown import break_down
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.summary import summarize
from auscult.files import digest_files
from auscult.recordings.tasks import get_task
from auscult.training.run import RunFolder

if TYPE_CHECKING:
    from auscult.models.trained import TrainedModel

_KEPT = Path("export") / "model.onnx"  # not beside the run's own model.json, which its card would replace
_MOST_BYTES = 2_000_000_000
_WINDOW_SECONDS, _STEP_SECONDS = 2.0, 0.5
_MODEL = ("model.json", "model.safetensors")


def export_run(
    folder: Path,
    out: Path,
    *,
    name: str,
    licence: str | None = None,
    window_seconds: float | None = None,
    step_seconds: float | None = None,
) -> float:
    """Export a finished training, or a cross-validation as the mean of its folds' models.

    Parameters
    ----------
    folder, out
        The run folder, and the ``.onnx`` file to write; its card is written beside it. The card has no thresholds
        (`auscult.export.thresholds` chooses them), so a window has the labels of its most probable class.
    name, licence
        Of the model, for its card.
    window_seconds
        Of a window; None: what the recipe cuts recordings into or puts around segments, else 2 seconds, or what the model hears
        of a picture if that is less.
    step_seconds
        Between two windows; None: half a second, or a quarter of a window if that is less.

    Returns
    -------
    The largest difference between torch and ONNX Runtime.

    Raises
    ------
    AuscultError
        When the run is not finished, its models are too large for one file, or see `auscult.export.onnx_file.export_onnx`.
    """
    from auscult.export.onnx_file import export_onnx
    from auscult.models.trained import load_trained  # torch: a run that has been exported is analysed without

    run, folders = RunFolder(folder), _model_folders(folder)
    _check_size(folders)
    models = [load_trained(each) for each in folders]
    card = {
        "name": name,
        "title": models[0].facts.recipe.get("title", models[0].facts.model),
        "organ": get_task(models[0].facts.task).organ,
        "licence": licence,
        "intended_use": "An aid for listening, research and teaching; not a medical device, never a diagnosis.",
        "run_sha256": _digest_models(folders),
    } | (_about_folds(run) if folders != [folder] else {})
    window = window_seconds or _learned_seconds(models[0])
    step = step_seconds or min(_STEP_SECONDS, window / 4)
    return export_onnx(models, out, card=card, window_seconds=window, step_seconds=step)


def export_once(folder: Path | str, *, say: Callable[[str], None] | None = None) -> Path:
    """Find the ONNX file in a run folder, after exporting the run to it unless it has been, as it is now.

    Parameters
    ----------
    folder
        Folder of a finished training or cross-validation; the file is ``export/model.onnx`` in it.
    say
        Called with a line before an export, which takes seconds.

    Raises
    ------
    AuscultError
        As `export_run`; nothing is left then.
    """
    folder = Path(folder)
    folders, onnx = _model_folders(folder), folder / _KEPT
    if _is_export_of(folders, onnx):
        return onnx
    if say is not None:
        say(f"Exporting the run {folder} to {onnx}, which is done once.")
    onnx.parent.mkdir(exist_ok=True)
    try:
        export_run(folder, onnx, name=folder.resolve().name)
    finally:
        with suppress(OSError):  # only an empty folder can be removed: that of an export that failed
            onnx.parent.rmdir()
    return onnx


def _learned_seconds(model: "TrainedModel") -> float:
    """Length of the windows that the model has learned from, as far as it has."""
    facts = model.facts
    return facts.window_seconds or facts.around_seconds or min(_WINDOW_SECONDS, _heard_seconds(model))


def _heard_seconds(model: "TrainedModel") -> float:
    """As much of a picture as the model hears."""
    frames, settings = model.classifier.encoder.most_frames, model.facts.features
    return math.inf if frames is None else (frames - 1) * settings.frame_seconds + settings.span_seconds


def _model_folders(folder: Path) -> list[Path]:
    """Where a finished run keeps its models: in its own folder, or in one for each fold."""
    run = RunFolder(folder)
    folds = run.identity.get("folds", []) if run.record.is_file() else []
    folders = [folder / fold for fold in folds] or [folder]
    files = [each / name for each in folders for name in _MODEL] + ([run.predictions] if run.record.is_file() else [])
    for file in files:
        if not file.is_file():
            raise AuscultError(
                f"{folder} is no finished run of `auscult train` or `auscult crossval`, {file.relative_to(folder)} is missing: "
                "finish it with the command that began it, or name another folder."
            )
    return folders


def _is_export_of(folders: list[Path], onnx: Path) -> bool:
    """Whether file and card are whole, and of these models as they are now."""
    try:
        card = json.loads(onnx.with_suffix(".json").read_text(encoding="utf-8"))
        return bool(card["run_sha256"] == _digest_models(folders) and card["sha256"] == digest_files(onnx))
    except (FileNotFoundError, ValueError, KeyError):
        return False


def _digest_models(folders: list[Path]) -> str:
    return digest_files(*(folder / name for folder in folders for name in _MODEL))


def _check_size(folders: list[Path]) -> None:
    """One ONNX file cannot hold more than 2 GB."""
    size = sum((folder / "model.safetensors").stat().st_size for folder in folders)
    if size > _MOST_BYTES:
        raise AuscultError(
            f"The weights of {len(folders)} models are {size / 1e9:.1f} GB, more than one ONNX file can hold: take one fold, "
            f"such as {folders[0]}."
        )


def _about_folds(run: RunFolder) -> dict[str, Any]:
    """What the card says of the mean of all folds' models: each answer scored here is of the one that had not heard it."""
    predictions, identity = Predictions.load(run.predictions), run.identity
    scores = {"all answers": asdict(summarize(predictions).scores)}
    if "database" in predictions.groups:
        by_database = break_down(predictions, "database")
        scores |= {f"database {name}": asdict(group.scores) for name, group in by_database.groups.items()}
        scores["mean of databases"] = {"score": by_database.mean}
    return {
        "split": f"mean of the models of {len(identity['folds'])} folds by {identity['crossval']}; "
        "scores: each recording by the model that has not heard it",
        "scores": scores,
    }
