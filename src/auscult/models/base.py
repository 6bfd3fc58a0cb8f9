"""The interface of every model: an encoder makes an embedding of a picture, a classifier makes logits of the embedding."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from auscult.errors import AuscultError
from auscult.models.output import Encoded, Output


class Encoder(nn.Module, ABC):
    """Pictures (batch, channels, bands, frames) → embeddings (batch, `embedding_size`), with or without a map.

    Subclasses give `embedding_size` and `forward`. Those that can share work between overlapping windows of one recording
    override `encode_windows` too.
    """

    embedding_size: int
    reach: int = 0
    """Frames beyond a window's ends that can change its answer in `encode_windows`."""

    def load_pretrained(self, file: Path) -> None:
        """Start from published weights.

        Raises
        ------
        AuscultError
            When there are none for this architecture, or the file does not fit it.
        """
        raise AuscultError(f"There are no published weights that {type(self).__name__} could start from, such as {file}.")

    @abstractmethod
    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """Encode a batch.

        Parameters
        ----------
        pictures
            (batch, channels, bands, frames)
        lengths
            (batch,) frames that are sound; the rest is padding and must not change the answer. None: all frames are sound.
        """

    def encode_windows(self, pictures: Tensor, starts: Tensor, frames: Tensor) -> Encoded:
        """Encode windows that start at ``starts`` (windows,) and last ``frames`` () frames, of every picture.

        Returns embeddings (batch · windows, size) and maps (batch · windows, bands, frames), windows of one picture together.
        """
        windows = pictures[..., window_index(starts, frames)]  # (batch, channels, bands, windows, frames)
        return self(windows.permute(0, 3, 1, 2, 4).flatten(0, 1))


def window_index(starts: Tensor, frames: Tensor) -> Tensor:
    """Frame numbers (windows, frames) of windows that start at ``starts`` (windows,) and last ``frames`` () frames."""
    offsets: Tensor = torch.arange(frames, device=starts.device)  # type: ignore[call-overload]  # a tensor keeps it variable
    return starts[:, None] + offsets


def frame_mask(pictures: Tensor, lengths: Tensor) -> Tensor:
    """1 where a frame is sound, 0 behind it, (batch, 1, 1, frames)."""
    return (torch.arange(pictures.shape[3], device=pictures.device) < lengths[:, None]).to(pictures)[:, None, None]


class Classifier(nn.Module):
    """An encoder with one linear layer on its embedding.

    Parameters
    ----------
    encoder
        Any `Encoder`.
    classes
        Class names; the first is the normal one.
    """

    def __init__(self, encoder: Encoder, classes: Sequence[str]) -> None:
        super().__init__()
        self.encoder = encoder
        self.classes = tuple(classes)
        self.head = nn.Linear(encoder.embedding_size, len(self.classes))

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Output:
        """Pictures (batch, channels, bands, frames), lengths (batch,) → `Output`."""
        return self._classify(self.encoder(pictures, lengths))

    def classify_windows(self, pictures: Tensor, starts: Tensor, frames: Tensor) -> Output:
        """The same for windows of long pictures; see `Encoder.encode_windows`."""
        return self._classify(self.encoder.encode_windows(pictures, starts, frames))

    def _classify(self, encoded: Encoded) -> Output:
        return Output(self.head(encoded.embedding), *encoded)
