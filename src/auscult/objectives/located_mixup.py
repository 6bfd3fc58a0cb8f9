"""Mixup that teaches when an abnormal sound is heard too, as far as annotators told its beginning and end."""

from torch import Tensor
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.base import Classifier, frame_mask
from auscult.objectives.batch import Batch
from auscult.objectives.cross_entropy import ClassWeights
from auscult.objectives.mixup import Mixup
from auscult.objectives.registry import register_objective
from auscult.options import Amount, Positive, Share


@register_objective("located-mixup")
class LocatedMixup(Mixup):
    """L = L_mixup + weight · mean_{i,t} BCE(g_t(λ_i x_i + (1 − λ_i) x_π(i)), λ_i m_i,t + (1 − λ_i) m_π(i),t).

    g_t is the model's probability that something abnormal is heard in frame t, and m_i,t is 1 where it was annotated, else 0;
    the mean is over the frames that are sound. auscult's own: strong labels of sound event detection, mixed as the classes are.

    Parameters
    ----------
    class_counts, class_weights, label_smoothing, concentration
        See `auscult.objectives.mixup.Mixup`.
    weight
        Of the second part.
    """

    wants_places = True

    def __init__(
        self,
        *,
        class_counts: Tensor,
        class_weights: ClassWeights = "none",
        label_smoothing: Share = 0.0,
        concentration: Positive = 0.3,
        weight: Amount = 1.0,
    ) -> None:
        super().__init__(
            class_counts=class_counts,
            class_weights=class_weights,
            label_smoothing=label_smoothing,
            concentration=concentration,
        )
        self.weight = weight

    def check(self, model: Classifier) -> None:
        """See `auscult.objectives.base.Objective.check`."""
        if not model.encoder.tells_frames:
            raise AuscultError(
                "The objective located-mixup teaches in which frames something is heard, which this model does not tell: "
                "choose model mn with --set model.options.locate=true, or objective mixup."
            )

    def forward(self, model: Classifier, batch: Batch) -> Tensor:
        """See `auscult.objectives.base.Objective.forward`."""
        assert batch.places is not None
        mixture = self.draw(batch)
        output = model(mixture.of(batch.pictures), *batch.inputs[1:])
        assert output.frame_logits is not None
        places = mixture.of(batch.places[:, None, None])[:, 0, 0]  # (n, frames)
        sound = frame_mask(batch.pictures, batch.lengths)[:, 0, 0]
        each = F.binary_cross_entropy_with_logits(output.frame_logits, places, reduction="none")
        return self.of_classes(output.logits, batch.truth, mixture) + self.weight * (each * sound).sum() / sound.sum()
