"""Weights averaged over the steps of a training, validated and kept in place of the last ones."""

import lightning
from lightning.pytorch.callbacks import EMAWeightAveraging


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
