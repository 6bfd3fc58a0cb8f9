"""How probable it is that an annotator would call a recording good enough: a logistic regression, all numbers in a json."""

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from auscult.analysis.model import BUNDLED
from auscult.recordings.tasks import Organ

FURTHEST = 3.0
"""A figure counts as no further from the mean than so many standard deviations: of other stethoscopes nothing is known."""


class Weight(BaseModel):
    """Mean and standard deviation of a figure on the training side, and its weight in the log-odds of good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    scale: float
    weight: float


class QualityModel(BaseModel):
    """A learned quality, read from ``bundled/quality-ORGAN.json``.

    Attributes
    ----------
    format
        Version of this layout.
    title, organ, training_data, data_licence, licence, scores
        Its card: where it comes from and how far to trust it.
    intercept, figures
        log-odds of good = intercept + Σ weight · (figure - mean) / scale, the quotient cut at ± `FURTHEST`. The figures are
        those of `auscult.signal.quality.meter.Measures`.
    doubt, limit
        Below ``doubt`` a recording is doubtful, below ``limit`` it is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    title: str
    organ: Organ
    training_data: str
    data_licence: str
    licence: str
    scores: JsonValue
    doubt: float
    limit: float
    intercept: float
    figures: dict[str, Weight]

    def probability(self, figures: Mapping[str, float]) -> float | None:
        """Probability that an annotator would call a recording good enough; None where a figure is missing."""
        if not self.figures.keys() <= figures.keys():
            return None
        odds = self.intercept
        for name, learned in self.figures.items():
            distance = (figures[name] - learned.mean) / learned.scale
            odds += learned.weight * min(max(distance, -FURTHEST), FURTHEST)
        return 1 / (1 + math.exp(-odds))


@cache
def quality_model(organ: Organ) -> QualityModel | None:
    """Read the model for an organ; None where none came with this auscult."""
    path = BUNDLED / f"quality-{organ}.json"
    return QualityModel.model_validate(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
