"""The interface of every model: an encoder makes an embedding of a picture, a classifier makes logits of the embedding."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from auscult.errors import AuscultError
from auscult.models.output import Encoded, Output
from auscult.models.tokenizer import Tokenizer
from auscult.recordings.telling import Telling


class Encoder(nn.Module, ABC):
    """Pictures (batch, channels, bands, frames) → embeddings (batch, `embedding_size`), with or without a map.

    Subclasses give `embedding_size` and `forward`. Those that can share work between overlapping windows of one recording
    override `encode_windows` too.
    """

    embedding_size: int
    reach: int = 0
    """Frames beyond a window's ends that can change its answer in `encode_windows`."""
    most_frames: int | None = None
    """How much of a picture is heard; None: all of it, however long."""
    learns: bool = True
    """Whether there is something to learn by gradient; otherwise the head is an `auscult.models.fitted_head.FittedHead`."""
    published: str | None = None
    """What its published weights are, of whom and under which licence; the card of a model that started from them says so."""
    tells_frames: bool = False
    """Whether it gives `auscult.models.output.Encoded.frame_logits`."""
    makes_map: bool = True
    """Whether a map is wanted where there can be one; see `without_map`."""

    def load_pretrained(self, source: str) -> None:
        """Start from published weights.

        Parameters
        ----------
        source
            What the architecture starts from: the path of a file or folder, or a name on the Hugging Face hub.

        Raises
        ------
        AuscultError
            When there are none for this architecture, they cannot be had, or they do not fit it.
        """
        raise AuscultError(f"There are no published weights that {type(self).__name__} could start from, such as {source}.")

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

    def make_head(self, classes: int) -> nn.Module:
        """The layers that make logits (batch, ``classes``) of an embedding; one linear layer unless a subclass has others."""
        return nn.Linear(self.embedding_size, classes)


@contextmanager
def without_map(encoder: Encoder) -> Iterator[None]:
    """Spare the work for maps that nobody looks at."""
    encoder.makes_map = False
    try:
        yield
    finally:
        encoder.makes_map = True


class PatchEncoder(Encoder):
    """An encoder that cuts a picture into patches, makes a token of each, and then looks at all of them.

    Subclasses give `embed_patches` and `encode_patches`, so that an objective can change patches in between.
    """

    @abstractmethod
    def embed_patches(self, pictures: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Pictures (batch, channels, bands, frames) → tokens that do not know their place yet (batch, rows, columns, size).

        Rows go from low to high frequencies, columns from early to late.
        """

    @abstractmethod
    def encode_patches(self, patches: Tensor) -> Encoded:
        """Tokens as `embed_patches` gives them → embeddings, without a map."""


class ReadingEncoder(Encoder):
    """An encoder that hears a picture, and reads what is told of the recording (`auscult.recordings.telling.Telling`).

    Subclasses give `forward`, which takes tokens too, and these attributes.

    Attributes
    ----------
    tokenizer
        Makes tokens of texts. It is kept with a trained model, and set again when that is loaded.
    telling
        What it wants to be told.
    most_tokens
        Of a text; longer ones are refused before a training.
    """

    tokenizer: Tokenizer
    telling: Telling
    most_tokens: int

    @abstractmethod
    def forward(self, pictures: Tensor, lengths: Tensor | None = None, tokens: Tensor | None = None) -> Encoded:
        """Encode a batch.

        Parameters
        ----------
        pictures, lengths
            See `Encoder.forward`.
        tokens
            (batch, tokens), padded behind with the tokenizer's ``pad``. None: nothing is known of the recordings, as in the
            analysis of a file; the answer is that to a text which says so.
        """


def window_index(starts: Tensor, frames: Tensor) -> Tensor:
    """Frame numbers (windows, frames) of windows that start at ``starts`` (windows,) and last ``frames`` () frames."""
    offsets: Tensor = torch.arange(frames, device=starts.device)  # type: ignore[call-overload]  # a tensor keeps it variable
    return starts[:, None] + offsets


def frame_mask(pictures: Tensor, lengths: Tensor) -> Tensor:
    """1 where a frame is sound, 0 behind it, (batch, 1, 1, frames)."""
    return (torch.arange(pictures.shape[3], device=pictures.device) < lengths[:, None]).to(pictures)[:, None, None]


class Classifier(nn.Module):
    """An encoder with a small head on its embedding, mostly one linear layer.

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
        self.head = encoder.make_head(len(self.classes))

    def forward(self, pictures: Tensor, lengths: Tensor | None = None, tokens: Tensor | None = None) -> Output:
        """Pictures (batch, channels, bands, frames), lengths (batch,), tokens (batch, tokens) → `Output`.

        Only a `ReadingEncoder` takes tokens.
        """
        told = () if tokens is None else (tokens,)
        return self.classify(self.encoder(pictures, lengths, *told))

    def classify_windows(self, pictures: Tensor, starts: Tensor, frames: Tensor) -> Output:
        """The same for windows of long pictures; see `Encoder.encode_windows`."""
        return self.classify(self.encoder.encode_windows(pictures, starts, frames))

    def classify(self, encoded: Encoded) -> Output:
        """What the encoder made of a batch → `Output`."""
        return Output(self.head(encoded.embedding), *encoded)
