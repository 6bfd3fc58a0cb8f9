"""Hierarchical attention network (S1): first which pitch matters in each moment, then which moment matters.

Abnormal Respiratory Sound Classification Using Hierarchical Attention Networks (2020), slides; sizes and attention as printed
there. What the slides leave open, and what was needed to make the network learn, stands in docs/recipes/han.md.
"""

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from auscult.models.base import Encoder, window_index
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.options import Count, Share


class Attention(nn.Module):
    """One score for each step of a sequence: u_t = tanh(W h_t + b), α = softmax_t(u_tᵀ u)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.project = nn.Linear(size, size)
        self.context = nn.Linear(size, 1, bias=False)

    def forward(self, hidden: Tensor, mask: Tensor | None = None) -> Tensor:
        """Hidden (batch, steps, size), mask (batch, steps) True where there is sound → α (batch, steps)."""
        scores = self.context(torch.tanh(self.project(hidden))).squeeze(-1)
        if mask is not None:
            scores = scores.masked_fill(~mask, -torch.inf)
        return scores.softmax(dim=1)


class HierarchicalAttention(Encoder):
    """BiGRU and attention over the bands of each frame, then BiGRU and attention over the frames; about 190 k parameters.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames).
    frequency_hidden, time_hidden
        Units per direction; S1 has 50 and 100.
    frequency_attention
        False: the bands of a frame are averaged instead (``han-single``).
    dropout
        Share of embedding values dropped while training, on frame vectors and on the final embedding.
    normalize
        Add a batch norm of the input, a layer norm after each attention, and a start to match; S1 draws none of them.
    """

    def __init__(
        self,
        *,
        channels: int = 3,
        bands: int = 64,
        frequency_hidden: Count = 50,
        time_hidden: Count = 100,
        frequency_attention: bool = True,
        dropout: Share = 0.0,
        normalize: bool = False,
    ) -> None:
        super().__init__()
        self.embedding_size = 2 * time_hidden
        self.frame_size = 2 * frequency_hidden
        self.normalize_input = nn.BatchNorm1d(channels * bands) if normalize else nn.Identity()
        self.frequency_gru = nn.GRU(channels, frequency_hidden, batch_first=True, bidirectional=True)
        self.attend_frequency = Attention(self.frame_size) if frequency_attention else None
        self.normalize_frames = nn.LayerNorm(self.frame_size) if normalize else nn.Identity()
        self.time_gru = nn.GRU(self.frame_size, time_hidden, batch_first=True, bidirectional=True)
        self.attend_time = Attention(self.embedding_size)
        self.normalize_embedding = nn.LayerNorm(self.embedding_size) if normalize else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        if normalize:
            _initialize(self.frequency_gru, gain=2.0)  # three numbers a step: the default start leaves them near silent
            _initialize(self.time_gru, gain=1.0)

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        batch, _, bands, frames = pictures.shape
        if lengths is None:
            vectors, alpha_frequency = self.encode_frames(pictures.permute(0, 3, 2, 1).flatten(0, 1))
            return self._encode(vectors.view(batch, frames, -1), alpha_frequency.view(batch, frames, bands))
        mask = torch.arange(frames, device=pictures.device) < lengths[:, None]  # (batch, frames)
        sound, alpha_sound = self.encode_frames(pictures.permute(0, 3, 2, 1)[mask])  # padding costs nothing
        vectors = sound.new_zeros(batch, frames, self.frame_size)
        alpha_frequency = alpha_sound.new_zeros(batch, frames, bands)  # softmax stays fp32 in mixed precision
        vectors[mask], alpha_frequency[mask] = sound, alpha_sound
        return self._encode(vectors, alpha_frequency, lengths, mask)

    def encode_frames(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Frames (n, bands, channels) → frame vectors v (n, 2 · hidden) and frequency attention α (n, bands)."""
        frames = self.normalize_input(frames.flatten(1)).view(frames.shape)
        hidden, _ = self.frequency_gru(frames)  # (n, bands, 2 · hidden)
        if self.attend_frequency is None:
            alpha = hidden.new_full(hidden.shape[:2], 1.0 / hidden.shape[1])
        else:
            alpha = self.attend_frequency(hidden)
        vectors = (alpha[..., None] * hidden).sum(dim=1)
        return self.normalize_frames(vectors), alpha

    def encode_windows(self, pictures: Tensor, starts: Tensor, frames: Tensor) -> Encoded:
        """See `Encoder.encode_windows`; the frames that windows share are encoded once."""
        batch, _, bands, total = pictures.shape
        vectors, alpha = self.encode_frames(pictures.permute(0, 3, 2, 1).flatten(0, 1))
        index = window_index(starts, frames)  # (windows, frames)
        vectors = vectors.view(batch, total, -1)[:, index].flatten(0, 1)  # (batch · windows, frames, size)
        return self._encode(vectors, alpha.view(batch, total, bands)[:, index].flatten(0, 1))

    def _encode(
        self, vectors: Tensor, alpha_frequency: Tensor, lengths: Tensor | None = None, mask: Tensor | None = None
    ) -> Encoded:
        """Frame vectors (batch, frames, size) → embedding, with α_t · α_{t,f} as map."""
        hidden = self._time_hidden(self.dropout(vectors), lengths)  # (batch, frames, 2 · hidden)
        alpha_time = self.attend_time(hidden, mask)
        embedding = self.normalize_embedding((alpha_time[..., None] * hidden).sum(dim=1))
        attention = (alpha_time[..., None] * alpha_frequency).transpose(1, 2)  # (batch, bands, frames)
        return Encoded(self.dropout(embedding), attention, alpha_frequency, alpha_time)

    def _time_hidden(self, vectors: Tensor, lengths: Tensor | None) -> Tensor:
        """The time GRU; with lengths, its backward direction starts at the last frame that is sound."""
        if lengths is None:
            hidden, _ = self.time_gru(vectors)
            return hidden
        packed = pack_padded_sequence(vectors, lengths.cpu(), batch_first=True, enforce_sorted=False)
        hidden, _ = self.time_gru(packed)
        return pad_packed_sequence(hidden, batch_first=True, total_length=vectors.shape[1])[0]


def _initialize(gru: nn.GRU, *, gain: float) -> None:
    """Glorot for what comes in, orthogonal for what comes round, gate by gate; biases 0."""
    for name, parameter in gru.named_parameters():
        for gate in parameter.chunk(3):
            if name.startswith("weight_ih"):
                nn.init.xavier_uniform_(gate, gain)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(gate)
            else:
                nn.init.zeros_(gate)


register_model("han")(HierarchicalAttention)
register_model("han-single")(partial(HierarchicalAttention, frequency_attention=False))
