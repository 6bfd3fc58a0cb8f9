"""A model whose head is fitted in one go: what its settings may be, and the choice among them."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from scipy.special import log_softmax

from auscult.errors import AuscultError
from auscult.files import replacing, write_whole
from auscult.models.fitted_head import Chosen, FittedHead
from auscult.models.trained import TrainedModel
from auscult.objectives.cross_entropy import inverse_frequency
from auscult.recordings.tasks import Task
from auscult.training.choice import choosing_score
from auscult.training.data import Side
from auscult.training.embed import embed
from auscult.training.recipe import AugmentPart, ObjectivePart, Recipe, TrainingPart
from auscult.training.run import RunFolder
from auscult.training.sides import Sides

_USED = ("batch_size", "samples", "balance_over", "protocol", "recording_context")
_AT_A_TIME = 1024


def check_fitted(recipe: Recipe) -> None:
    """Refuse settings that mean nothing to a model that is fitted in one go.

    Of `TrainingPart` it has ``batch_size`` (of embedding and answering), ``samples`` (so many segments, drawn at random, are
    fitted to), ``balance_over`` (of the choice), ``protocol`` and ``recording_context``.

    Raises
    ------
    AuscultError
        When there is a probe or a random change, another objective, or anything else that differs from its default.
    """
    plain = {f"training.{name}": value for name, value in TrainingPart(epochs=1) if name not in _USED}
    plain |= {f"augment.{name}": value for name, value in AugmentPart()}
    plain |= {f"objective.{name}": value for name, value in ObjectivePart()} | {"probe": None}
    for setting, value in plain.items():
        part, _, name = setting.partition(".")
        found = getattr(recipe, part) if not name else getattr(getattr(recipe, part), name)
        if found != value:
            said = "null" if value is None else value
            raise AuscultError(
                f"The model {recipe.model.name} is fitted in one go, by no epochs, no objective and without random changes: "
                f"set {setting}={said}."
            )


def fit_head(
    settings: TrainingPart, task: Task, model: TrainedModel, sides: Sides, run: RunFolder, *, seed: int, quiet: bool
) -> int:
    """Fit the head with every combination of its settings; the model has the best one afterwards, and says which in its facts.

    Parameters
    ----------
    settings, task
        Protocol and groups of the choice, and the Score that it is made by, as in `auscult.training.module`.
    model, sides
        What is fitted, to the learning side. The validation side chooses; with protocol both the test side too, for itself.
    run
        Where ``choices.csv``, a line for each combination, and the best weights are written; with protocol both also
        ``run.published_weights``.
    seed
        Of the fit, and of the draw of segments.
    quiet
        No progress bar.

    Returns
    -------
    int
        Number of the chosen combination, counted from 1.
    """
    head = model.classifier.head
    assert isinstance(head, FittedHead)
    choosing = {"score": sides.validate} | ({"published_score": sides.test} if settings.protocol == "both" else {})
    files = {"score": run.best_weights, "published_score": run.published_weights}
    embedded = {name: torch.from_numpy(embed(model, side)) for name, side in choosing.items()}
    best, chosen, lines = dict.fromkeys(choosing, -1.0), (0, Chosen()), list[dict[str, Any]]()
    for number, options in enumerate(_fits(head, model, sides.learn, settings.samples, seed=seed, quiet=quiet), start=1):
        scores = {
            name: _score(head, embedded[name], side, task, settings, tuned=name == "score") for name, side in choosing.items()
        }
        lines.append({"number": number, **{name: value[0] for name, value in options.items()}, **scores})
        for name in [name for name, score in scores.items() if score > best[name]]:
            best[name] = scores[name]
            chosen = (number, options) if name == "score" else chosen
            with replacing(files[name]) as partial:
                save_file({f"head.{key}": value for key, value in head.state_dict().items()}, partial)
    write_whole(run.choices, _table(lines).encode())
    model.classifier.load_state_dict(model.classifier.state_dict() | load_file(run.best_weights))
    model.facts = model.facts.model_copy(update={"options": model.facts.options | chosen[1]})
    return chosen[0]


def _fits(
    head: FittedHead, model: TrainedModel, learn: Side, samples: int | None, *, seed: int, quiet: bool
) -> Iterator[Chosen]:
    """Fit one combination after the other to the learning side, or to some segments of it."""
    from rich.progress import track

    embeddings, truth = embed(model, learn), learn.truth
    if samples is not None and samples < len(truth):
        drawn = np.sort(np.random.default_rng(seed).permutation(len(truth))[:samples])
        embeddings, truth = embeddings[drawn], truth[drawn]
    counts = torch.from_numpy(np.bincount(truth, minlength=len(model.classifier.classes)))
    of_class = inverse_frequency(counts, head.class_weights)
    weights = np.ones(len(truth)) if of_class is None else of_class.double().numpy()[truth]
    fits = head.fit_each(embeddings, truth, weights, seed=seed)
    yield from track(fits, description="Fitting", total=head.combinations, disable=quiet)


@torch.inference_mode()
def _score(head: FittedHead, embeddings: torch.Tensor, side: Side, task: Task, settings: TrainingPart, *, tuned: bool) -> float:
    """The Score by which a combination is chosen on a side: on the test side without a decision offset."""
    logits: NDArray[np.float64] = torch.cat([head(part) for part in torch.split(embeddings, _AT_A_TIME)]).double().numpy()
    logs, truth = side.pool(log_softmax(logits, axis=1)), side.truth[side.answered]
    weights = side.weights(settings.balance_over) if tuned else None
    return choosing_score(logs, truth, task, weights=weights, tuned=tuned and settings.protocol != "published")


def _table(lines: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()
