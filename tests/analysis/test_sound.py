from pathlib import Path

import numpy as np
import pytest

from auscult.analysis.listen import prepare
from auscult.analysis.sound import hear_blocks
from tests.analysis.heart_standin import RATE
from tests.analysis.making import make_card, make_heart


class Counter:
    """Remembers what it was fed."""

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        self.blocks.append(block)


@pytest.mark.parametrize("size", [1, 999, 7000, 10**6])
@pytest.mark.parametrize("seconds", [0.4, 3.2, 10.0])
def test_blocks_give_what_the_whole_recording_gives(size: int, seconds: float, heart_standin: Path) -> None:
    samples, card = make_heart(seconds, (1.0, 1.5, 200)) + np.float32(0.2), make_card(heart_standin)
    counter = Counter()
    with hear_blocks((samples[i : i + size] for i in range(0, samples.size, size)), card, [counter]) as heard:
        np.testing.assert_array_equal(heard.samples[:], samples)
        np.testing.assert_array_equal(np.concatenate(counter.blocks), samples)
        whole = prepare(samples, card)
        np.testing.assert_allclose(heard.sound[:], whole, atol=1e-6)
        np.testing.assert_allclose(heard.sound[100:200], whole[100:200], atol=1e-6)
        assert (heard.seconds, heard.shown.size) == (samples.size / RATE, samples.size)
        assert heard.sound.size == max(samples.size, 5 * RATE)  # repeated up to 5 s
        assert heard.before.mean == pytest.approx(0.2, abs=0.01)
        assert heard.after.mean == pytest.approx(0, abs=0.01)  # after the band-pass


def test_what_needs_no_preprocessing_is_stored_once(standin: Path) -> None:
    with hear_blocks([make_heart(3.0)], make_card(standin)) as heard:
        assert heard.sound.samples is heard.samples
        assert heard.before is heard.after
