"""A small untrained heart model that keeps the contract of the bundled one, and rests on two bands alone.

The more power there is around 200 Hz the more abnormal a window is, the more around 500 Hz the more normal; everything else is
ignored. It has no attention.
"""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper, parser

RATE, FRAME, HOP = 2000, 128, 50
MURMUR, CALM = (160.0, 240.0), (460.0, 540.0)
SLOPE, EVEN = (
    2.0,
    0.0,
)  # log-odds for each neper that 200 Hz has more power than 500 Hz; the difference at which it is undecided

_GRAPH = """
<ir_version: 9, opset_import: ["" : 18]>
heart (float[batch, n] samples) => (float[batch, windows, 2] probabilities)
{
    n = Shape <start = 1, end = 2> (samples)
    lacking = Sub (window, n)
    missing = Max (lacking, zero)
    pads = Concat <axis = 0> (zero, zero, zero, missing)
    padded = Pad (samples, pads)
    channel = Unsqueeze (padded, one)
    parts = Conv <strides = [50]> (channel, fourier)
    squares = Mul (parts, parts)
    cosine, sine = Split <axis = 1, num_outputs = 2> (squares)
    power = Add (cosine, sine)
    bands = MatMul (filters, power)
    means = AveragePool <kernel_shape = [198], strides = [20]> (bands)
    audible = Add (means, floor)
    logarithm = Log (audible)
    murmur, calm = Split <axis = 1, num_outputs = 2> (logarithm)
    difference = Sub (murmur, calm)
    shifted = Sub (difference, even)
    logits = Mul (shifted, slope)
    column = Transpose <perm = [0, 2, 1]> (logits)
    abnormal = Sigmoid (column)
    normal = Sub (unity, abnormal)
    probabilities = Concat <axis = 2> (normal, abnormal)
}
"""


def write_heart_standin(folder: Path, *, name: str = "heart", **card: object) -> Path:
    """Write ``name``.onnx (windows of 5 s every 0.5 s) and its card; further keywords replace fields. Returns the onnx file."""
    model = parser.parse_model(_GRAPH)
    model.graph.initializer.extend(numpy_helper.from_array(value, key) for key, value in _constants().items())
    onnx.checker.check_model(model, full_check=True)
    weights = model.SerializeToString()
    facts = {
        "format": 1,
        "name": name,
        "title": "Heart stand-in for tests",
        "organ": "heart",
        "task": "heart-2",
        "classes": ["normal", "abnormal"],
        "rate": RATE,
        "preprocess": {"band": [25, 800], "shortest_seconds": 5.0},
        "pooling": "mean",
        "window_seconds": 5.0,
        "step_seconds": 0.5,
        "context_seconds": 0.0,
        "frame_seconds": HOP / RATE,
        "band_hz": _hz().tolist(),
        "sha256": sha256(weights).hexdigest(),
    }
    path = folder / f"{name}.onnx"
    path.write_bytes(weights)
    path.with_suffix(".json").write_text(json.dumps(facts | card))
    return path


def _hz() -> NDArray[np.float64]:
    return np.arange(1, FRAME // 2) * RATE / FRAME


def _constants() -> dict[str, NDArray[np.generic]]:
    angle = 2 * np.pi * np.outer(_hz() / RATE, np.arange(FRAME))  # (bins, frame)
    fourier = np.concatenate([np.cos(angle), np.sin(angle)]) * np.hanning(FRAME)
    filters = np.array([(low <= _hz()) & (_hz() <= high) for low, high in (MURMUR, CALM)])  # (2, bins)
    return {
        "fourier": fourier[:, None].astype(np.float32),
        "filters": filters.astype(np.float32),
        "floor": np.float32(1e-9).reshape(()),
        "even": np.array(EVEN, dtype=np.float32),
        "slope": np.array(SLOPE, dtype=np.float32),
        "unity": np.array(1, dtype=np.float32),
        "window": np.array([5 * RATE]),
        "zero": np.array([0]),
        "one": np.array([1]),
    }
