"""Weights of 8 bits: smaller, nearly the same answers, features untouched, and one sentence where it cannot be done."""

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.export.int8 import quantize_int8
from auscult.export.onnx_file import export_onnx
from auscult.features.settings import SpectrogramSettings
from auscult.models.trained import ModelFacts, TrainedModel

CARD = {"name": "tiny", "title": "A tiny model", "organ": "lung", "licence": "Apache-2.0"}
ARCHITECTURES = {
    "cnn6": ("static", {"width": 8, "frames": 32}),
    "mn": ("static", {"width": 0.1}),
    "ast": ("dynamic", {"frames": 20, "width": 32, "layers": 2, "heads": 2}),
}


@pytest.fixture(scope="module")
def sounds():
    rng = np.random.default_rng(0)
    return [rng.normal(0, 0.02, 4000 * seconds).astype(np.float32) for seconds in (3, 5, 8)]


@pytest.fixture(scope="module", params=ARCHITECTURES)
def exported(request, tmp_path_factory):
    """Manner to expect, and an exported model whose answers differ from sound to sound."""
    torch.manual_seed(0)
    manner, options = ARCHITECTURES[request.param]
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=32)
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(
        model=request.param, options=options, task="icbhi-4", classes=classes, features=settings, deltas=True, temperature=0.1
    )
    model = TrainedModel(facts).eval()
    model.front_end.standardize.mean.fill_(-40.0)
    path = tmp_path_factory.mktemp(request.param) / "whole.onnx"
    export_onnx(model, path, card=CARD)
    return manner, path


def learned_bytes(path):
    """Bytes of the weights of a graph by their type."""
    weights = [numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer]
    return {kind: sum(one.nbytes for one in weights if one.dtype == kind) for kind in (np.float32, np.int8)}


def test_the_weights_have_8_bits_and_the_answers_stay(exported, sounds, tmp_path):
    manner, whole = exported
    small = tmp_path / "small.onnx"
    found = quantize_int8(whole, small, sounds)
    assert found.manner == manner
    before, after = learned_bytes(whole), learned_bytes(small)
    assert before[np.int8] == 0
    assert 4 * after[np.int8] > 0.45 * before[np.float32]  # of the tiny transformer half are positions, which are no product
    assert after[np.float32] < 0.55 * before[np.float32]
    one, other = OnnxModel(whole), OnnxModel(small)
    assert other.card == one.card.model_copy(update={"sha256": other.card.sha256, "int8": manner})
    largest = max(np.abs(one(sound)[0] - other(sound)[0]).max() for sound in sounds)
    assert found.difference == pytest.approx(largest, abs=1e-6)
    assert 0 < found.difference < 0.1
    assert found.agreement > 0.9


def test_the_features_stay_in_floating_point(exported, sounds, tmp_path):
    _, whole = exported
    quantize_int8(whole, tmp_path / "small.onnx", sounds)
    before, after = (list(onnx.load(path).graph.node) for path in (whole, tmp_path / "small.onnx"))
    front = [node.output[0] for node in before if node.op_type in ("Conv", "MatMul") and "encoder" not in node.name]
    of_features = {name for name in front if "log_mel" in name or "spectrogram" in name or "front_end" in name}
    assert of_features
    kinds = {output: node.op_type for node in after for output in node.output}
    inputs = {node.output[0]: node.input for node in after}
    for name in of_features:
        assert kinds[name] in ("Conv", "MatMul")
        assert not any(kinds.get(one) == "DequantizeLinear" for one in inputs[name])


def test_without_sounds_nothing_is_written(exported, tmp_path):
    with pytest.raises(AuscultError, match="8 bits are calibrated with training recordings, and there are none"):
        quantize_int8(exported[1], tmp_path / "small.onnx", [])
    assert list(tmp_path.iterdir()) == []
