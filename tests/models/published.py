"""State dicts as PANNs publishes them, made of our own networks."""

import re
from collections import OrderedDict

import torch


def as_published(state):
    """The state dict of a `Panns` with reading panns → the same under PANNs' names, with all that stands around it."""
    bands = len(state["normalize_input.weight"])
    weights = OrderedDict()
    weights["spectrogram_extractor.stft.conv_real.weight"] = torch.zeros(513, 1, 1024)
    weights["logmel_extractor.melW"] = torch.zeros(513, bands)
    for name, value in state.items():
        name = re.sub(r"blocks\.(\d)", lambda found: f"conv_block{int(found[1]) + 1}", name)
        name = re.sub(r"convolve\.(\d)", lambda found: f"conv{int(found[1]) + 1}", name)
        name = re.sub(r"normalize\.(\d)", lambda found: f"bn{int(found[1]) + 1}", name)
        weights[name.replace("normalize_input", "bn0").replace("connect", "fc1")] = value.clone()
    weights["fc_audioset.weight"], weights["fc_audioset.bias"] = torch.zeros(527, 6), torch.zeros(527)
    return weights
