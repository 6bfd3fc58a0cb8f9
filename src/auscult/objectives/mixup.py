"""Cross-entropy on pictures that are mixed with others of their batch."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.distributions import Beta
from torch.nn import functional as F

from auscult.models.base import Classifier
from auscult.models.repeat import repeat_up_to
from auscult.objectives.base import Objective
from auscult.objectives.batch import Batch
from auscult.objectives.cross_entropy import ClassWeights, inverse_frequency
from auscult.objectives.registry import register_objective
from auscult.options import Positive, Share


class Mixture(NamedTuple):
    """How a batch is mixed: of each picture the share that stays, the number of its partner, and its frames of sound (n,)."""

    own: Tensor
    partners: Tensor
    lengths: Tensor

    def of(self, values: Tensor) -> Tensor:
        """What comes of pictures, or of what else goes with their frames, (n, channels, bands, frames)."""
        filled, _ = repeat_up_to(values, self.lengths, values.shape[3])
        share = self.own[:, None, None, None]
        return share * values + (1 - share) * filled[self.partners]


@register_objective("mixup")
class Mixup(Objective):
    """L = mean_i [λ_i CE(f(λ_i x_i + (1 − λ_i) x_π(i)), y_i) + (1 − λ_i) CE(f(…), y_π(i))].

    π is a permutation of the batch. A picture stays as long as it is: where its partner is shorter, that one is repeated, and
    where it is longer, it is cut. What a model reads beside a picture stays the picture's own.

    Parameters
    ----------
    class_counts
        Training segments of each class (classes,).
    class_weights, label_smoothing
        See `auscult.objectives.cross_entropy.CrossEntropy`.
    concentration
        λ_i is the larger of λ and 1 − λ, with λ from Beta(concentration, concentration): a picture is always the larger part
        of its mixture.

    References
    ----------
    Zhang et al., mixup: Beyond empirical risk minimization, ICLR 2018 (arXiv 1710.09412), where λ is drawn once for a batch;
    the larger part as in EfficientAT (arXiv 2211.04772).
    """

    weights: Tensor | None
    smallest_batch = 2

    def __init__(
        self,
        *,
        class_counts: Tensor,
        class_weights: ClassWeights = "none",
        label_smoothing: Share = 0.0,
        concentration: Positive = 0.3,
    ) -> None:
        super().__init__()
        self.label_smoothing, self.concentration = label_smoothing, concentration
        self.register_buffer("weights", inverse_frequency(class_counts, class_weights), persistent=False)

    def forward(self, model: Classifier, batch: Batch) -> Tensor:
        """See `Objective.forward`."""
        mixture = self.draw(batch)
        logits = model(mixture.of(batch.pictures), *batch.inputs[1:]).logits
        return self.of_classes(logits, batch.truth, mixture)

    def draw(self, batch: Batch) -> Mixture:
        """λ and π for a batch."""
        n = len(batch.truth)
        drawn = Beta(self.concentration, self.concentration).sample((n,)).to(batch.pictures)
        return Mixture(torch.maximum(drawn, 1 - drawn), torch.randperm(n, device=batch.truth.device), batch.lengths)

    def of_classes(self, logits: Tensor, truth: Tensor, mixture: Mixture) -> Tensor:
        """The loss () of logits (n, classes) of mixed pictures; ``truth`` (n,) before they were mixed."""
        own, partners = mixture.own, mixture.partners
        losses = own * self._losses(logits, truth) + (1 - own) * self._losses(logits, truth[partners])
        return losses.mean()

    def can_learn_from(self, batch: Batch) -> bool:
        """See `Objective.can_learn_from`."""
        return len(batch.truth) >= self.smallest_batch

    def _losses(self, logits: Tensor, truth: Tensor) -> Tensor:
        """Of each picture, (n,)."""
        return F.cross_entropy(logits, truth, weight=self.weights, label_smoothing=self.label_smoothing, reduction="none")
