import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from auscult.analysis import model as model_module
from auscult.analysis.model import OnnxModel, choose_model, list_bundled, load_model
from auscult.errors import AuscultError
from tests.analysis.standin import write_standin


@pytest.fixture
def bundled(standin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of bundled models with the stand-in in it, and an onnx file that lacks its card."""
    for file in (standin, standin.with_suffix(".json")):
        shutil.copy(file, tmp_path)
    shutil.copy(standin, tmp_path / "cardless.onnx")
    monkeypatch.setattr(model_module, "BUNDLED", tmp_path)
    return tmp_path


def test_probabilities_and_maps_add_up_to_one(standin: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, 4000 * 5).astype(np.float32)
    probabilities, attention = OnnxModel(standin)(noise)
    assert probabilities.shape == (7, 4)  # (5 s - 2 s) / 0.5 s + 1
    assert attention.shape == (7, 8, 61)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(attention.sum(axis=(1, 2)), 1, atol=1e-4)


def test_a_bundled_model_is_loaded_by_name(bundled: Path) -> None:
    assert list_bundled() == ["standin"]
    assert load_model("standin").card.name == "standin"


def test_a_model_is_loaded_by_path(standin: Path) -> None:
    assert load_model(standin).card.title == "Stand-in for tests"
    assert load_model(str(standin)).card.rate == 4000


def test_an_unknown_name_lists_what_is_there(bundled: Path) -> None:
    with pytest.raises(AuscultError, match=r"There is no model 'lungs'; bundled models: standin"):
        load_model("lungs")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=r"no model file .*gone\.onnx"):
        load_model(tmp_path / "gone.onnx")


def test_a_missing_card_is_named(bundled: Path) -> None:
    with pytest.raises(AuscultError, match=r"card .*cardless\.json is missing"):
        load_model(bundled / "cardless.onnx")


def test_changed_weights_are_refused(bundled: Path) -> None:
    path = bundled / "standin.onnx"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(AuscultError, match="sha256 differs"):
        load_model(path)


def test_what_is_no_onnx_is_refused(tmp_path: Path) -> None:
    path = write_standin(tmp_path, name="text", sha256=sha256(b"not a model").hexdigest())
    path.write_bytes(b"not a model")
    with pytest.raises(AuscultError, match=r"text\.onnx cannot be run"):
        load_model(path)


def test_a_graph_with_other_outputs_is_refused(tmp_path: Path) -> None:
    values = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in ("samples", "logits")]
    graph = helper.make_graph([helper.make_node("Identity", ["samples"], ["logits"])], "g", values[:1], values[1:])
    weights = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()
    path = write_standin(tmp_path, name="foreign", sha256=sha256(weights).hexdigest())
    path.write_bytes(weights)
    with pytest.raises(AuscultError, match="lacks probabilities"):
        load_model(path)


def test_a_graph_may_lack_attention(heart_standin: Path) -> None:
    probabilities, attention = OnnxModel(heart_standin)(np.ones(15_000, dtype=np.float32))
    assert probabilities.shape == (6, 2)  # (7.5 s - 5 s) / 0.5 s + 1
    assert attention is None


def test_an_organ_stands_for_its_bundled_model(standin: Path, heart_standin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "BUNDLED", heart_standin.parent)
    assert choose_model(organ="heart").card.name == "heart"
    assert choose_model("heart").card.organ == "heart"
    assert choose_model(standin, "lung").card.name == "standin"
    loaded = OnnxModel(heart_standin)
    assert choose_model(loaded, "heart") is loaded


def test_a_model_of_another_organ_is_refused(standin: Path) -> None:
    with pytest.raises(AuscultError, match="The model standin is made for lung sounds, not for heart sounds: leave out"):
        choose_model(standin, "heart")
