"""Every registered model: forward, backward, save–load–same, padding, export."""

import pytest
import torch
from safetensors.torch import load_file

from auscult.errors import AuscultError
from auscult.export.onnx_file import export_onnx
from auscult.features.settings import SpectrogramSettings
from auscult.models.registry import create_model, list_models
from auscult.models.trained import ModelFacts, TrainedModel, load_trained

CLASSES = ("normal", "crackle", "wheeze", "both")


def make(name):
    torch.manual_seed(0)
    return create_model(name, classes=CLASSES, channels=3, bands=16)


def make_trained(name, **facts):
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)
    given = ModelFacts(model=name, task="icbhi-4", classes=CLASSES, features=settings, deltas=True, **facts)
    return TrainedModel(given).eval()


@pytest.mark.parametrize("name", list_models())
class TestEveryModel:
    def test_forward_has_the_promised_shapes(self, name):
        output = make(name).eval()(torch.randn(2, 3, 16, 20))
        assert output.logits.shape == (2, 4)
        assert output.embedding.shape[0] == 2
        if output.attention is not None:
            assert output.attention.shape == (2, 16, 20)
            torch.testing.assert_close(output.attention.sum(dim=(1, 2)), torch.ones(2))

    def test_every_parameter_learns(self, name):
        model = make(name)
        model(torch.randn(4, 3, 16, 20), torch.tensor([20, 15, 8, 3])).logits.square().sum().backward()
        still = [key for key, parameter in model.named_parameters() if parameter.grad is None]
        assert still == []

    def test_mixed_precision_answers_about_alike(self, name):
        model, pictures, lengths = make(name).eval(), torch.randn(2, 3, 16, 20), torch.tensor([20, 9])
        with torch.autocast("cpu", torch.bfloat16):
            mixed = model(pictures, lengths).logits
        torch.testing.assert_close(mixed.float(), model(pictures, lengths).logits, atol=0.05, rtol=0.1)

    def test_padding_does_not_change_the_answer(self, name):
        model = make(name).eval()
        short = torch.randn(1, 3, 16, 9)
        padded = torch.cat([short, 100 * torch.randn(1, 3, 16, 11)], dim=3)
        batch = torch.cat([padded, torch.randn(1, 3, 16, 20)])
        output = model(batch, torch.tensor([9, 20]))
        torch.testing.assert_close(output.logits[:1], model(short).logits, atol=1e-5, rtol=1e-5)
        if output.attention is not None:
            assert output.attention[0, :, 9:].abs().max() == 0

    def test_windows_are_answered_like_pictures_of_their_own(self, name):
        model = make(name).eval()
        reach = model.encoder.reach
        pictures = torch.randn(2, 3, 16, 50)
        starts, frames = torch.tensor([0, 20, 40]), torch.tensor(10)
        windows = model.classify_windows(pictures, starts, frames).logits
        if reach == 0:
            singly = torch.cat([model(picture[None, :, :, s : s + 10]).logits for picture in pictures for s in (0, 20, 40)])
            torch.testing.assert_close(windows, singly, atol=1e-5, rtol=1e-5)
        far = pictures.clone()
        far[..., 30 + reach :] = torch.randn(far[..., 30 + reach :].shape)
        torch.testing.assert_close(model.classify_windows(far, starts, frames).logits[:2], windows[:2], atol=1e-5, rtol=1e-5)
        whole = model.classify_windows(pictures, torch.tensor([0]), torch.tensor(50)).logits
        torch.testing.assert_close(whole, model(pictures).logits, atol=1e-5, rtol=1e-5)

    def test_saved_and_loaded_it_is_the_same(self, name, tmp_path):
        model = make_trained(name, temperature=1.5, normal_offset=0.2)
        model.front_end.standardize.mean.fill_(-40.0)
        model.save(tmp_path)
        loaded = load_trained(tmp_path)
        samples = 0.02 * torch.randn(2, 6000)
        assert loaded.facts == model.facts
        torch.testing.assert_close(loaded(samples).logits, model(samples).logits)
        assert sorted(load_file(tmp_path / "model.safetensors")) == sorted(model.state_dict())

    def test_exported_it_answers_alike(self, name, tmp_path):
        model = make_trained(name, temperature=1.5)
        model.front_end.standardize.mean.fill_(-40.0)
        card = {"name": name, "title": name, "organ": "lung", "licence": "Apache-2.0"}
        assert export_onnx(model, tmp_path / "model.onnx", card=card, window_seconds=1.0) < 1e-4
        assert not list(tmp_path.glob("*.partial"))


def test_an_unknown_model_or_option_is_named():
    with pytest.raises(AuscultError, match=r"There is no model 'hen'; known models: .*han"):
        create_model("hen", classes=CLASSES)
    with pytest.raises(AuscultError, match=r"Model 'han' has no option 'depth'; it has: .*dropout"):
        create_model("han", classes=CLASSES, depth=3)


def test_broken_weights_are_one_sentence(tmp_path):
    make_trained("han").save(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(AuscultError, match="broken or do not fit"):
        load_trained(tmp_path)
    (tmp_path / "model.json").unlink()
    with pytest.raises(AuscultError, match=r"model\.json is missing"):
        load_trained(tmp_path)
