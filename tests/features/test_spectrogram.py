import librosa
import numpy as np
import pytest
import torch

from auscult.features.linear import linear_filters
from auscult.features.mel import hz_to_mel, mel_filters, mel_to_hz
from auscult.features.settings import SpectrogramSettings
from auscult.features.spectrogram import Spectrogram


def settings(window, hop, *, rate=4000, **others):
    return SpectrogramSettings(rate=rate, window_seconds=window / rate, hop_seconds=hop / rate, **others)


@pytest.mark.parametrize(("rate", "window", "fft", "low", "high"), [(4000, 256, 256, 0, 2000), (8000, 400, 512, 50, 2000)])
def test_mel_filters_are_those_of_librosa(rate, window, fft, low, high):
    ours = mel_filters(rate=rate, fft=fft, bands=40, low=low, high=high)
    theirs = librosa.filters.mel(sr=rate, n_fft=fft, n_mels=40, fmin=low, fmax=high)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_mel_scale_is_that_of_librosa_and_has_its_inverse():
    hz = np.array([0.0, 200.0, 999.0, 1000.0, 4000.0])
    np.testing.assert_allclose(hz_to_mel(hz), librosa.hz_to_mel(hz))
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(hz)), hz, atol=1e-9)


@pytest.mark.parametrize(("window", "fft"), [(256, None), (200, 256), (201, 512)])
def test_log_mel_is_that_of_librosa(window, fft):
    samples = np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32)
    module = Spectrogram(settings(window, 100, bands=32, low=20, high=1800, fft=fft))
    before = ((fft or window) - window) // 2  # librosa lays the window in the middle of the transform
    power = librosa.feature.melspectrogram(
        y=np.pad(samples, (before, (fft or window) - window - before)),
        sr=4000,
        n_fft=fft or window,
        win_length=window,
        hop_length=100,
        center=False,
        n_mels=32,
        fmin=20,
        fmax=1800,
    )
    ours = module(torch.from_numpy(samples)[None])[0].numpy()
    np.testing.assert_allclose(ours, 10 * np.log10(power + 1e-10), atol=1e-3)
    assert ours.shape[1] == (4000 - window) // 100 + 1


def test_a_recording_shorter_than_a_frame_gives_one_frame():
    assert Spectrogram(settings(256, 128, bands=64))(torch.zeros(2, 1)).shape == (2, 64, 1)


def test_frames_do_not_depend_on_where_the_recording_is_cut():
    module = Spectrogram(settings(256, 128, bands=16))
    samples = torch.randn(1, 4000)
    torch.testing.assert_close(module(samples)[..., 5:], module(samples[:, 5 * 128 :]))


def test_linear_bands_hold_the_mean_power_of_their_bins():
    samples = np.random.default_rng(0).normal(0, 0.1, 2000).astype(np.float32)
    given = settings(800, 160, rate=2000, bands=50, low=20, high=850, scale="linear", fft=1024)
    ours = Spectrogram(given)(torch.from_numpy(samples)[None])[0].numpy()
    power = np.abs(librosa.stft(np.pad(samples, 112), n_fft=1024, win_length=800, hop_length=160, center=False)) ** 2
    inside = given.filters() @ power
    np.testing.assert_allclose(ours, 10 * np.log10(inside + 1e-10), atol=1e-3)
    np.testing.assert_allclose(given.filters().sum(axis=1), 1.0, atol=1e-6)
    middle = given.filters() @ (np.arange(513) * 2000 / 1024)  # a filter's mean frequency is the band's centre
    np.testing.assert_allclose(middle, given.centres(), atol=0.02)


def test_ten_seconds_give_the_121_frames_of_s2():
    given = settings(800, 160, rate=2000, bands=50, scale="linear", fft=1024)
    assert Spectrogram(given)(torch.zeros(1, 20_000)).shape == (1, 50, 121)


def test_one_bin_a_band_where_the_bands_are_as_wide_as_the_bins():
    filters = linear_filters(rate=2000, fft=1024, bands=50, low=0.5 * 2000 / 1024, high=50.5 * 2000 / 1024)
    np.testing.assert_allclose(filters[:, 1:51], np.eye(50), atol=1e-6)


@pytest.mark.parametrize(("wrong", "message"), [({"fft": 100}, "shorter than the window"), ({"high": 3000.0}, "0 to 2000 Hz")])
def test_settings_that_contradict_each_other_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        settings(256, 128, **wrong)
