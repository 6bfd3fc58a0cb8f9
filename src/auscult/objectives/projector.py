"""The head that a contrast looks through."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Projector(nn.Module):
    """h(e) = W₂ ReLU(W₁ e), scaled to length 1; thrown away after training.

    Parameters
    ----------
    embedding_size
        Of the encoder; the hidden layer is as wide.
    size
        Of the projection.

    References
    ----------
    S4 (papers/004), section 2, and its released code: one hidden layer, 128 outputs, no batch norm.
    """

    def __init__(self, embedding_size: int, *, size: int = 128) -> None:
        super().__init__()
        self.hidden = nn.Linear(embedding_size, embedding_size)
        self.output = nn.Linear(embedding_size, size)

    def forward(self, embedding: Tensor) -> Tensor:
        """(n, embedding_size) → (n, size), in the precision of the weights, whatever that of the encoder was."""
        with torch.autocast(embedding.device.type, enabled=False):
            projection = self.output(F.relu(self.hidden(embedding.to(self.hidden.weight))))
            return F.normalize(projection, dim=1)
