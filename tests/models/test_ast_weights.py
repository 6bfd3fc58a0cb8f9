"""Checkpoints as transformers writes them, for the same and for other sizes."""

import json

import pytest
import torch
from transformers import ASTConfig, ASTForAudioClassification, ASTModel, ViTConfig, ViTModel

from auscult.errors import AuscultError
from auscult.models.ast_weights import fit_positions
from auscult.models.registry import create_model

CLASSES = ("normal", "crackle", "wheeze", "both")
SIZES = {"width": 16, "layers": 2, "heads": 2, "patch": 8, "frequency_stride": 4, "time_stride": 6, "frames": 32}


def checkpoint(folder, kind=ASTForAudioClassification, **changes):
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "patch_size": 8}
    grid = {"frequency_stride": 4, "time_stride": 6, "max_length": 32, "num_mel_bins": 16}
    model = kind(ASTConfig(**sizes | grid | changes)).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "embeddings" in name:
                parameter.normal_()
    model.save_pretrained(folder)
    return getattr(model, "audio_spectrogram_transformer", model)


def make(channels=1, bands=16, **options):
    return create_model("ast", classes=CLASSES, channels=channels, bands=bands, **SIZES | options).eval()


@pytest.mark.parametrize("kind", [ASTForAudioClassification, ASTModel])
def test_a_checkpoint_of_the_same_size_answers_as_in_transformers(kind, tmp_path):
    theirs = checkpoint(tmp_path, kind)
    model = make()
    head = [parameter.clone() for parameter in model.head.parameters()]
    model.encoder.load_pretrained(str(tmp_path))
    pictures = torch.randn(2, 1, 16, 32)
    torch.testing.assert_close(model(pictures).embedding, theirs(pictures[:, 0].transpose(1, 2)).pooler_output)
    assert all(torch.equal(a, b) for a, b in zip(head, model.head.parameters(), strict=True))


def numbered(rows, columns):
    """Two special tokens, then positions that are their row and column."""
    places = [(float(row), float(column)) for row in range(rows) for column in range(columns)]
    return torch.tensor([[(-1.0, -1.0), (-2.0, -2.0), *places]])


def test_positions_are_cut_around_the_middle():
    """As AST's code does: of 5 columns the middle 3 (5 // 2 − 3 // 2 = 1), of 4 rows the middle 2."""
    found = fit_positions(numbered(4, 5), (4, 5), (2, 3))
    assert found[0, :2].tolist() == [[-1, -1], [-2, -2]]
    assert found[0, 2:].tolist() == [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]


def test_positions_are_stretched_between_neighbours():
    """Two rows over four, bilinear: centres at −¼, ¼, ¾, 1¼ of the old ones."""
    found = fit_positions(numbered(2, 3), (2, 3), (4, 3))
    assert found[0, 2:, 0].tolist() == pytest.approx([0] * 3 + [0.25] * 3 + [0.75] * 3 + [1] * 3)
    assert found[0, 2:, 1].tolist() == pytest.approx([0, 1, 2] * 4)


def test_the_published_size_cuts_101_columns_to_79():
    found = fit_positions(numbered(12, 101), (12, 101), (12, 79))
    assert found.shape == (1, 950, 2)
    assert found[0, 2].tolist() == [0, 11]
    assert found[0, -1].tolist() == [11, 89]


@pytest.mark.parametrize("positions", ["right", "published"])
def test_positions_right_and_as_published(positions, tmp_path):
    theirs = checkpoint(tmp_path)  # 3 rows, 5 columns
    model = make(frames=26, positions=positions)  # 3 rows, 4 columns
    model.encoder.load_pretrained(str(tmp_path))
    old = theirs.embeddings.position_embeddings[0, 2:].view(3, 5, 16)
    found = model.encoder.transformer.embeddings.position_embeddings[0, 2:]
    if positions == "right":
        expected = old[:, 0:4].reshape(12, 16)  # 5 // 2 − 4 // 2 = 0
    else:  # rows stretched 3 → 4, columns cut 5 → 3; then read as 3 rows of 4
        cut = old[:, 1:4].permute(2, 0, 1)[None]
        expected = torch.nn.functional.interpolate(cut, size=(4, 3), mode="bilinear")[0].flatten(1).T
    torch.testing.assert_close(found, expected)


def test_bands_and_strides_may_be_others(tmp_path):
    checkpoint(tmp_path)
    model = make(bands=24, frames=50, frequency_stride=8, time_stride=4)
    model.encoder.load_pretrained(str(tmp_path))
    assert model(torch.randn(1, 1, 24, 50)).logits.isfinite().all()


@pytest.mark.parametrize(
    ("changes", "options", "channels", "settings"),
    [
        ({}, {"width": 32, "layers": 3}, 1, ["model.options.width=16", "model.options.layers=2"]),
        ({"num_attention_heads": 4}, {"patch": 4}, 1, ["model.options.heads=4", "model.options.patch=8"]),
        ({}, {}, 3, ["features.deltas=false"]),
    ],
)
def test_another_shape_says_what_to_set(changes, options, channels, settings, tmp_path):
    checkpoint(tmp_path, **changes)
    with pytest.raises(AuscultError) as raised:
        make(channels=channels, **options).encoder.load_pretrained(str(tmp_path))
    wanted = " ".join(f"--set {setting}" for setting in settings)
    assert str(raised.value) == f"The weights {tmp_path} are of another shape; to start from them add {wanted}."


def test_other_hidden_layers_are_refused(tmp_path):
    checkpoint(tmp_path, intermediate_size=32)
    with pytest.raises(AuscultError, match=r"have hidden layers that are not 4 times as wide as the rest\.$"):
        make().encoder.load_pretrained(str(tmp_path))


@pytest.mark.parametrize("changes", [{"qkv_bias": False}, {"hidden_act": "relu"}, {"layer_norm_eps": 1e-3}])
def test_what_is_always_asts_own_cannot_be_another(changes, tmp_path):
    checkpoint(tmp_path, **changes)
    ((name, value),) = changes.items()
    with pytest.raises(AuscultError, match=rf"are for {name}={value}, which is always .* here: give others\.$"):
        make().encoder.load_pretrained(str(tmp_path))


def test_weights_that_are_no_numbers_are_refused(tmp_path):
    theirs = checkpoint(tmp_path, ASTModel)
    with torch.no_grad():
        theirs.layernorm.weight[0] = float("nan")
    theirs.save_pretrained(tmp_path)
    with pytest.raises(AuscultError, match=r"hold values that are no numbers \(in layernorm\.weight\): get them again\.$"):
        make().encoder.load_pretrained(str(tmp_path))


def test_another_network_is_named(tmp_path):
    ViTModel(ViTConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)).save_pretrained(
        tmp_path
    )
    with pytest.raises(AuscultError, match=r"are of vit, not of an Audio Spectrogram Transformer\.$"):
        make().encoder.load_pretrained(str(tmp_path))


def test_a_broken_or_unfinished_checkpoint_is_one_sentence(tmp_path, capfd):
    checkpoint(tmp_path)
    capfd.readouterr()
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[:-100])
    with pytest.raises(AuscultError, match=r"are broken or no Audio Spectrogram Transformer; get them again\.$"):
        make().encoder.load_pretrained(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(whole)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(AuscultError, match=r"are no whole Audio Spectrogram Transformer: layers\.2\..* … is missing\.$"):
        make(layers=3).encoder.load_pretrained(str(tmp_path))
    assert capfd.readouterr().err == ""  # transformers' own report would fill the screen
