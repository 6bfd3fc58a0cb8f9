"""Pretrained weights of the Audio Spectrogram Transformer, fitted to pictures of another size."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import ASTConfig, ASTModel, AutoConfig

from auscult.errors import AuscultError
from auscult.models.hub import find_checkpoint
from auscult.models.quiet import quiet_transformers

_POSITIONS = "embeddings.position_embeddings"
_PROJECTION = "embeddings.patch_embeddings.projection.weight"
_OPTIONS = {  # of transformers' configuration → of ours
    "hidden_size": "width",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "patch_size": "patch",
}
_MULTIPLE = 4  # hidden layers are so many times as wide


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
    theirs = _load(find_checkpoint(source), source)
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


def _load(folder: Path, source: str) -> ASTModel:
    """The checkpoint as transformers reads it."""
    try:
        with quiet_transformers():
            config = AutoConfig.from_pretrained(folder)
            if not isinstance(config, ASTConfig):
                raise AuscultError(f"The weights {source} are of {config.model_type}, not of an Audio Spectrogram Transformer.")
            loaded: Any = ASTModel.from_pretrained(folder, config=config, output_loading_info=True, use_safetensors=True)
    except AuscultError:
        raise
    except Exception as error:  # what is wrong with a file is told by many kinds of error
        raise AuscultError(f"The weights {source} are broken or no Audio Spectrogram Transformer; get them again.") from error
    model, found = loaded
    if lacking := sorted(map(str, found["missing_keys"])):
        raise AuscultError(f"The weights {source} are no whole Audio Spectrogram Transformer: {lacking[0]} … is missing.")
    return model


def _check(theirs: ASTModel, wanted: ASTModel, source: str) -> None:
    """Say in one sentence what has to be set where the sizes differ."""
    if theirs.config.intermediate_size != _MULTIPLE * theirs.config.hidden_size:
        raise AuscultError(f"The weights {source} have hidden layers that are not {_MULTIPLE} times as wide as the rest.")
    settings = [
        f"model.options.{option}={getattr(theirs.config, name)}"
        for name, option in _OPTIONS.items()
        if getattr(theirs.config, name) != getattr(wanted.config, name)
    ]
    if wanted.state_dict()[_PROJECTION].shape[1] != 1:
        settings.append("features.deltas=false")
    if settings:
        raise AuscultError(
            f"The weights {source} are of another shape; to start from them add "
            f"{' '.join(f'--set {setting}' for setting in settings)}."
        )
