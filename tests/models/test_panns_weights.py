"""Files as PANNs publishes them, made of our own networks, and everything that can be wrong with one."""

import os

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from auscult.errors import AuscultError
from auscult.models.registry import create_model
from tests.models.published import as_published

NETWORKS = ("cnn6", "cnn10", "cnn14")


def make(network="cnn6", reading="s4", *, channels=1, bands=64, width=3, seed=0):
    torch.manual_seed(seed)
    options = {"width": width, "reading": reading}
    return create_model(network, classes=("a", "b"), channels=channels, bands=bands, **options).encoder.eval()


def published(network="cnn6", bands=64, seed=1):
    """A network with other numbers, and its state dict under PANNs' names."""
    encoder = make(network, "panns", bands=bands, seed=seed)
    return encoder, as_published(encoder.state_dict())


def refuses(encoder, file):
    """The sentence that loading ends in; the encoder must be as it was."""
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    with pytest.raises(AuscultError) as refusal:
        encoder.load_pretrained(file)
    for name, value in encoder.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)
    sentence = str(refusal.value)
    assert str(file) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("network", NETWORKS)
def test_names_are_those_of_panns(network):
    names = set(published(network)[1])
    assert {"bn0.running_mean", "conv_block1.conv1.weight", "conv_block4.bn1.running_var", "fc1.bias"} <= names
    assert ("conv_block2.conv2.weight" in names) == (network != "cnn6")
    assert ("conv_block6.bn2.num_batches_tracked" in names) == (network == "cnn14")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("kind", ["checkpoint", "old checkpoint", "state dict", "safetensors"])
def test_a_model_starts_from_what_is_in_the_file(network, kind, tmp_path):
    theirs, weights = published(network)
    file = tmp_path / ("Cnn.safetensors" if kind == "safetensors" else "Cnn_mAP=0.343.pth")
    sampler = {"indexes_per_class": [np.arange(5), np.arange(3)], "queue": [1, 2], "pointers_of_classes": [0, 4]}
    if kind == "safetensors":
        save_file(weights, file)
    elif kind == "state dict":
        torch.save(weights, file)
    else:
        checkpoint = {"iteration": 600_000, "model": weights, "sampler": sampler}
        torch.save(checkpoint, file, _use_new_zipfile_serialization=kind == "checkpoint")
    if kind == "old checkpoint":  # numpy 1 had its arrays made elsewhere
        file.write_bytes(file.read_bytes().replace(b"numpy._core", b"numpy.core"))
    ours, pictures = make(network, "panns"), torch.randn(2, 1, 64, 70)
    assert not torch.allclose(ours(pictures).embedding, theirs(pictures).embedding)
    ours.load_pretrained(file)
    torch.testing.assert_close(ours(pictures).embedding, theirs(pictures).embedding, rtol=0, atol=0)
    s4 = make(network, "s4")
    s4.load_pretrained(file)
    for name, value in s4.state_dict().items():
        torch.testing.assert_close(value, theirs.state_dict()[name], rtol=0, atol=0)


def test_s4_takes_them_with_any_number_of_bands(tmp_path):
    torch.save({"model": published()[1]}, tmp_path / "Cnn6.pth")
    encoder = make(bands=32)
    encoder.load_pretrained(tmp_path / "Cnn6.pth")
    torch.testing.assert_close(encoder.state_dict()["blocks.3.convolve.0.weight"], published()[1]["conv_block4.conv1.weight"])


def test_everything_that_does_not_fit_is_listed(tmp_path):
    weights = published()[1]
    del weights["conv_block2.bn1.bias"], weights["conv_block3.conv1.weight"]
    weights["conv_block5.conv1.weight"] = torch.zeros(3)
    weights["conv_block1.bn1.weight"] = torch.zeros(7)
    torch.save({"model": weights}, tmp_path / "w.pth")
    sentence = refuses(make(), tmp_path / "w.pth")
    assert "missing: conv_block2.bn1.bias, conv_block3.conv1.weight;" in sentence
    assert "unknown: conv_block5.conv1.weight;" in sentence
    assert "of another shape: conv_block1.bn1.weight [7] instead of [3])" in sentence


def test_dozens_are_counted(tmp_path):
    torch.save({"model": {"a.weight": torch.zeros(1)}}, tmp_path / "w.pth")
    sentence = refuses(make("cnn14"), tmp_path / "w.pth")
    assert "unknown: a.weight" in sentence
    assert "and 64 more" in sentence  # 12 convolutions and 12 batch norms with 5 entries each, less the 8 shown
    assert sentence.endswith("get Cnn14_mAP=0.431.pth from https://zenodo.org/record/3987831.")


@pytest.mark.parametrize(
    ("model", "file", "advice"),
    [
        (
            {"network": "cnn6"},
            {"network": "cnn10"},
            "those of cnn10, and to start from them add --set model.name=cnn10.",
        ),
        ({"network": "cnn10"}, {"network": "cnn14"}, "those of cnn14, and to start from them add --set model.name=cnn14."),
        ({"network": "cnn14"}, {"network": "cnn6"}, "those of cnn6, and to start from them add --set model.name=cnn6."),
        ({"channels": 3}, {}, "add --set features.deltas=false."),
        ({"width": 5}, {}, "add --set model.options.width=3."),
        ({"bands": 32, "reading": "panns"}, {}, "add --set features.bands=64."),
        (
            {"network": "cnn6", "bands": 32, "reading": "panns", "channels": 3},
            {"network": "cnn10"},
            "add --set model.name=cnn10 --set features.deltas=false --set features.bands=64.",
        ),
    ],
)
def test_it_says_what_to_do(model, file, advice, tmp_path):
    torch.save({"model": published(**file)[1]}, tmp_path / "w.pth")
    assert refuses(make(**model), tmp_path / "w.pth").endswith(advice)


def test_panns_reading_needs_the_input_norm(tmp_path):
    weights = {name: value for name, value in published()[1].items() if not name.startswith("bn0")}
    torch.save(weights, tmp_path / "w.pth")
    sentence = refuses(make(reading="panns"), tmp_path / "w.pth")
    assert "missing: bn0.bias, bn0.num_batches_tracked, bn0.running_mean, bn0.running_var, bn0.weight)" in sentence
    assert "get Cnn6_mAP=0.343.pth" in sentence


def test_a_file_must_be_there(tmp_path):
    assert "does not exist" in refuses(make(), tmp_path / "w.pth")
    assert "is a folder" in refuses(make(), tmp_path)


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("zipped", [True, False])
def test_what_is_broken_is_refused(name, zipped, tmp_path):
    file = tmp_path / name
    if name == "w.pth":
        torch.save({"model": published()[1]}, file, _use_new_zipfile_serialization=zipped)
    else:
        save_file(published()[1], file)
    whole = file.read_bytes()
    for broken in (b"", whole[:1], whole[:100], whole[: len(whole) // 2], whole[:-10], b"hello, weights\n", b"\x80\x02}q"):
        file.write_bytes(broken)
        assert "cannot be read" in refuses(make(), file)


class Command:
    """A pickle of it runs a command where it is unpickled without care."""

    def __init__(self, words):
        self.words = words

    def __reduce__(self):
        return os.system, (self.words,)


def test_nothing_in_a_file_is_run(tmp_path):
    torch.save({"model": published()[1], "optimizer": Command(f"touch {tmp_path / 'ran'}")}, tmp_path / "w.pth")
    assert "could run code and are never loaded" in refuses(make(), tmp_path / "w.pth")
    torch.save(make(), tmp_path / "module.pth")
    assert "give its state dict as .safetensors" in refuses(make(), tmp_path / "module.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", [torch.zeros(3), [torch.zeros(3)], {"model": 3}, {"epoch": 3}, {3: torch.zeros(1)}])
def test_a_file_without_a_state_dict_is_refused(content, tmp_path):
    torch.save(content, tmp_path / "w.pth")
    assert "has no state dict" in refuses(make(), tmp_path / "w.pth")


def test_other_models_have_no_published_weights(tmp_path):
    encoder = create_model("heart-cnn", classes=("normal", "abnormal"), channels=1, bands=16).encoder
    with pytest.raises(AuscultError, match=r"There are no published weights that HeartCnn could start from, such as .*w[.]pth"):
        encoder.load_pretrained(tmp_path / "w.pth")
