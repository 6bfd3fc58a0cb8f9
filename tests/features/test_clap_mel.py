"""CLAP's log-mel against transformers' processor, in pictures of recordings, and in an exported graph."""

import numpy as np
import pytest
import soundfile
import torch
from tests.features.exported import export_without_fft
from tests.recordings.layouts import write_icbhi
from transformers import ClapFeatureExtractor

from auscult.analysis.model import load_model
from auscult.analysis.windows import run_windows
from auscult.export.onnx_file import export_onnx
from auscult.features.clap_mel import ClapMel
from auscult.features.make import make_spectrogram
from auscult.features.pictures import prepare_pictures
from auscult.features.settings import SpectrogramSettings
from auscult.models.trained import ModelFacts, TrainedModel
from auscult.recordings.core import Segment, load_dataset
from auscult.signal.preprocess import Preprocess

CLAP = SpectrogramSettings(rate=48000, window_seconds=1024 / 48000, hop_seconds=0.01, low=50.0, high=14000.0, scale="clap")
SMALL = SpectrogramSettings(rate=4000, window_seconds=0.05, hop_seconds=0.02, bands=24, low=50.0, scale="clap")
TIME = np.arange(10 * 48000) / 48000


def noise(size=TIME.size, seed=0):
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


def breath():
    """Noise that falls towards high frequencies and swells, with a wheeze, in 16 bits."""
    brown = np.convolve(noise(), np.exp(-np.arange(600) / 60), mode="same")
    sound = 0.01 * brown * np.sin(np.pi * TIME / 4) ** 2 + 0.02 * np.sin(2 * np.pi * 430 * TIME) * (TIME > 1)
    return np.round(sound * 32768) / 32768


SOUNDS = {
    "breath": breath(),
    "noise": 0.1 * noise(),
    "quiet": 1e-4 * noise(),
    "tones": 0.3 * np.sin(2 * np.pi * 440 * TIME) + 0.1 * np.sin(2 * np.pi * 3001 * TIME),
    "offset": 0.05 * noise() + 0.1,
    "knocks": np.where(np.arange(TIME.size) % 12000 == 0, 0.9, 0.0),
    "silence": np.zeros(TIME.size),
}
SOUNDS = {name: samples.astype(np.float32) for name, samples in SOUNDS.items()}


def mel(samples, settings=CLAP):
    """(n,) → (bands, frames)."""
    with torch.inference_mode():
        return ClapMel(settings)(torch.from_numpy(samples)[None])[0].numpy()


def processor(samples):
    """That of laion/clap-htsat-unfused: (n,) → (bands, 1001)."""
    extractor = ClapFeatureExtractor(frequency_min=50, frequency_max=14000, truncation="rand_trunc", padding="repeatpad")
    found = extractor(samples, sampling_rate=48000, return_tensors="np")["input_features"]
    return found[0, 0].T


@pytest.mark.parametrize("name", SOUNDS)
def test_it_is_that_of_the_processor(name):
    ours, theirs = mel(SOUNDS[name]), processor(SOUNDS[name])
    assert ours.shape == theirs.shape == (64, 1001)
    np.testing.assert_allclose(ours, theirs, atol=1e-3, rtol=0)


def test_eight_seconds_are_those_of_the_processor_up_to_the_silence_behind_them():
    """BTS's clips: 801 frames, of which the last two hear silence in the processor and a mirror here; then −100 dB."""
    samples = SOUNDS["noise"][: 8 * 48000]
    ours, theirs = mel(samples), processor(samples)
    assert ours.shape == (64, 801)
    np.testing.assert_allclose(ours[:, :799], theirs[:, :799], atol=1e-3, rtol=0)
    assert theirs[:, 802:].min() == theirs[:, 802:].max() == -100


def test_silence_is_100_decibels_below():
    assert (mel(SOUNDS["silence"][:4800]) == -100).all()


@pytest.mark.parametrize(("samples", "frames"), [(1, 2), (513, 2), (959, 2), (960, 3), (4800, 11)])
def test_a_frame_stands_at_every_multiple_of_the_hop(samples, frames):
    assert ClapMel(CLAP)(torch.zeros(2, samples)).shape == (2, 64, frames)


def test_an_odd_window_is_centred_too():
    settings = SMALL.model_copy(update={"window_seconds": 201 / 4000})
    knock = np.zeros(4001, dtype=np.float32)
    knock[2000] = 1
    picture = mel(knock, settings).max(axis=0)
    assert picture.size == 51
    assert picture.argmax() == 25


def test_frames_depend_neither_on_the_cut_nor_on_the_batch():
    samples = noise(4 * 48000)
    np.testing.assert_allclose(mel(samples)[:, 252:], mel(samples[250 * 480 :])[:, 2:], atol=1e-4)  # more than a block
    others = torch.from_numpy(np.stack([samples[:96000], 0.1 * samples[48000:144000]]))
    for alone, picture in zip(others, ClapMel(CLAP)(others), strict=True):
        np.testing.assert_allclose(picture, mel(alone.numpy()), atol=1e-4)


def test_the_scale_chooses_the_module_and_its_bands():
    assert isinstance(make_spectrogram(CLAP), ClapMel)
    slaney = CLAP.model_copy(update={"scale": "mel"})
    np.testing.assert_array_equal(CLAP.centres(), slaney.centres())
    np.testing.assert_array_equal(CLAP.filters(), slaney.filters())


def test_a_segment_has_the_frames_whose_middle_lies_in_it(tmp_path):
    """Recordings of 3 s: 151 frames of 20 ms, both ends included; from 0.53 to 1.1 s stand the frames 27 to 55."""
    root = write_icbhi(tmp_path / "icbhi", {"101_1b1_Al_sc_Meditron": ("test", [(0.53, 1.1, 0, 0), (1.1, 3.0, 1, 0)])})
    dataset = load_dataset("icbhi", root)
    whole = Segment.whole(dataset.recordings["101_1b1_Al_sc_Meditron"])
    segments = [*dataset.segments, whole]
    pictures = prepare_pictures(dataset, segments, SMALL, signal=Preprocess(level="recorded"), cache=tmp_path / "cache")
    samples, _ = soundfile.read(whole.recording.path, dtype="float32")
    expected = mel(samples, SMALL)
    assert expected.shape[1] == 151
    for picture, (first, last) in zip(pictures, [(27, 55), (55, 150), (0, 150)], strict=True):
        np.testing.assert_allclose(picture, expected[:, first : last + 1], atol=1e-4)


def test_the_exported_graph_makes_the_same_picture_without_an_fft(tmp_path):
    session = export_without_fft(ClapMel(CLAP), tmp_path / "mel.onnx")
    for name, samples in SOUNDS.items():
        for length in (100, 96000):
            (picture,) = session.run(None, {"samples": samples[None, :length]})
            tolerance = 0.05 if name == "tones" else 1e-3  # 60 dB below the tones float32 is off
            np.testing.assert_allclose(picture[0], mel(samples[:length]), atol=tolerance, rtol=0, err_msg=name)


def test_a_recording_heard_in_chunks_is_answered_as_if_it_were_heard_at_once(tmp_path):
    torch.manual_seed(0)
    options = {"frequency_hidden": 8, "time_hidden": 8}
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(model="han", options=options, task="icbhi-4", classes=classes, features=SMALL, deltas=False)
    card = {"name": "tiny", "title": "A tiny model", "organ": "lung", "licence": "Apache-2.0"}
    model = TrainedModel(facts).eval()
    model.front_end.standardize.mean.fill_(-30)
    assert export_onnx(model, tmp_path / "tiny.onnx", card=card, window_seconds=1.0) < 1e-4
    exported = load_model(tmp_path / "tiny.onnx")
    assert exported.card.window_seconds == pytest.approx(1.0, abs=0.021)  # centred frames: between their middles
    samples = 0.02 * noise(round(9.3 * 4000))
    at_once, in_chunks = (run_windows(exported, samples, chunk_seconds=seconds) for seconds in (60.0, 2.0))
    assert at_once.starts[-1] + exported.card.window_seconds == pytest.approx(9.3)
    np.testing.assert_allclose(in_chunks.starts, at_once.starts)
    np.testing.assert_allclose(in_chunks.ends, at_once.ends)
    np.testing.assert_allclose(in_chunks.probabilities, at_once.probabilities, atol=1e-5)
    with torch.inference_mode():
        frames = model.spectrogram(torch.from_numpy(samples)[None])
        expected = model.classifier(model.front_end(frames[..., 75:125])).logits.softmax(dim=1)  # 1.5 to 2.5 s
    np.testing.assert_allclose(at_once.probabilities[3], expected[0], atol=1e-4)
