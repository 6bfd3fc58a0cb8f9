"""An exported model with weights of 8 bits: a quarter of the size, for phones; its features stay in floating point."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.export.onnx_file import write_card
from auscult.files import digest_files, replacing

if TYPE_CHECKING:
    from onnx import ModelProto

Manner = Literal["static", "dynamic"]
MOST_SOUNDS = 64
"""Recordings to calibrate with: more of them change the ranges little and take minutes."""
KEPT_SHARE = 0.05
"""Of the weights of a convolutional network, in its smallest layers, stay in floating point.

Chosen on training recordings of mn-lung: with 8 bits in all of its layers 12 of 100 windows get another class, without those of
the smallest 5 % one of 100. These are the first and most depthwise convolutions, which have few weights for each channel.
"""


class Int8(NamedTuple):
    """What was made of a model.

    Attributes
    ----------
    manner
        ``static``: convolutions and products, whose ranges were measured beforehand; ``dynamic``: matrix products, whose ranges
        are measured while the model runs.
    layers
        How many layers have weights of 8 bits.
    difference
        Largest difference of a probability from the model that it was made of, over the sounds given.
    agreement
        Share of windows in which both find the same class most probable.
    """

    manner: Manner
    layers: int
    difference: float
    agreement: float


def quantize_int8(onnx: Path, out: Path, sounds: Iterable[NDArray[np.float32]]) -> Int8:
    """Give a model weights of 8 bits: static, for each channel of its own, where it is convolutional; else dynamic.

    Parameters
    ----------
    onnx
        An exported model with its card beside it.
    out
        The file to write, with a card of its own.
    sounds
        Recordings (n,) of the training side, prepared as the card says (`auscult.analysis.listen.prepare`); of these the ranges
        of static quantization are measured, and the two models are compared on them.

    Raises
    ------
    AuscultError
        When there are no sounds, the package onnx is missing, or the model has no layer that can have 8 bits; nothing is
        written then.
    """
    found = list(sounds)[:MOST_SOUNDS]
    if not found:
        raise AuscultError(f"{out.name} cannot be written: 8 bits are calibrated with training recordings, and there are none.")
    manner, layers = _choose_layers(_load(onnx))
    if not layers:
        raise AuscultError(f"{onnx.name} has neither convolutions nor matrix products with weights: it has nothing for 8 bits.")
    card = json.loads(onnx.with_suffix(".json").read_text(encoding="utf-8"))
    with replacing(out) as partial, _quiet():
        if manner == "static":
            _quantize_static(onnx, partial, layers, found)
        else:
            _quantize_dynamic(onnx, partial, layers)
        write_card(out.with_suffix(".json"), card | {"sha256": digest_files(partial), "int8": manner})
    return Int8(manner, len(layers), *_compare(OnnxModel(onnx), OnnxModel(out), found))


def _load(onnx: Path) -> "ModelProto":
    try:
        from onnx import load
    except ImportError:
        raise AuscultError('8 bits need the package onnx: pip install "auscult[train]".') from None
    return load(onnx)


def _choose_layers(model: "ModelProto") -> tuple[Manner, list[str]]:
    """How to go about it, and the names of the layers that get 8 bits.

    Static where at least half of the layers with learned weights are convolutions, then of all of them but the smallest, which
    hold `KEPT_SHARE` of the weights; else dynamic, of matrix products. Learned weights are initializers of the graph, also
    behind a transposition; those of the features are its constants.
    """
    weights = {one.name: int(np.prod(one.dims)) for one in model.graph.initializer}
    layers = [node for node in model.graph.node if node.op_type in ("Conv", "MatMul", "Gemm") and node.input[1] in weights]
    sizes = {node.name: weights[node.input[1]] for node in layers}
    products = [node.name for node in layers if node.op_type != "Conv"]
    if 2 * len(products) > len(layers):
        return "dynamic", products
    by_size = sorted(sizes, key=lambda name: sizes[name])
    small = np.cumsum([sizes[name] for name in by_size]) <= KEPT_SHARE * sum(sizes.values())  # (layers,)
    kept = set(by_size[: int(small.sum())])
    return "static", [name for name in sizes if name not in kept]


def _quantize_static(onnx: Path, out: Path, layers: list[str], sounds: list[NDArray[np.float32]]) -> None:
    from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

    class Sounds(CalibrationDataReader):
        """One recording at a time."""

        def __init__(self) -> None:
            self.left = iter([{"samples": one[None]} for one in sounds])

        def get_next(self) -> Mapping[str, Any] | None:
            return next(self.left, None)

    quantize_static(
        onnx,
        out,
        Sounds(),
        quant_format=QuantFormat.QDQ,
        nodes_to_quantize=layers,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        reduce_range=True,  # 7 bits: processors without VNNI add pairs of 8-bit products in 16 bits, which would overflow
        calibrate_method=CalibrationMethod.MinMax,
    )


def _quantize_dynamic(onnx: Path, out: Path, layers: list[str]) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    names = [*layers, *(f"{name}_MatMul" for name in layers)]  # as onnxruntime calls a Gemm that it has taken apart
    quantize_dynamic(onnx, out, nodes_to_quantize=names, per_channel=True, weight_type=QuantType.QInt8)


def _compare(whole: OnnxModel, small: OnnxModel, sounds: list[NDArray[np.float32]]) -> tuple[float, float]:
    """Largest difference of a probability, and share of windows with the same class."""
    pairs = [(whole(one)[0], small(one)[0]) for one in sounds]  # (windows, classes) each
    difference = max(float(np.abs(one - other).max()) for one, other in pairs)
    same = np.concatenate([one.argmax(axis=1) == other.argmax(axis=1) for one, other in pairs])
    return difference, float(same.mean())


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep onnxruntime from recommending a preprocessing that would fix all shapes, and from naming 0 / 0 in silence."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        logging.disable(before)
