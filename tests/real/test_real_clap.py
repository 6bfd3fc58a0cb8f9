"""CLAP's log-mel on real recordings, most of which hold next to nothing above 2 kHz."""

import numpy as np
import pytest
import torch
from transformers import ClapFeatureExtractor

from auscult.features.make import make_spectrogram
from auscult.signal.read import read_audio
from auscult.training.recipe_file import load_recipe

pytestmark = pytest.mark.real


@pytest.mark.parametrize("name", ["101_1b1_Al_sc_Meditron", "104_1b1_Lr_sc_Litt3200", "151_2p2_Tc_mc_AKGC417L"])
def test_10_seconds_are_those_of_the_processor(name, real_data):
    samples, _ = read_audio(real_data("icbhi") / "ICBHI_final_database" / f"{name}.wav", rate=48000)
    clip = samples[:480000]
    extractor = ClapFeatureExtractor(frequency_min=50, frequency_max=14000, truncation="rand_trunc")
    theirs = extractor(clip, sampling_rate=48000, return_tensors="np")["input_features"][0, 0].T
    ours = make_spectrogram(load_recipe("clap-audio").features)(torch.from_numpy(clip)[None])[0]
    np.testing.assert_allclose(ours, theirs, atol=1e-4, rtol=0)
