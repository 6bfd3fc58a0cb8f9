"""The report as one html page that needs no other file: tables, pictures, recipes and environments."""

import base64
import json
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
class Picture:
    """A picture of the report.

    Attributes
    ----------
    file
        Its name.
    title
        What it shows, also for those who cannot see it.
    png
        Content of the file.
    """

    file: str
    title: str
    png: bytes


def render_page(runs: Sequence[Run], tables: Sequence[Table], pictures: Sequence[Picture], notes: Sequence[str]) -> str:
    """Write the page; whatever comes from files is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE).render(
        title=" and ".join(run.label for run in runs) if len(runs) < 3 else f"{len(runs)} runs of {runs[0].task}",
        disclaimer=DISCLAIMER,
        notes=notes,
        tables=tables,
        pictures=[(picture.title, base64.b64encode(picture.png).decode("ascii")) for picture in pictures],
        runs=[(run.label, facts(run), run.recipe_yaml, json.dumps(run.environment, indent=1)) for run in runs],
    )


def facts(run: Run) -> Mapping[str, str]:
    """What is to be known of a run besides its numbers, by name."""
    identity = run.identity
    divided = f"{len(run.folds)} folds by {identity['crossval']}" if run.folds else str(identity.get("split", "?"))
    epochs = [str(history.chosen + 1) for history in run.histories if history.chosen is not None]
    known = {
        "folder": str(run.path),
        "recipe": f"{run.recipe.get('name', '?')}: {run.recipe.get('title', '')}",
        "paper": str(run.recipe.get("paper", "")),
        "data": f"{identity['data']}, {identity.get('recordings', '?')} recordings",
        "task": run.task,
        "divided": divided,
        "protocol": run.protocol,
        "seed": str(identity.get("seed", "?")),
        "epochs chosen": ", ".join(epochs),
        "state": "finished" if run.finished else run.lacks or "",
    }
    return {name: text for name, text in known.items() if text}
