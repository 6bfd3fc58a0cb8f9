"""Cross-entropy on pictures whose patches are mixed."""

from torch import Tensor
from torch.nn import functional as F

from auscult.models.base import Classifier
from auscult.objectives.base import Objective
from auscult.objectives.batch import Batch
from auscult.objectives.cross_entropy import ClassWeights, inverse_frequency
from auscult.objectives.patch_mixing import draw_mix, mix_patches, patch_encoder
from auscult.objectives.registry import register_objective
from auscult.options import Positive


@register_objective("patch-mix")
class PatchMix(Objective):
    """L = λ CE(f(z̃_i), y_i) + (1 − λ) CE(f(z̃_i), y_π(i)).

    z̃_i is the embedding of picture i, a share 1 − λ of whose patches are those of picture π(i).

    Parameters
    ----------
    class_counts
        Training segments of each class (classes,).
    class_weights
        See `CrossEntropy`; S3's released code has none here.
    concentration
        λ is drawn from Beta(concentration, concentration).
    whole_columns
        Mix stretches of time, over all frequencies (T-Patch).

    References
    ----------
    S3 (papers/003), "Patch-Mix" and "T-Patch", and its released code.
    """

    weights: Tensor | None
    smallest_batch = 2

    def __init__(
        self,
        *,
        class_counts: Tensor,
        class_weights: ClassWeights = "none",
        concentration: Positive = 1.0,
        whole_columns: bool = False,
    ) -> None:
        super().__init__()
        self.concentration, self.whole_columns = concentration, whole_columns
        self.register_buffer("weights", inverse_frequency(class_counts, class_weights), persistent=False)

    def forward(self, model: Classifier, batch: Batch) -> Tensor:
        """See `Objective.forward`."""
        encoder = patch_encoder(model)
        patches = encoder.embed_patches(batch.pictures, batch.lengths)  # (n, rows, columns, size)
        mix = draw_mix(patches, concentration=self.concentration, whole_columns=self.whole_columns)
        logits = model.classify(encoder.encode_patches(mix_patches(patches, mix))).logits
        own = F.cross_entropy(logits, batch.truth, weight=self.weights)
        partner = F.cross_entropy(logits, batch.truth[mix.partners], weight=self.weights)
        return mix.kept * own + (1 - mix.kept) * partner

    def check(self, model: Classifier) -> None:
        """See `Objective.check`."""
        patch_encoder(model)

    def can_learn_from(self, batch: Batch) -> bool:
        """See `Objective.can_learn_from`."""
        return len(batch.truth) >= self.smallest_batch
