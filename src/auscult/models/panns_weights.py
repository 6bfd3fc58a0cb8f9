"""Published weights of PANNs, read from a file and renamed to fit `auscult.models.panns`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from auscult.errors import AuscultError

Size = tuple[int, ...]

_PUBLISHED_AT = "https://zenodo.org/record/3987831"
_NETWORKS = {  # by number of blocks and size of the kernels
    (4, 5): ("cnn6", "Cnn6_mAP=0.343.pth"),
    (4, 3): ("cnn10", "Cnn10_mAP=0.380.pth"),
    (6, 3): ("cnn14", "Cnn14_mAP=0.431.pth"),
}
_FIRST = "conv_block1.conv1.weight"
_OF_NO_USE = ("spectrogram_extractor.", "logmel_extractor.", "fc_audioset.")
_MOST_NAMES = 8


def read_panns(file: Path, wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Read weights of PANNs.

    Parameters
    ----------
    file
        A ``.pth`` as published (the state dict is under its key ``model``, or is all there is), or the state dict as
        ``.safetensors``.
    wanted
        State dict of the `auscult.models.panns.Panns` that the weights are for.

    Returns
    -------
    dict
        Names and shapes of ``wanted``. PANNs' spectrogram and AudioSet's classes are left out, and where ``wanted`` has neither
        batch norm of the input nor a fully connected layer, so are these.

    Raises
    ------
    AuscultError
        When there is no such file, it cannot be read without running code, or anything in it is missing, unknown or of another
        shape.

    References
    ----------
    Kong et al., PANNs: Large-Scale Pretrained Audio Neural Networks for Audio Pattern Recognition, 2020.
    """
    names = {_name_in_panns(name): name for name in wanted}
    unused = _OF_NO_USE if "bn0.weight" in names else (*_OF_NO_USE, "bn0.", "fc1.")
    found = {name: value for name, value in _read(file).items() if not name.startswith(unused)}
    shapes = {name: tuple(value.shape) for name, value in found.items()}
    wanted_shapes = {theirs: tuple(wanted[ours].shape) for theirs, ours in names.items()}
    if shapes != wanted_shapes:
        problems, advice = _compare(shapes, wanted_shapes), _advise(shapes, wanted_shapes)
        raise AuscultError(f"The weights {file} do not fit the model ({problems}): {advice}.")
    return {names[name]: value for name, value in found.items()}


def _read(file: Path) -> dict[str, Tensor]:
    if not file.is_file():
        problem = "is a folder" if file.is_dir() else "does not exist"
        raise AuscultError(f"The file of weights {file} {problem}; give the path of a .pth or .safetensors file.")
    try:
        content = load_file(file) if file.suffix == ".safetensors" else _unpickle(file)
    except Exception as error:  # what is no such file breaks the reader in any way: EOFError, KeyError, IndexError …
        raise AuscultError(
            f"The weights {file} cannot be read: the file is broken, cut off or of another kind, or holds Python objects that "
            "could run code and are never loaded; get it again, or give its state dict as .safetensors."
        ) from error
    weights = content.get("model", content) if isinstance(content, dict) else content
    if not isinstance(weights, dict) or not all(isinstance(v, Tensor) and isinstance(k, str) for k, v in weights.items()):
        raise AuscultError(f"{file} has no state dict, neither under the key 'model' nor by itself; give it one that has.")
    return weights


def _unpickle(file: Path) -> object:
    """Tensors, containers and numbers only; anything else is refused by torch."""
    # Some of PANNs' files also hold the state of the sampler that they were trained with: arrays of int64, which older versions
    # of numpy had made by a function of another name.
    make = np.zeros(0).__reduce__()[0]
    arrays: list[Any] = [np.ndarray, np.dtype, np.dtypes.Int64DType, make, (make, "numpy.core.multiarray._reconstruct")]
    with torch.serialization.safe_globals(arrays):
        return torch.load(file, map_location="cpu", weights_only=True)


def _name_in_panns(name: str) -> str:
    """``blocks.0.convolve.1.weight`` → ``conv_block1.conv2.weight``."""
    part, *rest = name.split(".")
    if part != "blocks":
        return ".".join([{"normalize_input": "bn0", "connect": "fc1"}[part], *rest])
    block, kind, layer, parameter = rest
    return f"conv_block{int(block) + 1}.{'conv' if kind == 'convolve' else 'bn'}{int(layer) + 1}.{parameter}"


def _compare(found: Mapping[str, Size], wanted: Mapping[str, Size]) -> str:
    """Everything that two sets of shapes differ in."""
    others = [name for name in wanted if name in found and found[name] != wanted[name]]
    problems = {
        "missing": sorted(wanted.keys() - found.keys()),
        "unknown": sorted(found.keys() - wanted.keys()),
        "of another shape": [f"{name} {list(found[name])} instead of {list(wanted[name])}" for name in others],
    }
    return "; ".join(f"{problem}: {_shorten(names)}" for problem, names in problems.items() if names)


def _shorten(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMES])} and {more} more"


def _advise(found: Mapping[str, Size], wanted: Mapping[str, Size]) -> str:
    """What to do, from the shapes that a file has and those that the model has."""
    theirs, ours = _network(found), _network(wanted)
    if theirs is None or ours is None:
        return f"get {ours[1] if ours else 'them'} from {_PUBLISHED_AT}"
    settings = []
    if theirs != ours:
        settings.append(f"model.name={theirs[0]}")
    if found[_FIRST][0] != wanted[_FIRST][0]:
        settings.append(f"model.options.width={found[_FIRST][0]}")
    if found[_FIRST][1] == 1 != wanted[_FIRST][1]:
        settings.append("features.deltas=false")
    if "bn0.weight" in found and found["bn0.weight"] != wanted.get("bn0.weight"):
        settings.append(f"features.bands={found['bn0.weight'][0]}")
    if not settings:
        return f"get {ours[1]} from {_PUBLISHED_AT}"
    return f"they are those of {theirs[0]}, and to start from them add {' '.join(f'--set {setting}' for setting in settings)}"


def _network(shapes: Mapping[str, Size]) -> tuple[str, str] | None:
    """Our name of the network with these weights, and the file that PANNs published it in; None for another network."""
    blocks = {name.split(".")[0] for name in shapes if name.startswith("conv_block")}
    return _NETWORKS.get((len(blocks), shapes[_FIRST][-1])) if len(shapes.get(_FIRST, ())) == 4 else None
