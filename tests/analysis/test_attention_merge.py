from pathlib import Path

import numpy as np
import pytest

from auscult.analysis.attention_merge import AttentionMerger, merge_attention
from tests.analysis.making import BANDS, FRAMES, make_card, make_windows, only

COUNT, SECONDS = 57, 30.0


@pytest.fixture(scope="module")
def windows():
    maps = np.random.default_rng(0).random((COUNT, BANDS, FRAMES)).astype(np.float32)
    return make_windows(only("crackle", set(range(COUNT)), COUNT), maps / maps.sum(axis=(1, 2), keepdims=True))


WEIGHTS = np.random.default_rng(1).random((2, COUNT))


@pytest.mark.parametrize("size", [1, 2, 5, 40, COUNT])
def test_how_the_windows_are_fed_makes_no_difference(windows, size: int, standin: Path) -> None:
    merger = AttentionMerger(make_card(standin), SECONDS)
    for first in range(0, COUNT, size):
        rows = slice(first, first + size)
        merger.feed(windows.where(np.arange(COUNT)[rows]), {"a": WEIGHTS[0, rows], "b": WEIGHTS[1, rows]})
    merged = merger.result()
    for kind, weights in zip("ab", WEIGHTS, strict=True):
        whole = merge_attention(windows, weights, make_card(standin), SECONDS).values
        np.testing.assert_allclose(merged[kind].map.values, whole, rtol=1e-6)
        np.testing.assert_allclose(merged[kind].profile, whole.sum(axis=0), rtol=1e-5)


def test_long_maps_keep_the_highest_of_each_group_of_frames_and_say_their_step(windows, standin: Path) -> None:
    merger = AttentionMerger(make_card(standin), SECONDS, most_frames=45)
    for row in range(COUNT):
        merger.feed(windows.where([row]), {"a": WEIGHTS[0, row : row + 1]})
    coarse, profile = merger.result()["a"]
    whole = merge_attention(windows, WEIGHTS[0], make_card(standin), SECONDS).values  # (bands, 300)
    assert coarse.frame_seconds == pytest.approx(0.7)  # 300 frames of 0.1 s in groups of 7
    assert coarse.values.shape == (BANDS, 43)
    np.testing.assert_allclose(coarse.values[:, :42], whole[:, :294].reshape(BANDS, 42, 7).max(axis=2), rtol=1e-6)
    np.testing.assert_allclose(coarse.values[:, 42], whole[:, 294:].max(axis=1), rtol=1e-6)
    assert profile.shape == (300,)


def test_gaps_between_windows_stay_dark(windows, standin: Path) -> None:
    merger = AttentionMerger(make_card(standin), SECONDS)
    for row in (0, 50):
        merger.feed(windows.where([row]), {"a": np.ones(1)})
    values = merger.result()["a"].map.values
    assert np.flatnonzero(values.any(axis=0)).tolist() == [*range(20), *range(250, 270)]


def test_a_model_without_maps_has_none(windows, standin: Path) -> None:
    from dataclasses import replace

    merger = AttentionMerger(make_card(standin), SECONDS)
    merger.feed(replace(windows, attention=None), {"a": WEIGHTS[0]})
    assert merger.result() == {}
