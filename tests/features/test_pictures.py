import numpy as np
import pytest
import torch
from tests.recordings.layouts import write_icbhi_pictures

from auscult.errors import AuscultError
from auscult.features.kaldi_bank import KaldiBank
from auscult.features.pictures import average_frames, frames_inside, prepare_pictures
from auscult.features.settings import SpectrogramSettings
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.signal.preprocess import Preprocess
from auscult.signal.read import read_audio
from auscult.training.recipe import FeaturesPart

SETTINGS = SpectrogramSettings(rate=4000, window_seconds=0.064, hop_seconds=0.032, bands=16)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    root = tmp_path_factory.mktemp("synthetic")
    write_collection(root, patients=2, seed=0)
    return load_dataset("synthetic", root)


def test_frames_lie_wholly_inside_and_there_is_at_least_one():
    # Frames of 64 ms start every 32 ms. From 0.10 s to 0.30 s: starts 0.128, 0.160, 0.192, 0.224 (ends 0.288).
    assert frames_inside(0.10, 0.30, 100, SETTINGS) == (4, 8)
    assert frames_inside(0.50, 0.51, 100, SETTINGS) == (16, 17)
    assert frames_inside(99.0, 99.5, 100, SETTINGS) == (99, 100)


def test_frames_are_averaged_in_power():
    picture = np.array([[0.0, 10.0, -10.0, -10.0, 5.0]], dtype=np.float32)
    np.testing.assert_allclose(average_frames(picture, 2), [[10 * np.log10(5.5), -10.0]], atol=1e-5)  # the odd frame is dropped
    np.testing.assert_allclose(average_frames(picture[:, :1], 2), [[0.0]], atol=1e-6)


def test_the_second_start_reads_the_store_and_gives_the_same(dataset, tmp_path):
    prepared = []

    def progress(items, total):
        prepared.append(total)
        return items

    first = prepare_pictures(dataset, dataset.segments, SETTINGS, cache=tmp_path, progress=progress)
    second = prepare_pictures(dataset, dataset.segments, SETTINGS, cache=tmp_path, progress=progress)
    assert prepared == [len(dataset.recordings)]
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
    mean, deviation = first.statistics()
    frames = np.concatenate(list(first), axis=1)
    np.testing.assert_allclose(mean, frames.mean(axis=1), rtol=1e-4)
    np.testing.assert_allclose(deviation, frames.std(axis=1), rtol=1e-3)


def test_other_settings_make_another_store(dataset, tmp_path):
    prepare_pictures(dataset, dataset.segments, SETTINGS, cache=tmp_path)
    finer = prepare_pictures(dataset, dataset.segments, SETTINGS.model_copy(update={"bands": 20}), cache=tmp_path)
    assert len(finer[0]) == 20
    assert len(list(tmp_path.iterdir())) == 2


def test_settings_of_the_front_end_make_no_other_store(dataset, tmp_path):
    for deltas in (True, False):
        features = FeaturesPart(**SETTINGS.model_dump(), deltas=deltas)
        prepare_pictures(dataset, dataset.segments, features, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_kaldis_pictures_are_those_of_the_recording_as_it_was_prepared(dataset, tmp_path):
    settings = SETTINGS.model_copy(update={"scale": "kaldi"})
    for signal in (Preprocess(), Preprocess(fade=True, level="recorded")):
        pictures = prepare_pictures(dataset, dataset.segments, settings, signal=signal, cache=tmp_path)
        for segment, picture in list(zip(dataset.segments, pictures, strict=True))[:3]:
            samples = signal(*read_audio(segment.recording.path, rate=4000))
            whole = KaldiBank(settings)(torch.from_numpy(samples)[None])[0]
            first, end = frames_inside(segment.start, segment.end, whole.shape[1], settings)
            np.testing.assert_allclose(picture, whole[:, first:end], atol=1e-5)
    assert len(list(tmp_path.iterdir())) == 2


def test_of_ready_pictures_there_is_no_kaldi_filter_bank(tmp_path):
    ready = load_dataset("icbhi-pictures", write_icbhi_pictures(tmp_path / "pictures"))
    with pytest.raises(AuscultError, match=r"ready log-mel pictures, no audio: add --set features\.scale=mel --set "):
        prepare_pictures(ready, ready.segments, SETTINGS.model_copy(update={"scale": "kaldi"}), cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
    assert len(prepare_pictures(ready, ready.segments, SETTINGS, cache=tmp_path / "cache")) == len(ready.segments)
