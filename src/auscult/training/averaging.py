"""Averages of weights: over all steps, kept beside what is trained, or with the step before, of the trained model itself."""

from itertools import chain
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging
from torch import Tensor


class AverageWeights(EMAWeightAveraging):
    """Exponential moving average: w̄ ← β w̄ + (1 − β) w after every step.

    Lightning's own, but for the moment at which the averaged weights are handed back: after `KeepBest` has written them, which
    therefore must stand before this one in the list of callbacks.

    Parameters
    ----------
    decay
        β.
    """

    def __init__(self, decay: float) -> None:
        super().__init__(decay=decay)

    def on_validation_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Keep the averaged weights in place a little longer."""

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Put the weights of the last step back, to go on with."""
        super().on_validation_epoch_end(trainer, pl_module)


class AverageStep(lightning.Callback):
    """Keep a share of the weights from before each step: w ← β w_before + (1 − β) w, and go on from there.

    There is no second model: the average is what the next step starts from, so that β mostly shortens the steps. It holds for
    all that is trained, parameters and buffers, also those that move without the optimiser (batch norm's running statistics).
    Whole numbers (the batches that a batch norm has counted) are left as they are.

    Parameters
    ----------
    share
        β.

    References
    ----------
    S3 (papers/003), whose released code calls it a moving average, β = 0.5.
    """

    def __init__(self, share: float) -> None:
        self.share = share
        self._weights: list[Tensor] = []
        self._before: list[Tensor] = []

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Make room for one copy of the weights."""
        del trainer
        tensors: chain[Tensor] = chain(pl_module.parameters(), pl_module.buffers())
        self._weights = [tensor for tensor in tensors if tensor.is_floating_point()]
        self._before = [torch.empty_like(weight) for weight in self._weights]

    @torch.no_grad()
    def on_train_batch_start(self, *_: Any) -> None:
        """Copy the weights: before the forward pass, which moves buffers."""
        torch._foreach_copy_(self._before, self._weights)

    @torch.no_grad()
    def on_train_batch_end(self, *_: Any) -> None:
        """Average with the copy; a batch that was skipped changed nothing."""
        torch._foreach_lerp_(self._weights, self._before, self.share)
