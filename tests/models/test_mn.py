"""MobileNet: its sizes, its padding, its published weights, and everything that can be wrong with a file of them."""

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.export.onnx_file import export_onnx
from auscult.features.front_end import FrontEnd
from auscult.features.make import make_spectrogram
from auscult.features.settings import SpectrogramSettings
from auscult.models.frame_map import map_of_frames, to_frames
from auscult.models.mn_layers import Squeeze, round_to_eight, scale_channels
from auscult.models.mn_weights import name_in_file
from auscult.models.registry import create_model
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.objectives.batch import Batch
from auscult.objectives.located_mixup import LocatedMixup

FOLDER = Path(os.environ.get("AUSCULT_WEIGHTS", Path(__file__).parents[3] / "shared" / "weights"))
PUBLISHED = FOLDER / "mn04-audioset.safetensors"
SMALL = 0.05


def make(*, channels=1, width=SMALL, seed=0, **options):
    """Its batch norms have heard something: as deep a network answers everything alike before."""
    torch.manual_seed(seed)
    encoder = create_model("mn", classes=("a", "b"), channels=channels, bands=16, width=width, **options).encoder
    for layer in encoder.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0
    with torch.no_grad():
        encoder.train()(torch.randn(8, channels, 16, 40))
    return encoder.eval().requires_grad_(False)


def as_published(encoder):
    """Its state dict under the names of a file, with AudioSet's classes behind it."""
    state = encoder.state_dict()
    named = {name_in_file(name, state): value.clone() for name, value in state.items()}
    return named | {"classifier.5.weight": torch.zeros(527, 8)}


def refuses(encoder, file):
    """The sentence that loading ends in; the encoder must be as it was."""
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    with pytest.raises(AuscultError) as refusal:
        encoder.load_pretrained(str(file))
    for name, value in encoder.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)
    sentence = str(refusal.value)
    assert str(file) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(("value", "rounded"), [(6.4, 8), (11.9, 16), (12, 16), (25.6, 24), (28.8, 32), (44.8, 48), (84, 88)])
def test_channels_are_rounded_as_in_the_papers(value, rounded):
    assert round_to_eight(value) == rounded


def test_at_width_0_4_it_has_the_sizes_of_the_file():
    encoder = make(width=0.4)
    assert encoder.embedding_size == 512
    assert [block.project.convolve.out_channels for block in encoder.blocks] == [8, *[16] * 5, *[32] * 4, 48, 48, 64, 64, 64]
    assert encoder.last.convolve.out_channels == 384
    assert encoder.blocks[0].expand is None
    assert sum(block.adds for block in encoder.blocks) == 10
    parameters = sum(value.numel() for value in encoder.parameters())
    assert 0.70e6 < parameters < 0.72e6


def test_a_width_is_a_factor_on_channels():
    assert scale_channels(1280, 1.0) == 1280
    assert make(width=0.1).embedding_size == 128
    with pytest.raises(AuscultError, match=r"model\.options\.width should be greater than 0, not 0"):
        make(width=0)


def test_squeeze_by_hand():
    """The factor is sigmoid(restore(relu(reduce(mean)))), the mean over bands and sound alone."""
    squeeze = Squeeze(8)
    x, lengths = torch.randn(2, 8, 3, 5), torch.tensor([2, 5])
    for i, n in enumerate(lengths.tolist()):
        mean = x[i, :, :, :n].mean(dim=(1, 2))
        factor = torch.sigmoid(squeeze.restore(torch.relu(squeeze.reduce(mean))))
        torch.testing.assert_close(squeeze(x, lengths)[i], x[i] * factor[:, None, None])
    torch.testing.assert_close(squeeze(x[1:], None), squeeze(x, lengths)[1:])


def check_alone(encoder):
    """A padded picture is answered like itself, at every length."""
    pictures = torch.randn(40, 1, 16, 40)
    together = encoder(pictures, torch.arange(1, 41))
    for n in range(1, 41):
        alone = encoder(pictures[n - 1 : n, :, :, :n])
        torch.testing.assert_close(alone.embedding[0], together.embedding[n - 1], atol=1e-5, rtol=1e-4)
        if encoder.tells_frames:
            torch.testing.assert_close(alone.frame_logits[0], together.frame_logits[n - 1, :n], atol=1e-5, rtol=1e-4)
            torch.testing.assert_close(alone.attention[0], together.attention[n - 1, :, :n], atol=1e-6, rtol=1e-4)
            assert (together.attention[n - 1, :, n:] == 0).all()


@pytest.mark.parametrize(("frames", "centre"), [(1, False), (24, False), (1, True), (24, True)])
def test_a_padded_picture_is_answered_like_itself_at_every_length(frames, centre):
    check_alone(make(frames=frames, centre=centre))


@pytest.mark.parametrize("frames", [1, 24])
def test_so_it_is_where_frames_are_told(frames):
    check_alone(make(frames=frames, locate=True))


def test_frames_between_two_cells_are_between_them():
    """Cells of 4 frames with 0, 8 and 4: four steps of 2 up, four of 1 down, and the last cell to the end."""
    found = to_frames(torch.tensor([[0.0, 8.0, 4.0], [0.0, 8.0, 100.0]]), torch.tensor([3, 2]), frames=11, step=4)
    assert found.tolist() == [[0, 2, 4, 6, 8, 7, 6, 5, 4, 4, 4], [0, 2, 4, 6, 8, 8, 8, 8, 8, 8, 8]]


def test_the_map_is_the_share_of_each_frame():
    logits = torch.tensor([[0.5, 0.25, 0.25], [0.5, 0.5, 0.9]]).logit()
    found = map_of_frames(logits, torch.tensor([3, 2]), torch.zeros(2, 1, 2, 3))
    torch.testing.assert_close(found, torch.tensor([[0.25, 0.125, 0.125], [0.25, 0.25, 0.0]])[:, None].expand(-1, 2, -1))


def test_it_learns_when_and_is_exported_with_it(tmp_path):
    torch.manual_seed(0)
    settings = SpectrogramSettings(rate=4000, window_seconds=0.025, hop_seconds=0.01, bands=16)
    options, classes = {"width": SMALL, "locate": True}, ("normal", "abnormal")
    facts = ModelFacts(model="mn", options=options, task="icbhi-2", classes=classes, features=settings, deltas=False)
    trained = TrainedModel(facts)
    for layer in trained.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 0.2  # there are few steps
    objective = LocatedMixup(class_counts=torch.tensor([1, 1]), concentration=0.1)
    optimizer = torch.optim.Adam(trained.classifier.parameters(), lr=0.01)
    for _ in range(40):
        pictures, places = loud_somewhere(16)
        batch = Batch(pictures, torch.full((16,), 96), (places.sum(dim=1) > 0).long(), places=places)
        loss = objective(trained.classifier, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    trained.eval()
    pictures, places = loud_somewhere(64)
    with torch.no_grad():
        output = trained.classifier(pictures)
    loud = places.sum(dim=1) > 0
    assert output.frame_logits[places > 0].median() > 0
    assert output.frame_logits[places == 0].median() < 0
    peaks = output.time_attention[loud].argmax(dim=1)
    assert (places[loud].gather(1, peaks[:, None]) > 0).float().mean() > 0.8
    export_onnx(trained, tmp_path / "m.onnx", card={"name": "m", "title": "m", "organ": "lung", "licence": None})
    probabilities, attention = OnnxModel(tmp_path / "m.onnx")(torch.randn(12000).numpy())
    assert attention.shape[1] == 16
    np.testing.assert_allclose(attention.sum(axis=(1, 2)), 1, atol=1e-4)
    assert len(probabilities) == len(attention)


def loud_somewhere(n):
    """Noise of 96 frames, in every other picture a third of it loud; and where."""
    pictures, places = 0.1 * torch.randn(n, 1, 16, 96), torch.zeros(n, 96)
    for i, start in enumerate(torch.randint(0, 65, (n,)).tolist()):
        places[i, start : start + 32] = i % 2
    return pictures + places[:, None, None], places


def test_short_pictures_are_repeated_where_frames_are_asked_for():
    encoder, short = make(frames=12), torch.randn(1, 1, 16, 5)
    thrice = torch.cat([short, short, short], dim=3)[..., :12]
    torch.testing.assert_close(encoder(short).embedding, encoder(thrice).embedding)
    assert not torch.allclose(make()(short).embedding, encoder(short).embedding)


def test_centred_it_does_not_hear_what_is_the_same_all_the_time():
    pictures, colour = torch.randn(2, 1, 16, 20), 3 * torch.randn(2, 1, 16, 1)
    centred, plain = make(centre=True), make()
    torch.testing.assert_close(centred(pictures + colour).embedding, centred(pictures).embedding, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(plain(pictures + colour).embedding, plain(pictures).embedding, atol=1e-3)


def test_it_starts_from_a_file_of_its_size(tmp_path):
    theirs = make(seed=1)
    save_file(as_published(theirs), tmp_path / "mn.safetensors")
    ours, pictures = make(), torch.randn(2, 1, 16, 20)
    assert not torch.allclose(ours(pictures).embedding, theirs(pictures).embedding)
    ours.load_pretrained(str(tmp_path / "mn.safetensors"))
    torch.testing.assert_close(ours(pictures).embedding, theirs(pictures).embedding, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"channels": 3}, "to start from them add --set features.deltas=false."),
        ({"width": 0.1}, "to start from them add --set model.options.width=0.05."),
        ({"channels": 3, "width": 0.1}, "add --set features.deltas=false --set model.options.width=0.05."),
    ],
)
def test_it_says_what_to_set(options, advice, tmp_path):
    save_file(as_published(make()), tmp_path / "mn.safetensors")
    assert refuses(make(**options), tmp_path / "mn.safetensors").endswith(advice)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"features.3.block.1.0.weight": None}, "features.3.block.1.0.weight is missing or of another shape"),
        ({"features.3.block.1.0.weight": torch.zeros(3)}, "features.3.block.1.0.weight is missing or of another shape"),
        ({"features.17.0.weight": torch.zeros(3)}, "features.17.0.weight belongs to none"),
        ({"classifier.2.bias": torch.full((64,), torch.nan)}, r"no numbers \(in classifier.2.bias\)"),
    ],
)
def test_what_does_not_fit_is_named(change, sentence, tmp_path):
    weights = as_published(make()) | change
    save_file({name: value for name, value in weights.items() if value is not None}, tmp_path / "w.safetensors")
    with pytest.raises(AuscultError, match=sentence):
        make().load_pretrained(str(tmp_path / "w.safetensors"))
    refuses(make(), tmp_path / "w.safetensors")


def test_a_file_must_be_there_and_whole(tmp_path):
    file = tmp_path / "w.safetensors"
    assert "does not exist" in refuses(make(), file)
    assert "is a folder" in refuses(make(), tmp_path)
    save_file(as_published(make()), file)
    whole = file.read_bytes()
    for broken in (b"", whole[:100], whole[:-10], b"hello, weights\n"):
        file.write_bytes(broken)
        assert "cannot be read" in refuses(make(), file)


@pytest.fixture(scope="module")
def tagger():
    """The published network with AudioSet's 527 classes."""
    if not PUBLISHED.is_file():
        pytest.skip(f"{PUBLISHED} is not there: put the weights there or name their folder in AUSCULT_WEIGHTS")
    model = create_model("mn", classes=[str(number) for number in range(527)], channels=1, bands=128)
    model.encoder.load_pretrained(str(PUBLISHED))
    weights = load_file(PUBLISHED)
    model.head.load_state_dict({name: weights[f"classifier.5.{name}"] for name in ("weight", "bias")})
    return model.eval().requires_grad_(False)


def test_the_published_network_hears_what_is_there(tagger):
    """AudioSet's classes by number: 500 silence, 501 sine wave, 515 static, 520 white noise."""
    settings = SpectrogramSettings(rate=32000, window_seconds=0.025, hop_seconds=0.01, bands=128, high=15000.0, scale="mn")
    time, generator = torch.arange(5 * 32000) / 32000, torch.Generator().manual_seed(0)
    sounds = {"sine": 0.1 * torch.sin(2 * torch.pi * 1000 * time), "noise": 0.1 * torch.randn(time.shape, generator=generator)}
    sounds["silence"] = torch.zeros_like(time)
    pictures = FrontEnd(bands=128, deltas=False, normalize="mn")(make_spectrogram(settings)(torch.stack(list(sounds.values()))))
    heard = dict(zip(sounds, tagger(pictures).logits.sigmoid(), strict=True))
    assert all(p.isfinite().all() for p in heard.values())
    assert 500 in heard["silence"].topk(3).indices
    assert 501 in heard["sine"].topk(3).indices
    assert {515, 520} <= set(heard["noise"].topk(3).indices.tolist())
