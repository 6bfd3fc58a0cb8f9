"""Pretrained weights of the Audio Spectrogram Transformer, fitted to pictures of another size."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import ASTConfig, ASTModel

from auscult.errors import AuscultError
from auscult.models.checkpoint import load_network, refuse_other_shape, settings_that_fit

_POSITIONS = "embeddings.position_embeddings"
_PROJECTION = "embeddings.patch_embeddings.projection.weight"
_OPTIONS = {  # of transformers' configuration → of ours
    "hidden_size": "model.options.width",
    "num_hidden_layers": "model.options.layers",
    "num_attention_heads": "model.options.heads",
    "patch_size": "model.options.patch",
}
_MULTIPLE = 4  # hidden layers are so many times as wide
_FIXED = ("hidden_act", "qkv_bias", "layer_norm_eps")  # no options: all published weights have AST's own


def read_ast(source: str, wanted: ASTModel, *, transposed: bool = False) -> dict[str, Tensor]:
    """Read pretrained weights.

    Parameters
    ----------
    source
        A name on the Hugging Face hub, or a folder written by transformers; see `auscult.models.hub.find_checkpoint`. A
        classifier that the checkpoint has is left out.
    wanted
        The transformer that the weights are for. Its number of bands, frames and strides may be others; the rest may not.
    transposed
        Take rows of positions for columns, as S3's released code does.

    Returns
    -------
    dict
        Names and shapes of ``wanted``.

    Raises
    ------
    AuscultError
        When there is no such checkpoint, it is of another architecture or size, or something in it is missing or broken.
    """
    theirs: ASTModel = load_network(source, ASTModel, _of_ast, kind="an Audio Spectrogram Transformer")
    _check(theirs, wanted, source)
    state = theirs.state_dict()
    old, new = grid_of(theirs.config), grid_of(wanted.config)
    state[_POSITIONS] = fit_positions(state[_POSITIONS], old, new[::-1] if transposed else new)
    return state


def grid_of(config: ASTConfig) -> tuple[int, int]:
    """Rows and columns of patches."""
    patch: Any = config.patch_size
    return (config.num_mel_bins - patch) // config.frequency_stride + 1, (config.max_length - patch) // config.time_stride + 1


def fit_positions(positions: Tensor, old: tuple[int, int], new: tuple[int, int]) -> Tensor:
    """Positions of one grid of patches → of another: cut around the middle where it is smaller, stretched where it is larger.

    Parameters
    ----------
    positions
        (1, 2 + rows · columns, width): two special tokens, then row after row.
    old, new
        Rows and columns of the two grids.

    Returns
    -------
    Tensor
        (1, 2 + rows · columns, width) for the new grid.

    References
    ----------
    The released code of AST; it stretches bilinearly.
    """
    grid = positions[:, 2:].transpose(1, 2).reshape(1, -1, *old)  # (1, width, rows, columns)
    rows, columns = (min(a, b) for a, b in zip(old, new, strict=True))
    top, left = old[0] // 2 - rows // 2, old[1] // 2 - columns // 2
    grid = grid[:, :, top : top + rows, left : left + columns]
    if (rows, columns) != new:
        grid = F.interpolate(grid, size=new, mode="bilinear")
    return torch.cat([positions[:, :2], grid.flatten(2).transpose(1, 2)], dim=1)


def _of_ast(config: Any) -> ASTConfig | None:
    return config if isinstance(config, ASTConfig) else None


def _check(theirs: ASTModel, wanted: ASTModel, source: str) -> None:
    """Say in one sentence what has to be set where the sizes differ."""
    if theirs.config.intermediate_size != _MULTIPLE * theirs.config.hidden_size:
        raise AuscultError(f"The weights {source} have hidden layers that are not {_MULTIPLE} times as wide as the rest.")
    for name in _FIXED:
        if (value := getattr(theirs.config, name)) != (own := getattr(wanted.config, name)):
            raise AuscultError(f"The weights {source} are for {name}={value}, which is always {own} here: give others.")
    settings = settings_that_fit(theirs.config, wanted.config, _OPTIONS)
    if wanted.state_dict()[_PROJECTION].shape[1] != 1:
        settings.append("features.deltas=false")
    refuse_other_shape(source, settings)
