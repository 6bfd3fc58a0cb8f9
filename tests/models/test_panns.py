import numpy as np
import pytest
import torch
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.registry import create_model
from auscult.models.repeat import repeat_up_to

CLASSES = ("normal", "crackle", "wheeze", "both")
POOLS = {"cnn6": 4, "cnn10": 4, "cnn14": 5}
every_network = pytest.mark.parametrize("network", POOLS)
both_readings = pytest.mark.parametrize("reading", ["s4", "panns"])


def small(network, reading, *, frames=32, channels=1, dropout=0.0):
    """An encoder whose batch norms have seen something."""
    torch.manual_seed(0)
    options = {"width": 3, "reading": reading, "frames": frames, "dropout": dropout}
    encoder = create_model(network, classes=CLASSES, channels=channels, bands=32, **options).encoder.eval()
    for name, buffer in encoder.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_(0, 0.1)
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 1.5)
    for layer in encoder.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            torch.nn.init.normal_(layer.bias, 0.2, 0.1)
    return encoder


@pytest.mark.parametrize(
    ("name", "size", "embedding"),
    [
        # 25 · (1·64 + 64·128 + 128·256 + 256·512) weights of convolutions, 2 · (64 + 128 + 256 + 512) of batch norms
        ("cnn6", 4_302_400 + 1_920, 512),
        # 9 · (1·64 + 64·64 + 64·128 + 128·128 + 128·256 + 256·256 + 256·512 + 512·512), 4 · (64 + 128 + 256 + 512)
        ("cnn10", 4_682_304 + 3_840, 512),
        # the same and 9 · (512·1024 + 1024·1024 + 1024·2048 + 2048·2048), 4 · (1024 + 2048)
        ("cnn14", 4_682_304 + 70_778_880 + 3_840 + 12_288, 2048),
    ],
)
def test_the_sizes_are_those_of_panns(name, size, embedding):
    with torch.device("meta"):  # shapes without numbers: cnn14 is 300 MB
        plain = create_model(name, classes=CLASSES, channels=1, bands=64)
        whole = create_model(name, classes=CLASSES, channels=1, bands=64, reading="panns")
    head = embedding * 4 + 4
    assert sum(parameter.numel() for parameter in plain.parameters()) == size + head
    before_and_behind = 2 * 64 + embedding * embedding + embedding
    assert sum(parameter.numel() for parameter in whole.parameters()) == size + before_and_behind + head


def convolved(state, x, *, pools):
    """The blocks, one operation after the other."""
    for block in range(6):
        for layer in range(2):
            kernel, norm = f"blocks.{block}.convolve.{layer}.weight", f"blocks.{block}.normalize.{layer}."
            if kernel not in state:
                continue
            x = F.conv2d(x, state[kernel], padding=state[kernel].shape[-1] // 2)
            mean, variance = state[norm + "running_mean"], state[norm + "running_var"]
            x = F.relu(F.batch_norm(x, mean, variance, state[norm + "weight"], state[norm + "bias"]))
        if block < pools:
            x = F.avg_pool2d(x, 2)
    return x


@every_network
def test_s4_reads_bands_by_time(network):
    encoder, pictures = small(network, "s4"), torch.randn(2, 1, 32, 45)
    hidden = convolved(encoder.state_dict(), pictures, pools=POOLS[network])
    over_time = hidden.mean(dim=3)
    expected = over_time.max(dim=2).values + over_time.mean(dim=2)
    torch.testing.assert_close(encoder(pictures).embedding, expected)


@every_network
def test_panns_read_time_by_bands(network):
    encoder, pictures = small(network, "panns"), torch.randn(2, 1, 32, 45)
    state = encoder.state_dict()
    x = pictures.transpose(2, 3).transpose(1, 3)  # (batch, bands, frames, 1), as their batch norm wants it
    mean, variance = state["normalize_input.running_mean"], state["normalize_input.running_var"]
    x = F.batch_norm(x, mean, variance, state["normalize_input.weight"], state["normalize_input.bias"]).transpose(1, 3)
    over_bands = convolved(state, x, pools=POOLS[network]).mean(dim=3)
    pooled = over_bands.max(dim=2).values + over_bands.mean(dim=2)
    expected = F.relu(F.linear(pooled, state["connect.weight"], state["connect.bias"]))
    torch.testing.assert_close(encoder(pictures).embedding, expected)


@every_network
@both_readings
def test_each_of_a_batch_is_answered_as_if_alone(network, reading):
    encoder, lengths = small(network, reading), torch.tensor([70, 32, 47, 61, 9])
    pictures = 100 * torch.randn(5, 1, 32, 70)  # what is behind the sound is as loud
    batch = encoder(pictures, lengths).embedding
    singly = torch.cat([encoder(pictures[i : i + 1, ..., :n]).embedding for i, n in enumerate(lengths)])
    torch.testing.assert_close(batch, singly, atol=1e-4, rtol=1e-5)
    other = pictures.clone()
    other[1, ..., 32:] = 0
    torch.testing.assert_close(encoder(other, lengths).embedding, batch, atol=1e-4, rtol=1e-5)


def test_dropout_is_after_each_block_and_while_training_alone():
    pictures = torch.randn(2, 1, 32, 40)
    still, dropping = small("cnn6", "s4"), small("cnn6", "s4", dropout=0.5)
    torch.testing.assert_close(dropping(pictures).embedding, still(pictures).embedding)
    dropping.dropout.train()
    assert not torch.allclose(dropping(pictures).embedding, still(pictures).embedding)


def test_short_pictures_are_tiled():
    rng = np.random.default_rng(0)
    pictures = rng.normal(size=(4, 2, 3, 8)).astype(np.float32)
    lengths = [8, 3, 1, 5]
    found, sizes = repeat_up_to(torch.from_numpy(pictures), torch.tensor(lengths), frames=7)
    assert sizes.tolist() == [8, 7, 7, 7]
    assert found.shape == (4, 2, 3, 8)
    for one, picture, length in zip(found.numpy(), pictures, lengths, strict=True):
        frames = max(length, 7)
        np.testing.assert_array_equal(one[..., :frames], np.tile(picture[..., :length], 8)[..., :frames])
    longer, sizes = repeat_up_to(torch.from_numpy(pictures), torch.tensor(lengths), frames=20)
    assert sizes.tolist() == [20] * 4
    for one, picture, length in zip(longer.numpy(), pictures, lengths, strict=True):
        np.testing.assert_array_equal(one, np.tile(picture[..., :length], 20)[..., :20])


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("cnn6", {"bands": 8}, r"at least 16 bands \(features.bands\) and 16 frames \(model.options.frames\), not 8 and 64\."),
        ("cnn10", {"frames": 15}, "at least 16 bands .* and 16 frames .*, not 64 and 15"),
        ("cnn14", {"bands": 16}, "halves a picture 5 times: give it at least 32 bands"),
        ("cnn6", {"reading": "upside-down"}, r"^model\.options\.reading should be 's4' or 'panns', not 'upside-down'\.$"),
    ],
)
def test_what_is_too_small_or_unknown_is_one_sentence(name, options, sentence):
    with pytest.raises(AuscultError, match=sentence):
        create_model(name, **{"classes": CLASSES, "channels": 1, "bands": 64} | options)
