"""The interface of every objective."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from auscult.models.base import Classifier
from auscult.objectives.batch import Batch
from auscult.objectives.partners import Partners


class Objective(nn.Module, ABC):
    """A training objective: (model, batch) → loss. A module, since some objectives learn heads of their own.

    Attributes
    ----------
    teaches_classifier
        Whether the classifier's head learns too; otherwise a recipe needs a second stage (`auscult.training.recipe.ProbePart`).
    views
        How many randomly changed views of each segment a batch must hold.
    smallest_batch
        Segments that a batch must hold so that anything can be learned.
    labels
        Names of the labels that a batch must hold besides the class; `auscult.training.contrast_labels` knows them.
    partners
        What partners a batch must hold from time to time (`Batch.partners`); None: all batches are plain ones.
    wants_places
        Whether a batch must tell in which frames something abnormal was annotated.
    progress
        Share of the training's steps that are done, 0 to 1; set before each step.
    """

    teaches_classifier: bool = True
    views: int = 1
    smallest_batch: int = 1
    labels: tuple[str, ...] = ()
    partners: Partners | None = None
    wants_places: bool = False
    progress: float = 0.0

    @abstractmethod
    def forward(self, model: Classifier, batch: Batch) -> Tensor:
        """The loss () of a batch.

        Parameters
        ----------
        model
            The network that is trained: an encoder, and the classifier's head beside it.
        batch
            What it is trained on now.
        """

    def check(self, model: Classifier) -> None:
        """Raise an `AuscultError` if the objective cannot teach this model; most can teach any."""

    def can_learn_from(self, batch: Batch) -> bool:
        """Whether the batch tells this objective anything; otherwise it is skipped."""
        del batch
        return True
