"""The head that a contrast looks through."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Projector(nn.Module):
    """h(e) = W₂ ReLU(N(W₁ e)), scaled to length 1; thrown away after training. N is batch norm, or nothing.

    Parameters
    ----------
    embedding_size
        Of the encoder; the hidden layer is as wide.
    size
        Of the projection.
    batch_norm
        Of the hidden layer, before ReLU.

    References
    ----------
    S4 (papers/004), section 2, and its released code: one hidden layer, 128 outputs, no batch norm. The released code of S3
    (papers/003): batch norm, and as many outputs as the embedding has.
    """

    def __init__(self, embedding_size: int, *, size: int = 128, batch_norm: bool = False) -> None:
        super().__init__()
        self.hidden = nn.Linear(embedding_size, embedding_size)
        self.normalize = nn.BatchNorm1d(embedding_size) if batch_norm else nn.Identity()
        self.output = nn.Linear(embedding_size, size)

    def forward(self, embedding: Tensor) -> Tensor:
        """(n, embedding_size) → (n, size), in the precision of the weights, whatever that of the encoder was."""
        with torch.autocast(embedding.device.type, enabled=False):
            projection = self.output(F.relu(self.normalize(self.hidden(embedding.to(self.hidden.weight)))))
            return F.normalize(projection, dim=1)
