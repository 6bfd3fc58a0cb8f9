"""Frames of samples."""

import torch
from torch import Tensor
from torch.nn import functional as F


def fill_frame(samples: Tensor, window: int) -> Tensor:
    """Samples (batch, n) → (batch, max(n, window)): what is shorter than a frame gets zeros behind."""
    filled = F.pad(samples, (0, window))
    return filled[:, : torch.as_tensor(samples.shape[-1]).clamp(min=window)]  # a tensor, to stay variable in ONNX
