"""Write a trained model as one ONNX file with its card, after checking that both give the same answers."""

import json
import warnings
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from auscult.errors import AuscultError
from auscult.export.windowed import WindowedModel
from auscult.files import replacing, write_whole
from auscult.models.trained import TrainedModel
from auscult.recordings.tasks import get_task, merge_classes

_TOLERANCE = 1e-4
_OPSET = 17
_ANSWERED = "icbhi-4"  # by models of finer lung classes


def export_onnx(
    model: TrainedModel | Sequence[TrainedModel],
    out: Path,
    *,
    card: dict[str, Any],
    window_seconds: float = 2.0,
    step_seconds: float = 0.5,
) -> float:
    """Export a trained model: prepared samples in, probabilities of each window out, and its attention where there is any.

    Parameters
    ----------
    model
        A trained model, or several of one recipe, such as those of the folds of a cross-validation; see `WindowedModel`.
    out
        The ``.onnx`` file; its card is written beside it as ``.json``.
    card
        What the model does not know of itself: name, title, organ, licence.
    window_seconds, step_seconds
        Rounded to whole frames; the card holds the rounded values.

    Returns
    -------
    The largest difference between torch and ONNX Runtime over three lengths and two batch sizes.

    Raises
    ------
    AuscultError
        When the two differ by more than 1e-4, or an answer depends on the batch that it is in (``features.normalize:
        published``); nothing is written then.

    Notes
    -----
    The tracing exporter is used: the newer one cannot export bidirectional GRUs of variable length
    (pytorch/pytorch#191855).
    """
    models = [model] if isinstance(model, TrainedModel) else list(model)
    if any(each.facts.normalize == "published" for each in models):
        raise AuscultError(
            f"{out.name} cannot be written: with features.normalize=published an answer depends on which sounds are answered "
            "together; train with --set features.normalize=training to export."
        )
    settings = models[0].facts.features
    covered = max(settings.span_seconds, settings.frame_seconds)  # by a frame; the span of a centred one is 0
    window_frames = max(1, round((window_seconds - covered) / settings.frame_seconds) + 1)
    step_frames = max(1, round(step_seconds / settings.frame_seconds))
    if step_frames > window_frames:
        raise AuscultError(
            f"The step of {step_seconds:g} s is longer than the window of {window_seconds:g} s: make it shorter."
        )
    windowed = WindowedModel(models, window_frames=window_frames, step_frames=step_frames).eval()
    with replacing(out) as partial:
        _trace(windowed, partial, seconds=2 * window_seconds)
        difference = largest_difference(windowed, partial)
        if difference > _TOLERANCE:
            raise AuscultError(f"The export of {out.name} differs from torch by {difference:.1e}; it was not written.")
        facts = _card(windowed, card, sha256(partial.read_bytes()).hexdigest())
        write_card(out.with_suffix(".json"), facts)
    return difference


def write_card(path: Path, facts: dict[str, Any]) -> None:
    """Write a card as readable json."""
    write_whole(path, (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode())


def largest_difference(windowed: WindowedModel, file: Path) -> float:
    """Between torch and ONNX Runtime, over lengths below, at and above a window and batches of 1 and 3."""
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    rate = windowed.facts.features.rate
    window = windowed.window_frames * windowed.facts.features.hop
    rng = np.random.default_rng(0)
    worst = 0.0
    for samples in (rate // 3, window + 17, 5 * window + 301):
        for batch in (1, 3):
            sound = rng.normal(0, 0.02, (batch, samples)).astype(np.float32)
            with torch.inference_mode():
                expected = windowed(torch.from_numpy(sound))
            found = session.run(None, {"samples": sound})
            for one, other in zip(expected, found, strict=True):
                if one.shape != other.shape:
                    raise AuscultError(f"The export gives shape {other.shape} where torch gives {tuple(one.shape)}.")
                worst = max(worst, float(np.abs(one.numpy() - other).max()))
    return worst


def _trace(windowed: WindowedModel, file: Path, *, seconds: float) -> None:
    example = torch.randn(2, round(seconds * windowed.facts.features.rate)) * 0.02
    with torch.inference_mode():
        outputs = ["probabilities", "attention"][: len(windowed(example))]
    shapes = {"samples": {0: "batch", 1: "n"}, "probabilities": {0: "batch", 1: "windows"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecation of the tracing exporter; constants that the trace rightly freezes
        torch.onnx.export(
            windowed,
            (example,),
            file,
            input_names=["samples"],
            output_names=outputs,
            dynamic_axes=shapes | ({"attention": {0: "batch", 1: "windows", 3: "frames"}} if len(outputs) > 1 else {}),
            opset_version=_OPSET,
            dynamo=False,
        )


def _card(windowed: WindowedModel, given: dict[str, Any], digest: str) -> dict[str, Any]:
    """Everything a user of the file has to know; ``given`` wins."""
    facts, settings = windowed.facts, windowed.facts.features
    hop, rate = settings.hop, settings.rate
    deltas = windowed.trained[0].front_end.deltas
    reach = windowed.trained[0].classifier.encoder.reach + (0 if deltas is None else 2 * deltas.reach)
    return {
        "format": 1,
        "task": facts.task,
        "classes": facts.classes,
        "coarse": _coarse(facts.task),
        "rate": rate,
        "preprocess": facts.signal.model_dump(),
        "pooling": "mean" if get_task(facts.task).level == "recording" else "top",
        "window_seconds": ((windowed.window_frames - 1) * hop + max(settings.span, hop)) / rate,
        "step_seconds": windowed.step_frames * hop / rate,
        "context_seconds": (reach * hop + settings.window) / rate,
        "frame_seconds": hop / rate,
        "band_hz": [round(float(hz), 2) for hz in settings.centres()],
        "normal_offset": windowed.normal_offset,
        "recording_share": windowed.recording_share,
        "architecture": facts.model,
        "recipe": facts.recipe,
        "started_from": _start(windowed.trained[0]),
        "training_data": facts.data,
        "data_licence": facts.data_licence,
        "split": facts.split,
        "protocol": facts.protocol,
        "seeds": sorted({model.facts.seed for model in windowed.trained}),
        "scores": facts.scores,
        "sha256": digest,
    } | given


def _start(model: TrainedModel) -> str | None:
    """The weights that training started from, whose licence goes with the model; None: random ones."""
    weights = model.facts.recipe.get("model", {}).get("weights")
    if weights is None:
        return None
    published = model.classifier.encoder.published
    return str(weights) if published is None else f"{weights}: {published}"


def _coarse(task: str) -> dict[str, str] | None:
    """The class of icbhi-4 that each class is answered as, in the order of these; None for tasks that cannot be, or are it."""
    answers = get_task(_ANSWERED)
    merged = None if task == _ANSWERED else merge_classes(get_task(task), answers)
    return merged and dict(sorted(merged.items(), key=lambda one: answers.classes.index(one[1])))
