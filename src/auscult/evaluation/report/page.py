"""The report as one html page that needs no other file: tables, pictures, recipes and environments."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, StrictUndefined

from auscult.evaluation.report.run import Run
from auscult.evaluation.report.table import Table
from auscult.evaluation.report.template import TEMPLATE

DISCLAIMER = (
    "Scores of a model on the recordings of a data set, for research. They do not say how well it would do on other patients, "
    "other stethoscopes or in other places. auscult is no medical device, and a clinician has to listen."
)


@dataclass(frozen=True)
class Section:
    """A picture of the report, and the same in numbers.

    Attributes
    ----------
    title
        What it shows, also for those who cannot see it.
    file, png
        Name of the picture and content of its file.
    table
        Its numbers; None where they are too many.
    """

    title: str
    file: str
    png: bytes
    table: Table | None = None

    @property
    def base64(self) -> str:
        """The picture as text, to be embedded."""
        return b64encode(self.png).decode("ascii")


def render_page(runs: Sequence[Run], sections: Sequence[Section], notes: Sequence[str]) -> str:
    """Write the page; whatever comes from files is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE).render(
        title=" and ".join(run.label for run in runs) if len(runs) < 3 else f"{len(runs)} runs of {runs[0].task}",
        disclaimer=DISCLAIMER,
        notes=notes,
        sections=sections,
        runs=[(run.label, facts(run), run.recipe_yaml, json.dumps(run.environment, indent=1)) for run in runs],
    )


def facts(run: Run) -> Mapping[str, str]:
    """What is to be known of a run besides its numbers, by name."""
    identity = run.identity
    divided = f"{len(run.folds)} folds by {identity.get('crossval', '?')}" if run.folds else str(identity.get("split", "?"))
    epochs = [str(history.chosen + 1) for history in run.histories if history.chosen is not None]
    known = {
        "folder": str(run.path),
        "recipe": f"{run.recipe.get('name', '?')}: {run.recipe.get('title', '')}",
        "paper": str(run.recipe.get("paper", "")),
        "data": f"{identity['data']}, {identity.get('recordings', '?')} recordings",
        "task": run.task,
        "divided": divided,
        "stages": _describe_stages(run),
        "protocol": run.protocol,
        "seed": str(identity.get("seed", "?")),
        "epochs chosen": ", ".join(epochs),
        "state": "finished" if run.finished else run.lacks or "",
    }
    return {name: text for name, text in known.items() if text}


def _describe_stages(run: Run) -> str:
    """What learns by which objective, where there are two stages."""
    if len(run.stages) == 1:
        return ""
    epochs = [str(run.recipe.get(part, {}).get("epochs", "?")) for part in ("training", "probe")]
    encoder, classifier = (f"{name}, {number} epochs" for name, number in zip(run.stages, epochs, strict=True))
    return f"first the encoder ({encoder}), then the classifier on the encoder of the last epoch ({classifier})"
