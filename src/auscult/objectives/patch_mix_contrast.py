"""Patch-Mix contrastive learning: a mixed picture is as close to each of its two sources as their shares in it."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from auscult.models.base import Classifier
from auscult.objectives.base import Objective
from auscult.objectives.batch import Batch
from auscult.objectives.cross_entropy import ClassWeights, inverse_frequency
from auscult.objectives.patch_mixing import Mix, draw_mix, mix_patches, patch_encoder
from auscult.objectives.projector import Projector
from auscult.objectives.registry import register_objective
from auscult.options import Amount, Positive

Negatives = Literal["all", "other-label"]


@register_objective("patch-mix-contrast")
class PatchMixContrast(Objective):
    """L = CE(f(z_i), y_i) + α L_CL: the classifier learns from the pictures as they are, the contrast from mixed ones.

    L_CL = −mean over i of [ λ s_ii + (1 − λ) s_iπ(i) − log Σ_{j ∈ K(i)} exp s_ij ],  s_ij = h(z̃_i)·k_j / τ,  k_j = sg(z_j),
    all of length 1. z̃_i is the embedding of picture i, a share 1 − λ of whose patches are those of picture π(i).

    Parameters
    ----------
    class_counts
        Training segments of each class (classes,).
    embedding_size
        Of the encoder; projections are as long.
    alpha
        α.
    temperature
        τ.
    stop_gradient
        sg: the keys are targets and learn nothing themselves.
    project_keys
        k_j = sg(h(z_j)): compare projections with projections.
    negatives
        K(i). ``all``: all pictures of the batch; ``other-label``: those with another label than i, and its two sources.
    class_weights
        Of the cross-entropy; see `CrossEntropy`. S3's released code has none here.
    concentration, whole_columns
        Of the mixing; see `PatchMix`.

    References
    ----------
    S3 (papers/003) and its released code, whose defaults these are.
    """

    weights: Tensor | None
    smallest_batch = 2

    def __init__(
        self,
        *,
        class_counts: Tensor,
        embedding_size: int,
        alpha: Amount = 1.0,
        temperature: Positive = 0.06,
        stop_gradient: bool = True,
        project_keys: bool = False,
        negatives: Negatives = "all",
        class_weights: ClassWeights = "none",
        concentration: Positive = 1.0,
        whole_columns: bool = False,
    ) -> None:
        super().__init__()
        self.alpha, self.temperature, self.negatives = alpha, temperature, negatives
        self.stop_gradient, self.project_keys = stop_gradient, project_keys
        self.concentration, self.whole_columns = concentration, whole_columns
        self.project = Projector(embedding_size, size=embedding_size, norm="batch")
        self.register_buffer("weights", inverse_frequency(class_counts, class_weights), persistent=False)

    def forward(self, model: Classifier, batch: Batch) -> Tensor:
        """See `Objective.forward`."""
        encoder = patch_encoder(model)
        patches = encoder.embed_patches(batch.pictures, batch.lengths)  # (n, rows, columns, size)
        mix = draw_mix(patches, concentration=self.concentration, whole_columns=self.whole_columns)
        clean = model.classify(encoder.encode_patches(patches))
        mixed = encoder.encode_patches(mix_patches(patches, mix)).embedding  # (n, size)
        l_ce = F.cross_entropy(clean.logits, batch.truth, weight=self.weights)
        keys = self._keys(clean.embedding)
        others = None if self.negatives == "all" else batch.truth
        l_cl = mix_contrast(self.project(mixed), keys, mix, temperature=self.temperature, labels=others)
        return l_ce + self.alpha * l_cl

    def _keys(self, embedding: Tensor) -> Tensor:
        """(n, size), of length 1."""
        with torch.set_grad_enabled(not self.stop_gradient):  # stopped behind the projector, where there is one
            return self.project(embedding) if self.project_keys else F.normalize(embedding.float(), dim=1)

    def check(self, model: Classifier) -> None:
        """See `Objective.check`."""
        patch_encoder(model)

    def can_learn_from(self, batch: Batch) -> bool:
        """See `Objective.can_learn_from`."""
        return len(batch.truth) >= self.smallest_batch


def mix_contrast(anchors: Tensor, keys: Tensor, mix: Mix, *, temperature: float, labels: Tensor | None = None) -> Tensor:
    """L_CL () of `PatchMixContrast`.

    Parameters
    ----------
    anchors, keys
        Of the mixed and of the clean pictures (n, size), of length 1 each.
    mix
        How they were mixed. Where a picture is its own partner, its own key has the whole weight.
    temperature
        τ.
    labels
        (n,): compare with keys of other labels only, and with the two sources; None: with all keys.
    """
    own = torch.eye(len(anchors), device=anchors.device)
    partner = own[mix.partners]
    weights = mix.kept * own + (1 - mix.kept) * partner  # (n, n), each row adds up to 1
    with torch.autocast(anchors.device.type, enabled=False):  # at a temperature of 0.06 half precision is too coarse
        similarity = anchors @ keys.T / temperature  # (n, n)
    compared = similarity
    if labels is not None:
        sources = (own + partner) > 0
        compared = similarity.masked_fill((labels[:, None] == labels) & ~sources, -torch.inf)
    return -((weights * similarity).sum(dim=1) - compared.logsumexp(dim=1)).mean()
