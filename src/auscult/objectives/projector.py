"""The head that a contrast looks through."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Norm = Literal["none", "batch", "layer"]
_NORMS: dict[Norm, type[nn.Module]] = {"none": nn.Identity, "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


class Projector(nn.Module):
    """h(e) = W₂ ReLU(N(W₁ e)), scaled to length 1; thrown away after training.

    Parameters
    ----------
    embedding_size
        Of the encoder; the hidden layer is as wide.
    size
        Of the projection.
    norm
        N: nothing, batch norm or layer norm of the hidden layer.
    unit
        Whether to scale to length 1.

    References
    ----------
    S4 (papers/004), section 2, and its released code: one hidden layer, 128 outputs, no norm. The released code of S3
    (papers/003): batch norm, and as many outputs as the embedding has.
    """

    def __init__(self, embedding_size: int, *, size: int = 128, norm: Norm = "none", unit: bool = True) -> None:
        super().__init__()
        self.unit = unit
        self.hidden = nn.Linear(embedding_size, embedding_size)
        self.normalize = _NORMS[norm](embedding_size)
        self.output = nn.Linear(embedding_size, size)

    def forward(self, embedding: Tensor) -> Tensor:
        """(n, embedding_size) → (n, size), in the precision of the weights, whatever that of the encoder was."""
        with torch.autocast(embedding.device.type, enabled=False):
            projection = self.output(F.relu(self.normalize(self.hidden(embedding.to(self.hidden.weight)))))
            return F.normalize(projection, dim=1) if self.unit else projection
