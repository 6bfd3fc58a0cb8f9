"""The file as a domain, adversarially: what tells that two segments are of one file is unlearned."""

from typing import Literal

from torch import Tensor

from auscult.objectives.cross_entropy import ClassWeights
from auscult.objectives.file_contrast import FileContrast
from auscult.objectives.partners import Alike, Both
from auscult.objectives.registry import register_objective
from auscult.objectives.reversal import Schedule, reverse_gradient, strength_at
from auscult.options import Amount, Count, Positive

Place = Literal["before-projector", "after-projector"]


@register_objective("file-adversarial")
class FileAdversarial(FileContrast):
    """N steps of cross-entropy, then one of α · `info_nce` behind a gradient reversal, and so on.

    The positive is of the anchor's file, the negatives bear its class (S0's method 2): the projector learns to tell a segment
    of the same file from strangers of the same class, and the encoder to give it nothing to tell by. A segment that shares both
    is the best positive, since it differs from the negatives by the file alone; one of another class could be told by its
    class, which the encoder would unlearn too.

    Parameters
    ----------
    reversal, strength
        `strength_at` which the gradient is reversed.
    place
        ``before-projector``: between encoder and projector, which work against each other; ``after-projector``: both work
        against the contrast.
    class_counts, embedding_size, classify_steps, negatives, both, anchors, alpha, temperature, projection_size, class_weights
        See `FileContrast`.

    References
    ----------
    S0 (papers/000), method 2.
    """

    positives_share: Alike = "file"
    negatives_share: Alike = "label"

    def __init__(
        self,
        *,
        class_counts: Tensor,
        embedding_size: int,
        reversal: Schedule = "rising",
        strength: Amount = 1.0,
        place: Place = "before-projector",
        classify_steps: Count = 5,
        negatives: Count = 8,
        both: Both = "positive",
        anchors: Count | None = None,
        alpha: Amount = 1.0,
        temperature: Positive = 0.06,
        projection_size: Count = 128,
        class_weights: ClassWeights = "none",
    ) -> None:
        super().__init__(
            class_counts=class_counts,
            embedding_size=embedding_size,
            classify_steps=classify_steps,
            negatives=negatives,
            both=both,
            anchors=anchors,
            alpha=alpha,
            temperature=temperature,
            projection_size=projection_size,
            class_weights=class_weights,
        )
        self.reversal, self.strength, self.place = reversal, strength, place

    def look(self, embedding: Tensor) -> Tensor:
        """See `FileContrast.look`; the gradient is reversed on its way back."""
        strength = strength_at(self.progress, self.reversal, self.strength)
        if self.place == "before-projector":
            return super().look(reverse_gradient(embedding, strength))
        return reverse_gradient(super().look(embedding), strength)
