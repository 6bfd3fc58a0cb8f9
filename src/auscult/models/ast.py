"""The Audio Spectrogram Transformer: `ast`, and two sizes of it that learn without pretrained weights."""

from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import ASTConfig, ASTModel

from auscult.errors import AuscultError
from auscult.models.ast_weights import grid_of, read_ast
from auscult.models.base import PatchEncoder
from auscult.models.output import Encoded
from auscult.models.registry import register_model
from auscult.models.repeat import all_frames, repeat_up_to
from auscult.options import Count, Share

Positions = Literal["right", "published"]


class AudioSpectrogramTransformer(PatchEncoder):
    """Overlapping patches of a picture → tokens → transformer; the embedding is the mean of its class and distillation tokens.

    A shorter picture is repeated up to ``frames``; of a longer one the first ``frames`` are heard, as in S3. The map shows
    where the two tokens look: attention roll-out, spread over the patches. While training there is none.

    Parameters
    ----------
    channels, bands
        Shape of the pictures (batch, channels, bands, frames); the published weights are for one channel.
    frames
        Length of picture that it looks at; S3 has 798 of 10 ms.
    width, layers, heads
        Of the transformer; its hidden layers are four times as wide.
    patch
        Bands and frames of a patch.
    frequency_stride, time_stride
        Bands and frames from one patch to the next.
    dropout
        On tokens, attention and hidden layers; AST has none.
    positions
        How the positions of pretrained weights are fitted to another size. ``right``: rows are rows and columns are columns.
        ``published``: as in S3's released code, which takes one for the other, so that fine-tuning has to learn them anew.

    References
    ----------
    Gong et al., AST: Audio Spectrogram Transformer, Interspeech 2021; S3 (papers/003) and its released code; Abnar and Zuidema,
    Quantifying Attention Flow in Transformers, ACL 2020 (roll-out).
    """

    def __init__(
        self,
        *,
        channels: int = 1,
        bands: int = 128,
        frames: Count = 798,
        width: Count = 768,
        layers: Count = 12,
        heads: Count = 12,
        patch: Count = 16,
        frequency_stride: Count = 10,
        time_stride: Count = 10,
        dropout: Share = 0.0,
        positions: Positions = "right",
    ) -> None:
        super().__init__()
        _check_sizes(bands, frames, width, heads, patch)
        self.embedding_size, self.frames, self.most_frames, self.positions = width, frames, frames, positions
        config = ASTConfig(
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * width,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
            patch_size=patch,
            frequency_stride=frequency_stride,
            time_stride=time_stride,
            max_length=frames,
            num_mel_bins=bands,
        )
        self.transformer = ASTModel(config)
        self.bands, self.patch, self.stride = bands, patch, (frequency_stride, time_stride)
        self.grid = grid_of(config)
        if channels > 1:
            self.transformer.embeddings.patch_embeddings.projection = nn.Conv2d(channels, width, patch, self.stride)
        self._start_apart()

    def forward(self, pictures: Tensor, lengths: Tensor | None = None) -> Encoded:
        """See `Encoder.forward`."""
        lengths = all_frames(pictures) if lengths is None else lengths
        wanted = self.makes_map and not self.training
        embedding, attentions = self._transform(self.embed_patches(pictures, lengths), keep_attention=wanted)
        if not wanted:
            return Encoded(embedding)
        looked = roll_out(attentions)[:, 2:].reshape(-1, *self.grid)  # (batch, rows, columns)
        return Encoded(embedding, self._spread(looked, pictures, lengths))

    def embed_patches(self, pictures: Tensor, lengths: Tensor | None = None) -> Tensor:
        """See `PatchEncoder.embed_patches`."""
        filled, _ = repeat_up_to(pictures, all_frames(pictures) if lengths is None else lengths, self.frames)
        patches: Tensor = self.transformer.embeddings.patch_embeddings.projection(filled[..., : self.frames])
        return patches.permute(0, 2, 3, 1)  # (batch, rows, columns, width)

    def encode_patches(self, patches: Tensor) -> Encoded:
        """See `PatchEncoder.encode_patches`."""
        return Encoded(self._transform(patches)[0])

    def make_head(self, classes: int) -> nn.Module:
        """Layer norm and a linear layer, as AST has them."""
        return nn.Sequential(nn.LayerNorm(self.embedding_size, eps=1e-12), nn.Linear(self.embedding_size, classes))

    def load_pretrained(self, source: str) -> None:
        """Start from weights in the format of transformers; see `auscult.models.ast_weights.read_ast`."""
        self.transformer.load_state_dict(read_ast(source, self.transformer, transposed=self.positions == "published"))

    def _transform(self, patches: Tensor, *, keep_attention: bool = False) -> tuple[Tensor, list[Tensor]]:
        """Tokens (batch, rows, columns, width) → embeddings (batch, width) and, where it is kept, each layer's attention.

        Attention is the mean over heads (batch, tokens, tokens). The steps are those of transformers' ASTModel, which does not
        take tokens.
        """
        self.transformer.set_attn_implementation("eager" if keep_attention else "sdpa")  # the faster one keeps no weights
        embeddings: Any = self.transformer.embeddings
        special = torch.cat([embeddings.cls_token, embeddings.distillation_token], dim=1).expand(patches.shape[0], -1, -1)
        hidden = torch.cat([special, patches.flatten(1, 2)], dim=1) + embeddings.position_embeddings
        hidden = embeddings.dropout(hidden)  # (batch, tokens, width)
        attentions = []
        layers: Any = self.transformer.layers
        for layer in layers:
            attended, attention = layer.attention(layer.layernorm_before(hidden))
            hidden = hidden + layer.dropout(attended)
            hidden = hidden + layer.dropout(layer.mlp(layer.layernorm_after(hidden)))
            if attention is not None:
                attentions.append(attention.float().mean(dim=1))
        return self.transformer.layernorm(hidden)[:, :2].mean(dim=1), attentions

    def _spread(self, looked: Tensor, pictures: Tensor, lengths: Tensor) -> Tensor:
        """Shares of patches (batch, rows, columns) → of the pictures' own bands and frames (batch, bands, frames).

        A place has the mean of the patches that it lies in, and of its repeats, so that an even look gives an even map.
        """
        density = self._lay(looked, pictures, lengths) / self._lay(torch.ones_like(looked), pictures, lengths).clamp(min=1)
        return density / density.sum(dim=(1, 2), keepdim=True)

    def _lay(self, patches: Tensor, pictures: Tensor, lengths: Tensor) -> Tensor:
        """Sum of patches (batch, rows, columns) at each place of the pictures as they came (batch, bands, frames)."""
        patch = patches.new_ones(1, 1, self.patch, self.patch)
        filled = F.conv_transpose2d(patches[:, None], patch, stride=self.stride)[:, 0]  # as far as patches reach
        source = torch.arange(filled.shape[2], device=lengths.device) % lengths[:, None]  # (batch, frames), as repeated
        source = source[:, None].expand(-1, filled.shape[1], -1)
        inside = torch.zeros_like(pictures[:, 0, : filled.shape[1]]).scatter_add(2, source, filled.to(pictures))
        return F.pad(inside, (0, 0, 0, self.bands - filled.shape[1]))

    def _start_apart(self) -> None:
        """The start of transformers is 0 for both special tokens and all positions: the two tokens would be one for ever."""
        embeddings: Any = self.transformer.embeddings
        for parameter in (embeddings.cls_token, embeddings.distillation_token, embeddings.position_embeddings):
            nn.init.trunc_normal_(parameter, std=0.02)


def _check_sizes(bands: int, frames: int, width: int, heads: int, patch: int) -> None:
    if bands < patch or frames < patch:
        raise AuscultError(
            f"A patch of {patch} x {patch} does not fit into {bands} bands (features.bands) and {frames} frames "
            "(model.options.frames): raise these, or lower model.options.patch."
        )
    if width % heads:
        raise AuscultError(f"model.options.width must be a multiple of model.options.heads, not {width} of {heads}.")


def roll_out(attentions: list[Tensor]) -> Tensor:
    """How much of what the two special tokens say in the end comes from each token, through all layers.

    r = ½ (e_class + e_distillation) Ã_L ⋯ Ã_1, Ã_l = ½ (A_l + I); then the share of each patch.

    Parameters
    ----------
    attentions
        A_l of each layer, the mean over heads (batch, tokens, tokens); each row adds up to 1.

    Returns
    -------
    Tensor
        (batch, tokens): 0 for the two special tokens, the rest adding up to 1.
    """
    flow = torch.zeros_like(attentions[0][:, :1])  # (batch, 1, tokens)
    flow[:, :, :2] = 0.5
    for attention in reversed(attentions):
        flow = 0.5 * (flow @ attention + flow)
    flow = flow.squeeze(1)
    patches = F.pad(flow[:, 2:], (2, 0))
    return patches / patches.sum(dim=1, keepdim=True)


register_model("ast")(AudioSpectrogramTransformer)
register_model("ast-small")(partial(AudioSpectrogramTransformer, width=128, layers=4, heads=4, frames=96))
register_model("ast-tiny")(partial(AudioSpectrogramTransformer, width=64, layers=2, heads=2, frames=48))
