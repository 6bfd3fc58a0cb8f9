"""The Audio Spectrogram Transformer against transformers' own, and its map by hand."""

import pytest
import torch
from torch.nn import functional as F

from auscult.errors import AuscultError
from auscult.models.ast import roll_out
from auscult.models.base import without_map
from auscult.models.registry import create_model

CLASSES = ("normal", "crackle", "wheeze", "both")
TINY = {"frames": 32, "width": 16, "layers": 2, "heads": 2, "patch": 8, "frequency_stride": 4, "time_stride": 6}


def make(bands=16, **options):
    torch.manual_seed(0)
    return create_model("ast", classes=CLASSES, channels=1, bands=bands, **TINY | options).eval()


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("sizes", [{}, {"patch": 16, "frequency_stride": 10, "time_stride": 10, "bands": 26, "frames": 45}])
def test_it_answers_like_the_transformer_of_transformers(sizes, training):
    model = make(**sizes).train(training)
    pictures = torch.randn(3, 1, sizes.get("bands", 16), sizes.get("frames", 32))
    theirs = model.encoder.transformer(pictures[:, 0].transpose(1, 2)).pooler_output
    torch.testing.assert_close(model(pictures).embedding, theirs)


def test_the_embedding_is_the_mean_of_two_tokens_and_the_head_has_a_layer_norm():
    model = make()
    pictures = torch.randn(2, 1, 16, 32)
    last = model.encoder.transformer(pictures[:, 0].transpose(1, 2)).last_hidden_state
    output = model(pictures)
    torch.testing.assert_close(output.embedding, (last[:, 0] + last[:, 1]) / 2)
    linear = model.head[1]
    expected = F.layer_norm(output.embedding, (16,), model.head[0].weight, model.head[0].bias, 1e-12) @ linear.weight.T
    torch.testing.assert_close(output.logits, expected + linear.bias)


def test_the_published_size_has_948_patches_and_86_million_parameters():
    encoder = create_model("ast", classes=CLASSES, channels=1, bands=128).encoder
    assert encoder.grid == (12, 79)
    assert encoder.transformer.embeddings.position_embeddings.shape == (1, 950, 768)
    assert 85e6 < sum(parameter.numel() for parameter in encoder.parameters()) < 88e6


def test_patches_have_no_place_until_they_are_encoded():
    """Two equal stretches give equal patches, and swapping patches changes the embedding."""
    encoder = make(time_stride=8).encoder
    patches = encoder.embed_patches(torch.randn(2, 1, 16, 8).repeat(1, 1, 1, 4))  # (2, 3, 4, 16)
    assert patches.shape == (2, 3, 4, 16)
    torch.testing.assert_close(patches[:, :, 0], patches[:, :, 3])
    other = encoder.embed_patches(torch.randn(2, 1, 16, 32))
    assert (encoder.encode_patches(other).embedding - encoder.encode_patches(other.flip(2)).embedding).abs().max() > 1e-3


def test_a_short_picture_is_repeated_and_a_long_one_cut():
    model = make()
    short = torch.randn(1, 1, 16, 5)
    repeated = short.repeat(1, 1, 1, 7)[..., :32]
    torch.testing.assert_close(model(short).logits, model(repeated).logits)
    longer = torch.cat([repeated, torch.randn(1, 1, 16, 9)], dim=3)
    torch.testing.assert_close(model(longer).logits, model(repeated).logits)
    assert model(longer).attention[..., 32:].abs().max() == 0


def test_roll_out_by_hand():
    """Two layers, two special tokens and one patch, then a second patch: r = ½ (e₀ + e₁) Ã₂ Ã₁."""
    first = torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.0, 0.5, 0.0, 0.5], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    second = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
    # after the second layer ½ (e₀ + ½ e₁ + ½ e₂); the first one then hands ¼ of e₀ to e₂ and ¼ of e₁ to e₃
    expected = torch.tensor([0.0, 0.0, 0.375, 0.0625]) / 0.4375
    torch.testing.assert_close(roll_out([first[None], second[None]])[0], expected)


def test_roll_out_is_the_product_of_all_layers():
    attentions = [torch.rand(2, 6, 6).softmax(dim=2) for _ in range(3)]
    product = torch.eye(6)
    for attention in attentions:
        product = 0.5 * (attention + torch.eye(6)) @ product
    expected = product[:, :2, 2:].mean(dim=1)
    torch.testing.assert_close(roll_out(attentions)[:, 2:], expected / expected.sum(dim=1, keepdim=True))


def test_a_place_has_the_mean_of_its_patches():
    """3 x 5 patches of 8 x 8, every 4 bands and 6 frames: the middle one lies in bands 4 to 11 and frames 12 to 19."""
    encoder = make().encoder
    looked = torch.zeros(1, *encoder.grid)
    looked[0, 1, 2] = 1.0
    found = encoder._spread(looked, torch.zeros(1, 1, 16, 32), torch.tensor([32]))[0]
    patches = torch.zeros(16, 32)  # how many there are at each place
    for row in range(0, 12, 4):
        for column in range(0, 30, 6):
            patches[row : row + 8, column : column + 8] += 1
    expected = torch.zeros(16, 32)
    expected[4:12, 12:20] = 1 / patches[4:12, 12:20]
    torch.testing.assert_close(found, expected / expected.sum())


@pytest.mark.parametrize("length", [32, 20, 5])
def test_an_even_look_gives_an_even_map_however_often_a_picture_is_repeated(length):
    encoder = make(bands=18).encoder  # patches reach to band 16
    looked = torch.full((1, *encoder.grid), 1 / 15)
    found = encoder._spread(looked, torch.zeros(1, 1, 18, 32), torch.tensor([length]))[0]
    expected = torch.zeros(18, 32)
    expected[:16, :length] = 1 / (16 * length)
    torch.testing.assert_close(found, expected)


def test_what_a_repeat_gets_counts_for_the_sound_that_it_repeats():
    encoder = make().encoder
    looked = torch.zeros(1, *encoder.grid)
    looked[0, :, 2] = (
        1.0  # frames 12 to 19 of five frames again and again: 2, 3, 4, 0, 1, 2, 3, 4; 18 and 19 lie in the next too
    )
    found = encoder._spread(looked, torch.zeros(1, 1, 16, 9), torch.tensor([5]))[0]
    patches = torch.zeros(5)  # how many patches there are at each of the five frames
    for column in range(0, 30, 6):
        for frame in range(column, column + 8):
            patches[frame % 5] += 1
    expected = torch.tensor([1.0, 1.0, 2.0, 2.0, 2.0]) / patches
    torch.testing.assert_close(found[:, :5].sum(dim=0), expected / expected.sum())
    assert found[:, 5:].abs().max() == 0


def test_there_is_a_map_unless_training_or_not_wanted():
    model, pictures = make(), torch.randn(2, 1, 16, 32)
    assert model.train()(pictures).attention is None
    logits = model.eval()(pictures).logits
    with without_map(model.encoder):
        spared = model(pictures)
    assert spared.attention is None
    torch.testing.assert_close(spared.logits, logits)
    assert model(pictures).attention is not None


def test_the_two_special_tokens_do_not_start_alike():
    embeddings = make().encoder.transformer.embeddings
    assert (embeddings.cls_token - embeddings.distillation_token).abs().min() > 0
    assert float(embeddings.position_embeddings.detach().std()) == pytest.approx(0.02, rel=0.2)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"patch": 17},
            r"^A patch of 17 x 17 does not fit into 16 bands \(features\.bands\) and 32 frames .* model\.options\.patch\.$",
        ),
        (
            {"frames": 7},
            r"^A patch of 8 x 8 does not fit into 16 bands .* and 7 frames \(model\.options\.frames\): raise these",
        ),
        ({"heads": 3}, r"^model\.options\.width must be a multiple of model\.options\.heads, not 16 of 3\.$"),
        ({"positions": "swapped"}, r"^model\.options\.positions should be 'right' or 'published', not 'swapped'\.$"),
    ],
)
def test_sizes_that_cannot_be_are_one_sentence(options, sentence):
    with pytest.raises(AuscultError, match=sentence):
        make(**options)
