"""Kaldi's mel filters, what happens to a frame, and the settings that belong to them."""

import warnings

import numpy as np
import pytest
from transformers.audio_utils import mel_filter_bank

from auscult.errors import AuscultError
from auscult.features.kaldi import kaldi_edges, kaldi_filters, prepare_frames
from auscult.features.settings import SpectrogramSettings
from auscult.training.recipe_file import load_recipe

AST = {"rate": 16000, "window_seconds": 0.025, "hop_seconds": 0.01, "bands": 128, "low": 20.0, "scale": "kaldi"}


@pytest.mark.parametrize(("rate", "fft", "bands", "low", "high"), [(16000, 512, 128, 20, 8000), (4000, 256, 40, 50, 1800)])
def test_filters_are_those_of_transformers(rate, fft, bands, low, high):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of AST's bands lies between two bins
        theirs = mel_filter_bank(
            fft // 2 + 1, bands, low, high, rate, norm=None, mel_scale="kaldi", triangularize_in_mel_space=True
        )
    ours = kaldi_filters(rate=rate, fft=fft, bands=bands, low=low, high=high)
    np.testing.assert_allclose(ours, theirs.T, atol=1e-6)
    assert (ours.sum(axis=1) == 0).sum() == (1 if bands == 128 else 0)


def test_edges_are_equally_spaced_in_mel_by_hand():
    # 1127 ln(1 + 700 / 700) = 781.17 mel; half and a quarter of it lie at 700 (2^0.5 − 1) and 700 (2^0.25 − 1) Hz.
    np.testing.assert_allclose(kaldi_edges(3, 0, 700), 700 * (2 ** np.array([0, 0.25, 0.5, 0.75, 1]) - 1), rtol=1e-12)


def test_a_frame_by_hand():
    # 1 2 3 6 → −2 −1 0 3 about its mean; less 0.97 of the one before: −0.06, 0.94, 0.97, 3; Hann of four: 0 ¾ ¾ 0.
    np.testing.assert_allclose(prepare_frames(np.array([[1, 2, 3, 6]], dtype=np.float32)), [[0, 0.705, 0.7275, 0]], atol=1e-12)


def test_settings_know_kaldis_transform_and_bands():
    settings = SpectrogramSettings(**AST)
    assert (settings.window, settings.hop, settings.fft_length) == (400, 160, 512)
    assert settings.filters().shape == (128, 257)
    assert SpectrogramSettings(**AST | {"fft": 1000}).fft_length == 1000
    assert SpectrogramSettings(**AST | {"window_seconds": 0.032}).fft_length == 512  # a power of two as it is
    finer = SpectrogramSettings(**AST | {"fft": 65536})
    peaks = finer.filters().argmax(axis=1) * 16000 / 65536
    np.testing.assert_allclose(settings.centres(), peaks, atol=0.25)
    assert settings.centres()[[0, -1]] == pytest.approx([33.9, 7834], abs=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"features.normalize": "audioset"},
            "'features' have normalize=audioset, whose figures are those of scale=kaldi: set one of the two otherwise",
        ),
        (
            {"features.scale": "kaldi", "augment.noise": {}},
            "'augment' changes dB, which features.scale=kaldi has none of: set augment.noise to null",
        ),
    ],
)
def test_what_does_not_go_with_a_scale_is_one_sentence(changes, sentence):
    with pytest.raises(AuscultError) as error:
        load_recipe("cnn6-ce", changes)
    assert str(error.value) == f"In the recipe cnn6-ce: {sentence}."


def test_what_goes_with_kaldis_scale_is_taken():
    changes = {"features.scale": "kaldi", "features.normalize": "audioset", "augment.stretch": {}, "augment.noise": None}
    assert load_recipe("cnn6-ce", changes).features.normalize == "audioset"
