import numpy as np
import pytest
import torch

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.export import onnx_file
from auscult.export.onnx_file import export_onnx
from auscult.export.thresholds import best_threshold
from auscult.features.settings import SpectrogramSettings
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.recordings.tasks import get_task, merge_classes
from auscult.signal.preprocess import Preprocess

CARD = {"name": "tiny", "title": "A tiny model", "organ": "lung", "licence": "Apache-2.0"}


@pytest.fixture
def model():
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)
    options = {"frequency_hidden": 8, "time_hidden": 8}
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(
        model="han", options=options, task="icbhi-4", classes=classes, features=settings, deltas=True, normal_offset=0.25
    )
    model = TrainedModel(facts).eval()
    model.front_end.standardize.mean.fill_(-40.0)
    return model


def test_the_card_tells_the_grid_that_the_graph_has(model, tmp_path):
    export_onnx(model, tmp_path / "tiny.onnx", card=CARD, window_seconds=1.0, step_seconds=0.25)
    onnx = OnnxModel(tmp_path / "tiny.onnx")
    card = onnx.card
    assert card.normal_offset == 0.25
    assert card.window_seconds == pytest.approx(1.0, abs=0.032)
    samples = np.random.default_rng(0).normal(0, 0.02, 4000 * 5).astype(np.float32)
    probabilities, attention = onnx(samples)
    windows = int((5.0 - card.window_seconds) / card.step_seconds) + 1
    assert probabilities.shape == (windows, 4)
    assert attention.shape[:2] == (windows, len(card.band_hz))
    assert attention.shape[2] == pytest.approx(card.window_seconds / card.frame_seconds, abs=2)


def test_a_model_of_finer_classes_says_what_it_answers(model, tmp_path):
    assert get_task("icbhi-4").classes == model.facts.classes
    export_onnx(model, tmp_path / "four.onnx", card=CARD)
    assert OnnxModel(tmp_path / "four.onnx").card.coarse is None
    task = get_task("sprsound-1-2")
    finer = TrainedModel(model.facts.model_copy(update={"task": task.name, "classes": task.classes})).eval()
    export_onnx(finer, tmp_path / "seven.onnx", card=CARD)
    card = OnnxModel(tmp_path / "seven.onnx").card
    assert (card.classes, card.answer_classes) == (task.classes, get_task("icbhi-4").classes)
    assert (card.coarse, card.started_from) == (merge_classes(task, get_task("icbhi-4")), None)


def test_several_models_answer_with_their_mean(model, tmp_path):
    torch.manual_seed(1)
    other = TrainedModel(model.facts.model_copy(update={"normal_offset": -0.5, "temperature": 2.0, "seed": 1})).eval()
    other.front_end.standardize.mean.fill_(-30.0)
    samples = np.random.default_rng(0).normal(0, 0.02, 4000 * 3).astype(np.float32)
    alone = []
    for number, single in enumerate((model, other)):
        export_onnx(single, tmp_path / f"{number}.onnx", card=CARD)
        alone.append(OnnxModel(tmp_path / f"{number}.onnx")(samples)[0])
    assert export_onnx([model, other], tmp_path / "both.onnx", card=CARD) < 1e-4
    both = OnnxModel(tmp_path / "both.onnx")
    np.testing.assert_allclose(both(samples)[0], np.mean(alone, axis=0), atol=1e-5)
    assert both.card.normal_offset == pytest.approx((0.25 - 0.5) / 2)
    assert both.card.seeds == [0, 1]
    different = TrainedModel(model.facts.model_copy(update={"signal": Preprocess(band=(20.0, 850.0))}))
    with pytest.raises(AuscultError, match="Only models of one recipe can be put together"):
        export_onnx([model, different], tmp_path / "wrong.onnx", card=CARD)
    assert not (tmp_path / "wrong.onnx").exists()


def test_a_window_hears_only_its_context(model, tmp_path):
    export_onnx(model, tmp_path / "tiny.onnx", card=CARD, window_seconds=1.0, step_seconds=0.25)
    onnx = OnnxModel(tmp_path / "tiny.onnx")
    card = onnx.card
    samples = np.random.default_rng(0).normal(0, 0.02, 4000 * 5).astype(np.float32)
    before, _ = onnx(samples)
    changed = samples.copy()
    changed[: card.samples(1.0)] *= 3
    after, _ = onnx(changed)
    first_free = int(np.ceil((1.0 + card.context_seconds) / card.step_seconds))
    np.testing.assert_allclose(after[first_free:], before[first_free:], atol=1e-6)
    assert np.abs(after[0] - before[0]).max() > 1e-4


def test_an_export_that_differs_is_not_written(model, tmp_path, monkeypatch):
    monkeypatch.setattr(onnx_file, "_TOLERANCE", 0.0)
    with pytest.raises(AuscultError, match=r"tiny\.onnx differs from torch"):
        export_onnx(model, tmp_path / "tiny.onnx", card=CARD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("reading", ["s4", "panns"])
def test_a_network_that_repeats_short_pictures_does_so_in_the_graph(reading, tmp_path):
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)
    options = {"frames": 40, "reading": reading}  # 40 frames are 1.3 s
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(
        model="cnn6", options=options, task="icbhi-4", classes=classes, features=settings, deltas=False, temperature=0.1
    )
    network = TrainedModel(facts).eval()
    network.front_end.standardize.mean.fill_(-40.0)
    export_onnx(network, tmp_path / "cnn6.onnx", card=CARD, window_seconds=3.0)
    onnx = OnnxModel(tmp_path / "cnn6.onnx")
    rng, answers = np.random.default_rng(0), []
    for seconds in (0.1, 0.7, 1.3, 1.31, 2.0, 2.9):  # shorter than a window: one answer, as torch gives to the whole
        samples = rng.normal(0, 0.02, round(4000 * seconds)).astype(np.float32)
        with torch.inference_mode():
            expected = network(torch.from_numpy(samples)[None]).logits.softmax(dim=1)
        np.testing.assert_allclose(onnx(samples)[0], expected, atol=1e-5)
        answers.append(expected)
    assert torch.cat(answers).std(dim=0).min() > 1e-3  # not because it answers everything alike
    assert onnx(rng.normal(0, 0.02, 4000 * 7).astype(np.float32))[0].shape == (8, 4)  # 217 frames, windows of 93, every 16


def test_what_depends_on_the_batch_is_not_exported(model, tmp_path):
    published = TrainedModel(model.facts.model_copy(update={"normalize": "published"})).eval()
    for models in (published, [model, published]):
        with pytest.raises(AuscultError, match="an answer depends on which sounds are answered together; train with --set"):
            export_onnx(models, tmp_path / "tiny.onnx", card=CARD)
    assert list(tmp_path.iterdir()) == []


def test_the_threshold_is_the_middle_of_the_best():
    # Abnormal windows have 0.7 and more, normal ones 0.5 and less: any threshold from 0.51 to 0.70 is perfect.
    probabilities = np.array([0.1, 0.3, 0.5, 0.7, 0.8, 0.9])
    truth = np.array([False, False, False, True, True, True])
    assert best_threshold(probabilities, truth) == pytest.approx(0.605, abs=0.01)
