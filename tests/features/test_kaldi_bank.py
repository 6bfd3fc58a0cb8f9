"""Kaldi's filter bank against kaldi-native-fbank and transformers, and the same in an exported graph."""

import warnings

import kaldi_native_fbank
import numpy as np
import onnxruntime
import pytest
import torch
from tests.features.exported import export_without_fft
from transformers import ASTFeatureExtractor

from auscult.export.onnx_file import export_onnx
from auscult.features.kaldi_bank import KaldiBank
from auscult.features.make import make_spectrogram
from auscult.features.settings import SpectrogramSettings
from auscult.features.spectrogram import Spectrogram
from auscult.models.trained import ModelFacts, TrainedModel

AST = SpectrogramSettings(rate=16000, window_seconds=0.025, hop_seconds=0.01, bands=128, low=20.0, scale="kaldi")
SMALL = SpectrogramSettings(rate=4000, window_seconds=0.05, hop_seconds=0.02, bands=24, low=20.0, high=1800.0, scale="kaldi")
SECONDS = 3.0
TIME = np.arange(round(SECONDS * 16000)) / 16000
SILENCE = np.log(1.1920929e-07)


def noise(size=TIME.size, seed=0):
    return np.random.default_rng(seed).standard_normal(size)


def breath():
    """Noise that falls towards high frequencies and swells, with a wheeze, in 16 bits."""
    brown = np.convolve(noise(), np.exp(-np.arange(200) / 20), mode="same")
    sound = 0.02 * brown * np.sin(np.pi * TIME / SECONDS) ** 2 + 0.02 * np.sin(2 * np.pi * 430 * TIME) * (TIME > 1)
    return np.round(sound * 32768) / 32768


SOUNDS = {
    "breath": breath(),
    "noise": 0.1 * noise(),
    "quiet": 1e-4 * noise(),
    "tones": 0.3 * np.sin(2 * np.pi * 440 * TIME) + 0.1 * np.sin(2 * np.pi * 3001 * TIME),
    "offset": 0.05 * noise() + 0.1,
    "knocks": np.where(np.arange(TIME.size) % 4000 == 0, 0.9, 0.0),
    "silence": np.zeros(TIME.size),
    "constant": np.full(TIME.size, 0.5),
}


def bank(samples, settings=AST):
    """(n,) → (bands, frames)."""
    with torch.inference_mode():
        return KaldiBank(settings)(torch.from_numpy(samples.astype(np.float32))[None])[0].numpy()


def kaldi(samples, settings=AST):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = settings.rate
    options.frame_opts.frame_length_ms = 1000 * settings.window_seconds
    options.frame_opts.frame_shift_ms = 1000 * settings.hop_seconds
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "hanning"
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = settings.bands
    options.mel_opts.low_freq = settings.low
    options.mel_opts.high_freq = settings.high or 0.0
    options.use_energy = False
    found = kaldi_native_fbank.OnlineFbank(options)
    found.accept_waveform(settings.rate, samples.astype(np.float32))
    found.input_finished()
    return np.stack([found.get_frame(frame) for frame in range(found.num_frames_ready)], axis=1)


@pytest.mark.parametrize("name", SOUNDS)
def test_it_is_kaldis(name):
    ours, theirs = bank(SOUNDS[name]), kaldi(SOUNDS[name])
    assert ours.shape == theirs.shape == (128, 298)
    np.testing.assert_allclose(ours, theirs, atol=1e-3, rtol=0)


def test_it_is_kaldis_at_another_rate_and_window():
    samples = 0.1 * noise(8000)
    np.testing.assert_allclose(bank(samples, SMALL), kaldi(samples, SMALL), atol=1e-3, rtol=0)


@pytest.mark.parametrize("name", SOUNDS)
def test_it_is_that_of_transformers(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its bands lies between two bins
        extractor = ASTFeatureExtractor(max_length=298, do_normalize=False)
    theirs = extractor(SOUNDS[name].astype(np.float32), sampling_rate=16000, return_tensors="np")["input_values"][0]
    np.testing.assert_allclose(bank(SOUNDS[name]), theirs.T, atol=1e-5, rtol=0)


def test_eight_seconds_give_the_798_frames_of_s3():
    assert KaldiBank(AST)(torch.zeros(2, 8 * 16000)).shape == (2, 128, 798)


def test_a_recording_shorter_than_a_frame_gives_one_frame():
    short = noise(100)
    np.testing.assert_array_equal(bank(short), bank(np.pad(short, (0, 300))))
    assert bank(short).shape == (128, 1)


def test_frames_depend_neither_on_the_cut_nor_on_the_batch():
    samples = noise(6 * 16000)
    np.testing.assert_allclose(bank(samples)[:, 250:], bank(samples[250 * 160 :]), atol=1e-5)  # more than a block
    others = torch.from_numpy(np.stack([samples[: 4 * 16000], 0.1 * samples[16000 : 5 * 16000]])).float()
    together = KaldiBank(AST)(others)
    for samples, picture in zip(others, together, strict=True):
        np.testing.assert_allclose(picture, bank(samples.numpy()), atol=1e-5)


@pytest.mark.parametrize("bands", [1, 3, 200])
def test_few_bands_and_more_than_there_are_bins(bands):
    settings = SMALL.model_copy(update={"bands": bands})
    picture = bank(noise(8000), settings)
    silent = settings.filters().sum(axis=1) == 0
    assert picture.shape == (bands, 98)
    np.testing.assert_allclose(picture[silent], SILENCE, rtol=1e-6)
    assert (picture[~silent] > SILENCE).all()


def test_the_scale_chooses_the_module():
    assert isinstance(make_spectrogram(AST), KaldiBank)
    for scale in ("mel", "linear"):
        assert isinstance(make_spectrogram(AST.model_copy(update={"scale": scale})), Spectrogram)


def test_the_exported_graph_makes_the_same_picture_without_an_fft(tmp_path):
    session = export_without_fft(KaldiBank(AST), tmp_path / "bank.onnx")
    for name, samples in SOUNDS.items():
        for length in (100, samples.size):
            (picture,) = session.run(None, {"samples": samples[None, :length].astype(np.float32)})
            tolerance = 3e-3 if name == "tones" else 1e-3  # nothing but float32's rounding between the tones
            np.testing.assert_allclose(picture[0], bank(samples[:length]), atol=tolerance, rtol=0)


def test_a_model_that_hears_with_it_is_exported(tmp_path):
    torch.manual_seed(0)
    options = {"frequency_hidden": 8, "time_hidden": 8}
    classes = ("normal", "crackle", "wheeze", "both")
    facts = ModelFacts(
        model="han", options=options, task="icbhi-4", classes=classes, features=SMALL, deltas=True, normalize="audioset"
    )
    model = TrainedModel(facts).eval()
    card = {"name": "tiny", "title": "A tiny model", "organ": "lung", "licence": "Apache-2.0"}
    assert export_onnx(model, tmp_path / "tiny.onnx", card=card, window_seconds=1.0) < 1e-4
    session = onnxruntime.InferenceSession(tmp_path / "tiny.onnx", providers=["CPUExecutionProvider"])
    samples = (0.02 * noise(3800)).astype(np.float32)  # less than a window: the answer to all of it
    with torch.inference_mode():
        expected = model(torch.from_numpy(samples)[None]).logits.softmax(dim=1)
    np.testing.assert_allclose(session.run(["probabilities"], {"samples": samples[None]})[0][0], expected, atol=1e-5)
