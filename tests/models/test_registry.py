"""Every registered model: forward, backward, save–load–same, padding, export."""

import copy
import inspect
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.export.onnx_file import export_onnx
from auscult.features.settings import SpectrogramSettings
from auscult.models import registry
from auscult.models.fitted_head import FittedHead
from auscult.models.registry import create_model, list_models
from auscult.models.trained import ModelFacts, TrainedModel, load_trained

CLASSES = ("normal", "crackle", "wheeze", "both")
SMALL_PANNS = {"frames": 32, "width": 8}  # as few frames as the deepest can do with, for speed
TINY_AST = {"frames": 20, "width": 16, "layers": 2, "heads": 2}
TINY_CLAP = {"frames": 24, "heard": 20, "size": 64, "width": 8, "depths": [1, 2], "heads": [1, 2], "window": 4, "embedding": 12}
TINY_TEXT = {"positions": 40, "text_width": 8, "text_layers": 1, "text_heads": 2, "text_hidden": 16, "vocabulary": 300}
OPTIONS = {
    "ast": TINY_AST,
    "ast-small": TINY_AST,
    "ast-tiny": TINY_AST,
    "bts": TINY_CLAP | TINY_TEXT,
    "clap-audio": TINY_CLAP,
    "cnn6": SMALL_PANNS,
    "cnn10": SMALL_PANNS,
    "cnn14": SMALL_PANNS,
    "random-forest": {"trees": 20, "depth": [5], "leaf": [2]},
    "resnet18": {"widths": [8, 16, 24], "depths": [1, 2, 1]},
    "svm": {"cost": [10.0], "gamma": [1.0]},
}


def make_trained(name, **facts):
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=32)
    options = OPTIONS.get(name, {})
    given = ModelFacts(model=name, options=options, task="icbhi-4", classes=CLASSES, features=settings, deltas=True, **facts)
    return TrainedModel(given).eval()


@pytest.fixture(scope="module", params=list_models())
def trained(request):
    """One of each kind, made once; it must be left as it is."""
    model = make_trained(request.param, temperature=1.5, normal_offset=0.2)
    model.front_end.standardize.mean.fill_(-40.0)
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            layer.momentum = 1.0
    learns = model.classifier.encoder.learns
    with torch.no_grad():  # let batch norms hear something, or the deepest models answer everything alike
        heard = model.classifier.train()(torch.randn(8 if learns else 80, 3, 32, 40))
    if not learns:
        fit_to(model.classifier.head, heard.embedding.numpy())
    return model.eval()


def fit_to(head, embeddings):
    """Fit a head to random classes."""
    rng = np.random.default_rng(0)
    assert len(list(head.fit_each(embeddings, rng.integers(0, 4, len(embeddings)), np.ones(len(embeddings)), seed=0))) == 1


@pytest.fixture
def model(trained):
    torch.manual_seed(0)
    return trained.classifier


@pytest.fixture
def folder(tmp_path):
    """Emptied afterwards, since pytest keeps what is in ``tmp_path``."""
    yield tmp_path
    shutil.rmtree(tmp_path)


class TestEveryModel:
    def test_forward_has_the_promised_shapes(self, model):
        output = model(torch.randn(2, 3, 32, 20))
        assert output.logits.shape == (2, 4)
        assert output.embedding.shape == (2, model.encoder.embedding_size)
        if output.attention is not None:
            assert output.attention.shape == (2, 32, 20)
            torch.testing.assert_close(output.attention.sum(dim=(1, 2)), torch.ones(2))

    def test_mixed_precision_answers_about_alike(self, model):
        pictures, lengths = torch.randn(2, 3, 32, 20), torch.tensor([20, 9])
        with torch.autocast("cpu", torch.bfloat16):
            mixed = model(pictures, lengths).logits
        torch.testing.assert_close(mixed.float(), model(pictures, lengths).logits, atol=0.05, rtol=0.1)

    def test_padding_does_not_change_the_answer(self, model):
        short = torch.randn(1, 3, 32, 9)
        padded = torch.cat([short, 100 * torch.randn(1, 3, 32, 11)], dim=3)
        batch = torch.cat([padded, torch.randn(1, 3, 32, 20)])
        output = model(batch, torch.tensor([9, 20]))
        torch.testing.assert_close(output.logits[:1], model(short).logits, atol=1e-4, rtol=1e-4)
        if output.attention is not None:
            assert output.attention[0, :, 9:].abs().max() == 0

    def test_windows_are_answered_like_pictures_of_their_own(self, model):
        reach = model.encoder.reach
        pictures = torch.randn(2, 3, 32, 50)
        starts, frames = torch.tensor([0, 20, 40]), torch.tensor(10)
        windows = model.classify_windows(pictures, starts, frames).logits
        if reach == 0:
            singly = torch.cat([model(picture[None, :, :, s : s + 10]).logits for picture in pictures for s in (0, 20, 40)])
            torch.testing.assert_close(windows, singly, atol=1e-4, rtol=1e-4)
        far = pictures.clone()
        far[..., 30 + reach :] = torch.randn(far[..., 30 + reach :].shape)
        torch.testing.assert_close(model.classify_windows(far, starts, frames).logits[:2], windows[:2], atol=1e-4, rtol=1e-4)
        whole = model.classify_windows(pictures, torch.tensor([0]), torch.tensor(50)).logits
        torch.testing.assert_close(whole, model(pictures).logits, atol=1e-4, rtol=1e-4)

    def test_saved_and_loaded_it_is_the_same(self, trained, folder):
        trained.save(folder)
        loaded = load_trained(folder)
        samples = 0.02 * torch.randn(2, 6000)
        assert loaded.facts == trained.facts
        torch.testing.assert_close(loaded(samples).logits, trained(samples).logits)
        assert sorted(load_file(folder / "model.safetensors")) == sorted(trained.state_dict())

    def test_exported_it_answers_alike(self, trained, folder):
        name = trained.facts.model
        card = {"name": name, "title": name, "organ": "lung", "licence": "Apache-2.0"}
        assert export_onnx(trained, folder / "model.onnx", card=card, window_seconds=1.0) < 1e-4
        assert not list(folder.glob("*.partial"))

    def test_every_parameter_learns(self, model):
        if not model.encoder.learns:
            assert isinstance(model.head, FittedHead)
            assert list(model.parameters()) == []
            assert model(torch.randn(4, 3, 32, 20)).logits.unique(dim=0).shape == (4, 4)  # fitted, it tells them apart
            return
        learning = copy.deepcopy(model).train()
        learning(torch.randn(4, 3, 32, 20), torch.tensor([20, 15, 8, 3])).logits.square().sum().backward()
        still = [key for key, parameter in learning.named_parameters() if parameter.grad is None]
        assert still == []


def test_an_unknown_model_or_option_is_named():
    with pytest.raises(AuscultError, match=r"There is no model 'hen'; known models: .*han"):
        create_model("hen", classes=CLASSES)
    with pytest.raises(AuscultError, match=r"Model 'han' has no option 'depth'; it has: .*dropout"):
        create_model("han", classes=CLASSES, depth=3)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("cnn6", {"width": "abc"}, "width should be a valid integer, not 'abc'"),
        ("cnn6", {"width": 0}, "width should be greater than or equal to 1, not 0"),
        ("cnn10", {"width": -2}, "width should be greater than or equal to 1, not -2"),
        ("cnn6", {"width": True}, "width should be a valid integer, not True"),
        ("cnn14", {"frames": "abc"}, "frames should be a valid integer, not 'abc'"),
        ("cnn6", {"dropout": 2}, "dropout should be less than or equal to 1, not 2"),
        ("han", {"time_hidden": 0}, "time_hidden should be greater than or equal to 1, not 0"),
        ("han", {"normalize": "no"}, "normalize should be a valid boolean, not 'no'"),
        ("han-single", {"frequency_hidden": 1.5}, "frequency_hidden should be a valid integer, not 1.5"),
        ("attention-cnn", {"heads": None}, "heads should be a valid integer, not None"),
        ("attention-cnn", {"widths": [16, 32, 48]}, "widths should have at least 4 items, not [16, 32, 48]"),
        ("attention-cnn", {"widths": [16, 32, 32, 0]}, "widths.3 should be greater than or equal to 1, not 0"),
        ("attention-cnn", {"widths": [16, 32, 32, "48"]}, "widths.3 should be a valid integer, not '48'"),
        ("attention-cnn", {"widths": 16}, "widths should be a valid tuple, not 16"),
        ("heart-cnn", {"widths": [8, 16, 32]}, "widths should have at most 2 items, not [8, 16, 32]"),
        ("heart-cnn", {"kernel": 0}, "kernel should be greater than or equal to 1, not 0"),
        ("heart-mel", {"floor": -1.0}, "floor should be greater than 0, not -1.0"),
        ("svm", {"cost": []}, "cost should have at least 1 item, not []"),
        ("svm", {"gamma": [1, 0]}, "gamma.1 should be greater than 0, not 0"),
        ("svm", {"percentiles": [101]}, "percentiles.0 should be less than or equal to 100, not 101"),
        ("random-forest", {"depth": [4, 2.5]}, "depth.1 should be a valid integer, not 2.5"),
        ("random-forest", {"class_weights": "balanced"}, "class_weights should be 'none', 'sqrt' or 'inverse', not 'balanced'"),
    ],
)
def test_a_wrong_value_of_an_option_is_one_sentence(name, options, sentence):
    with pytest.raises(AuscultError) as raised:
        create_model(name, classes=CLASSES, **options)
    assert str(raised.value) == f"model.options.{sentence}."


def test_every_option_of_every_model_is_checked():
    for name, build in registry._builders().items():
        parameters = inspect.signature(build).parameters
        defaults = {option: parameters[option].default for option in parameters if option not in ("channels", "bands")}
        for option in defaults:
            with pytest.raises(AuscultError, match=rf"^model\.options\.{option} .*\.$"):
                create_model(name, classes=CLASSES, **{option: object()})
        create_model(name, classes=CLASSES, bands=64, **defaults)


def test_a_list_is_taken_for_a_tuple_and_a_whole_number_for_a_float():
    encoder = create_model("attention-cnn", classes=CLASSES, widths=[4, 4, 8, 6], heads=2, dropout=0).encoder
    assert encoder.embedding_size == 12
    assert [block.convolve.out_channels for block in encoder.blocks] == [4, 4, 8, 6]
    assert encoder.dropout.p == 0


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("attention-cnn", {"bands": 50}, r"wants a multiple of 4 bands \(features\.bands\), not 50\.$"),
        ("heart-cnn", {"bands": 8}, r"^Pooling twice by 3 .* wants at least 9 bands .*, not 8 and 121\.$"),
        ("heart-cnn", {"frames": 15, "pool": 4}, r"^Pooling twice by 4 .* wants at least 16 bands .*, not 64 and 15\.$"),
    ],
)
def test_pictures_that_a_model_cannot_take_are_one_sentence(name, options, sentence):
    with pytest.raises(AuscultError, match=sentence):
        create_model(name, classes=CLASSES, **options)


def test_broken_weights_are_one_sentence(tmp_path):
    make_trained("han").save(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(AuscultError, match="broken or do not fit"):
        load_trained(tmp_path)
    (tmp_path / "model.json").unlink()
    with pytest.raises(AuscultError, match=r"model\.json is missing"):
        load_trained(tmp_path)
