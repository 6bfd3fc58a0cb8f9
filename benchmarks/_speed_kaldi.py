"""Speed of the Kaldi filter bank that AST hears with, beside kaldi-native-fbank and transformers' feature extractor."""

import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import kaldi_native_fbank
import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from transformers import ASTFeatureExtractor

from _timing import row
from auscult.features.kaldi_bank import KaldiBank
from auscult.features.settings import SpectrogramSettings
from auscult.training.memory import keep_freed_memory

SETTINGS = SpectrogramSettings(rate=16000, window_seconds=0.025, hop_seconds=0.01, bands=128, low=20.0, scale="kaldi")
SECONDS, FRAMES = 8, 798
ROUNDS = 41

Samples = NDArray[np.float32]


def kaldi_rows() -> list[dict[str, Any]]:
    """In a process of its own, where no other measurement has kept memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        ours, kaldi, transformers = pool.submit(measure).result()
    clip = f"{SECONDS} s, {SETTINGS.bands} bands × {FRAMES} frames"
    return [
        row(f"Kaldi filter bank, auscult, {clip}", ours, SECONDS / ours, "× real time"),
        row("Kaldi filter bank, kaldi-native-fbank frame by frame", kaldi, kaldi / ours, "× auscult's time"),
        row("Kaldi filter bank, transformers' ASTFeatureExtractor", transformers, transformers / ours, "× auscult's time"),
    ]


def measure() -> list[float]:
    """Median seconds of each, on one thread; they take turns, so that what else the machine does meets all alike.

    Of the processor's time, which on an idle machine is all time; freed memory is kept, as `auscult train` keeps it.
    """
    torch.set_num_threads(1)
    keep_freed_memory()
    samples = np.random.default_rng(0).normal(0, 0.1, SECONDS * SETTINGS.rate).astype(np.float32)
    works = [with_auscult(), with_kaldi, with_transformers()]
    with threadpool_limits(1), torch.inference_mode():
        expected = works[0](samples)
        for work in works[1:]:
            np.testing.assert_allclose(work(samples), expected, atol=1e-3)
        times = [[once(work, samples) for work in works] for _ in range(ROUNDS)]
    return np.median(times, axis=0).tolist()


def once(work: Callable[[Samples], Samples], samples: Samples) -> float:
    start = time.process_time()
    work(samples)
    return time.process_time() - start


def with_auscult() -> Callable[[Samples], Samples]:
    """(n,) → (frames, bands), as the others."""
    bank = KaldiBank(SETTINGS)
    return lambda samples: bank(torch.from_numpy(samples)[None])[0].T.numpy()


def with_kaldi(samples: Samples) -> Samples:
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = SETTINGS.rate
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "hanning"
    options.mel_opts.num_bins = SETTINGS.bands
    options.use_energy = False
    found = kaldi_native_fbank.OnlineFbank(options)
    found.accept_waveform(SETTINGS.rate, samples)
    found.input_finished()
    return np.stack([found.get_frame(frame) for frame in range(found.num_frames_ready)])


def with_transformers() -> Callable[[Samples], Samples]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one of its bands lies between two bins
        extractor = ASTFeatureExtractor(max_length=FRAMES, do_normalize=False)
    return lambda samples: extractor(samples, sampling_rate=SETTINGS.rate, return_tensors="np")["input_values"][0]
