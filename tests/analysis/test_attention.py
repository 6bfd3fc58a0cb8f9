from pathlib import Path

import numpy as np
import pytest

from auscult.analysis.attention import band_edges, find_focus, frame_range
from auscult.analysis.attention_merge import merge_attention
from auscult.analysis.windows import Windows
from tests.analysis.making import BANDS, FRAMES, make_card, make_windows, only


def test_an_even_map_of_a_certain_window_is_one_everywhere(standin: Path) -> None:
    windows = make_windows(only("crackle", {0, 1, 2}, 3))
    attention = merge_attention(windows, np.ones(3), make_card(standin), 3.0)
    assert attention.values.shape == (BANDS, 30)
    np.testing.assert_allclose(attention.values, 1.0, rtol=1e-5)


def test_overlapping_maps_are_averaged_with_their_weights(standin: Path) -> None:
    maps = np.zeros((2, BANDS, FRAMES), dtype=np.float32)
    maps[0, 1, 10] = maps[1, 1, 5] = 1.0  # 1.0 s in both: the windows start at 0 and 0.5 s
    windows = make_windows(only("crackle", {0, 1}, 2), maps)
    values = merge_attention(windows, np.array([0.5, 0.1]), make_card(standin), 2.5).values
    assert values[1, 10] == pytest.approx((0.5 + 0.1) / 2 * BANDS * FRAMES)
    assert np.count_nonzero(values) == 1


def test_what_is_normal_stays_dark(standin: Path) -> None:
    windows = make_windows(only("crackle", {9}, 10))
    values = merge_attention(windows, np.eye(10)[9], make_card(standin), 6.5).values
    assert values[:, :45].max() == 0
    np.testing.assert_allclose(values[:, 60:], 1.0, rtol=1e-5)  # 6.0 s on: only the last window


def test_frames_lie_symmetrically_in_their_window(standin: Path) -> None:
    one = np.zeros((1, BANDS, 16), dtype=np.float32)  # 1.6 s of frames in a window of 2 s: 0.2 s are left at both sides
    one[0, 0, 0] = 1
    windows = Windows(np.array([1.0]), np.array([3.0]), np.array([[0, 1, 0, 0]], dtype=np.float32), one)
    values = merge_attention(windows, np.ones(1), make_card(standin), 3.0).values
    assert np.flatnonzero(values[0]).tolist() == [12]


def test_focus_is_the_stretch_that_keeps_half_of_the_peak(standin: Path) -> None:
    one = np.full((1, BANDS, FRAMES), 0.01, dtype=np.float32)
    one[0, 1:3, 8:12] = 1.0
    one[0, 0, 2] = 0.9  # elsewhere, and less
    windows = make_windows(only("wheeze", {0}, 1), one / one.sum())
    focus = find_focus(merge_attention(windows, np.ones(1), make_card(standin), 2.0), 0.0, 2.0)
    assert focus is not None
    assert (focus.start, focus.end) == (pytest.approx(0.8), pytest.approx(1.2))
    assert (focus.low, focus.high) == (150.0, 350.0)


def test_a_map_that_is_alike_in_all_bands_has_no_focus(standin: Path) -> None:
    one = np.zeros((1, BANDS, FRAMES), dtype=np.float32)
    one[0, :, 8:12] = 1.0
    windows = make_windows(only("wheeze", {0}, 1), one / one.sum())
    assert find_focus(merge_attention(windows, np.ones(1), make_card(standin), 2.0), 0.0, 2.0) is None


def test_band_edges_lie_halfway() -> None:
    np.testing.assert_allclose(band_edges(np.array([100.0, 200.0, 400.0])), [50, 150, 300, 500])
    np.testing.assert_allclose(band_edges(np.array([20.0, 200.0])), [0, 110, 290])
    np.testing.assert_allclose(band_edges(np.array([500.0])), [0, 1000])


def test_a_range_of_frames_is_never_empty() -> None:
    assert frame_range(0.1, 30, 1.0, 1.5) == (10, 15)
    assert frame_range(0.1, 30, 1.0, 1.0) == (10, 11)
    assert frame_range(0.1, 30, 9.0, 9.5) == (29, 30)
