"""The average with the weights before each step, by hand: gradients are given, so that every step is known."""

import lightning
import pytest
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.plugins import MixedPrecision
from torch import nn
from torch.utils.data import DataLoader

from auscult.training.averaging import AverageStep

RATE, SHARE = 0.1, 0.25


class Slopes(lightning.LightningModule):
    """Two weights with the gradients slope and 3; every batch moves a buffer by 1, and is counted."""

    def __init__(self, optimizer):
        super().__init__()
        self.a, self.b = nn.Parameter(torch.tensor(1.0)), nn.Parameter(torch.full((2, 2), 2.0))
        self.register_buffer("moved", torch.tensor(0.0))
        self.register_buffer("counted", torch.tensor(0))
        self.optimizer = optimizer

    def training_step(self, slope, _):
        if slope == 0:
            return None
        self.moved += 1
        self.counted += 1
        return slope * self.a + 3 * self.b.sum()

    def configure_optimizers(self):
        return self.optimizer(self.parameters(), lr=RATE)

    @property
    def values(self):
        return {name: value.unique().item() for name, value in self.state_dict().items()}


def trained(slopes, *callbacks, epochs=1, optimizer=torch.optim.SGD, resume=None, **options):
    module = Slopes(optimizer)
    trainer = lightning.Trainer(
        max_epochs=epochs,
        accelerator="cpu",
        callbacks=list(callbacks),
        logger=False,
        enable_checkpointing=any(isinstance(callback, ModelCheckpoint) for callback in callbacks),
        enable_progress_bar=False,
        enable_model_summary=False,
        **options,
    )
    trainer.fit(module, DataLoader(torch.tensor(slopes), batch_size=None), ckpt_path=resume)
    return module


def test_a_share_of_the_weights_before_each_step_is_kept():
    # a: 1 − 0.1 · 2 = 0.8, of which ¾ and ¼ of 1: 0.85; 0.85 − 0.4 = 0.45 → 0.55. b: 2 → 1.7 → 1.775 → 1.475 → 1.55.
    # What moves in the forward pass, too: 0 + 1 → 0.75, 0.75 + 1 → 1.5; whole numbers are only counted.
    values = trained([2.0, 4.0], AverageStep(SHARE)).values
    assert values == pytest.approx({"a": 0.55, "b": 1.55, "moved": 1.5, "counted": 2})


def test_without_it_steps_are_whole():
    assert trained([2.0, 4.0]).values == pytest.approx({"a": 0.4, "b": 1.4, "moved": 2, "counted": 2})


def test_a_skipped_batch_changes_nothing():
    with_skips, without = (trained(slopes, AverageStep(SHARE)).values for slopes in ([0.0, 2.0, 0.0, 4.0, 0.0], [2.0, 4.0]))
    assert with_skips == without


def test_a_resumed_training_ends_at_the_same_bits(tmp_path):
    def train(epochs, name, resume=None):
        last = ModelCheckpoint(dirpath=tmp_path, filename=name)
        return trained([2.0, -1.0, 4.0], AverageStep(SHARE), last, epochs=epochs, optimizer=torch.optim.Adam, resume=resume)

    whole = train(4, "whole").values
    half = train(2, "half").values
    resumed = train(4, "resumed", resume=tmp_path / "half.ckpt").values
    assert resumed == whole
    assert resumed != half


def test_a_step_that_the_gradient_scaler_skips_leaves_the_weights():
    # The scaler begins at 65536 and halves where a gradient is no number: 1e35 · 65536 is too large for fp32, 2 · 32768 is not.
    scaled = MixedPrecision("16-mixed", "cpu")
    values = trained([1e35, 2.0], AverageStep(SHARE), plugins=[scaled]).values
    assert values == pytest.approx({"a": 0.85, "b": 1.775, "moved": 1.5, "counted": 2})
