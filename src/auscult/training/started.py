"""A training that goes on from another run: the same patients choose again, and nothing that was learned from is scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.recordings.core import Dataset, Segment, Split
from auscult.training.identity import digest_test
from auscult.training.recipe import Recipe
from auscult.training.run import RunFolder


@dataclass(frozen=True)
class Started:
    """What the run that a training starts from has heard of the same data set.

    Attributes
    ----------
    source
        Its folder.
    test
        Its test side, as `auscult.training.identity.digest_test` tells it.
    answered
        Recordings that it was chosen or scored on; of another split it may have learned from all others.
    validation
        Patients that it was chosen on.
    """

    source: str
    test: str
    answered: frozenset[str]
    validation: frozenset[str]

    def take_out(self, known: Sequence[Segment]) -> tuple[list[Segment], list[Segment]]:
        """Segments of the training side → those to learn from, and those of the run's validation patients.

        Raises
        ------
        AuscultError
            When the run was chosen on none of them.
        """
        out = [segment.recording.patient in self.validation for segment in known]
        if not any(out):
            raise AuscultError(f"The run {self.source} took no patients out for validation: start from one of protocol honest.")
        return [s for s, o in zip(known, out, strict=True) if not o], [s for s, o in zip(known, out, strict=True) if o]

    def check_unheard(self, split: Split, test: Sequence[Segment]) -> None:
        """Refuse a test side that the run has learned from; that of its own split it has not, answered or not."""
        if self.test == digest_test(split):
            return
        if heard := sorted({segment.recording.id for segment in test} - self.answered):
            raise AuscultError(
                f"The run {self.source} has learned from {heard[0]}, which is on the test side here: start from a run of the "
                "same split."
            )


def started_from(recipe: Recipe, dataset: Dataset) -> Started | None:
    """What the run behind ``model.weights`` heard; None where there is no such run, or it heard another data set.

    Raises
    ------
    AuscultError
        When nobody is left to choose on: the run has learned from all of the training side (``training.refit``).
    """
    source = recipe.model.weights
    if source is None or not (Path(source) / "model.json").is_file():
        return None
    run = RunFolder(Path(source))
    if not run.record.is_file() or run.identity["data"] != dataset.name:
        return None
    if run.identity["recipe"]["training"].get("refit"):
        raise AuscultError(
            f"The run {source} has learned from its validation patients in the end: start from one without refit."
        )
    answers = Predictions.load(run.predictions)
    validation = answers.where(answers.splits == "validation")
    return Started(
        source, run.identity["test"], frozenset(answers.recordings.tolist()), frozenset(validation.patients.tolist())
    )
