"""Trained models as they are exported: samples of any length in, the answer for each overlapping window out."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from auscult.errors import AuscultError
from auscult.models.trained import TrainedModel


class WindowedModel(nn.Module):
    """Spectrogram, front end and classifier over overlapping windows, frames computed once.

    Parameters
    ----------
    models
        Trained models, with or without an attention map. Of several the answer is the mean of their probabilities; they
        must hear the same pictures and tell the same classes apart.
    window_frames, step_frames
        Length of a window and the step between two, in frames.

    Attributes
    ----------
    normal_offset
        To be added to the logarithm of the normal class's probability before an answer is given: the mean of the models' own.
    """

    def __init__(self, models: Sequence[TrainedModel], *, window_frames: int, step_frames: int) -> None:
        super().__init__()
        self.facts = models[0].facts
        for model in models:
            if (model.facts.signal, model.facts.features, model.facts.classes) != (
                self.facts.signal,
                self.facts.features,
                self.facts.classes,
            ):
                raise AuscultError("Only models of one recipe can be put together: signal, features and classes must agree.")
        self.spectrogram = models[0].spectrogram
        self.trained = list(models)
        self.models = nn.ModuleList(models)
        self.window_frames, self.step_frames = window_frames, step_frames
        self.normal_offset = sum(model.facts.normal_offset for model in models) / len(models)
        self.recording_share = sum(model.facts.recording_share for model in models) / len(models)

    def forward(self, samples: Tensor) -> tuple[Tensor, ...]:
        """Samples (batch, n) → probabilities (batch, windows, classes) and, where the model has a map, attention.

        Attention is (batch, windows, bands, frames). Window k covers the frames from ``k * step_frames``. Fewer frames than a
        window give one window of all of them.
        """
        decibels = self.spectrogram(samples)  # (batch, bands, frames)
        answers = [self._answer(model, decibels) for model in self.trained]
        return tuple(torch.stack(one).mean(dim=0) for one in zip(*answers, strict=True))

    def _answer(self, model: TrainedModel, decibels: Tensor) -> list[Tensor]:
        pictures = model.front_end(decibels)  # (batch, channels, bands, frames)
        total = torch.as_tensor(pictures.shape[-1])  # a tensor, so that the exported graph keeps it variable
        frames = total.clamp(max=self.window_frames)
        starts: Tensor = torch.arange(0, total - frames + 1, self.step_frames)  # type: ignore[call-overload]  # (windows,)
        output = model.classifier.classify_windows(pictures, starts, frames)
        probabilities = (output.logits / model.facts.temperature).softmax(dim=1)
        answers = [probabilities] if output.attention is None else [probabilities, output.attention]
        return [answer.view(decibels.shape[0], -1, *answer.shape[1:]) for answer in answers]
