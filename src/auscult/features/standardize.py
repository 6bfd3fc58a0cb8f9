"""Per-band standardisation with figures from the training data."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Standardize(nn.Module):
    """(x − mean) / deviation of each band.

    The two figures of each band are buffers: they are learned from the training pictures (`fit`), saved with the weights and
    exported with the graph.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, bands: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(bands, 1))
        self.register_buffer("deviation", torch.ones(bands, 1))

    def fit(self, mean: NDArray[np.float64], deviation: NDArray[np.float64]) -> None:
        """Set mean and deviation (bands,), in the unit of the pictures."""
        self.mean.copy_(torch.from_numpy(mean)[:, None])
        self.deviation.copy_(torch.from_numpy(np.maximum(deviation, 1e-3))[:, None])

    def forward(self, picture: Tensor) -> Tensor:
        """(batch, bands, frames) → the same shape, about zero mean and unit deviation."""
        return (picture - self.mean) / self.deviation
