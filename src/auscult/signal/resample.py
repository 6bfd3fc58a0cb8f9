"""Change of sampling rate with soxr at its high quality, whole or block by block."""

from collections.abc import Iterable, Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

_QUALITY = "HQ"


def resample(samples: NDArray[np.float32], rate: int, new_rate: int) -> NDArray[np.float32]:
    """Resample a whole recording.

    Parameters
    ----------
    samples
        Mono, (n,).
    rate, new_rate
        Samples a second before and after.

    Returns
    -------
    ndarray
        (round(n · new_rate / rate),); the input itself where the rates are equal.
    """
    if rate == new_rate:
        return samples
    return np.asarray(soxr.resample(samples.astype(np.float32, copy=False), rate, new_rate, quality=_QUALITY))


def resample_blocks(blocks: Iterable[NDArray[np.float32]], rate: int, new_rate: int) -> Iterator[NDArray[np.float32]]:
    """Resample a recording that arrives in blocks, holding no more than one block at a time.

    Parameters
    ----------
    blocks
        Consecutive stretches of one mono recording, each (n,), float32.
    rate, new_rate
        Samples a second before and after.

    Yields
    ------
    ndarray
        Stretches whose concatenation is what `resample` makes of the whole.
    """
    stream = Resampler(rate, new_rate)
    for block in blocks:
        yield stream.feed(block)
    yield stream.finish()


class Resampler:
    """Resamples one recording that is fed to it block by block; together its answers are what `resample` makes of the whole.

    Parameters
    ----------
    rate, new_rate
        Samples a second before and after.
    """

    def __init__(self, rate: int, new_rate: int) -> None:
        same = rate == new_rate
        self._stream = None if same else soxr.ResampleStream(rate, new_rate, 1, dtype="float32", quality=_QUALITY)

    def feed(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """The samples that are ready after the next ones, (n,); the last few always wait."""
        return block if self._stream is None else self._stream.resample_chunk(block)

    def finish(self) -> NDArray[np.float32]:
        """The samples that were waiting."""
        rest = np.zeros(0, dtype=np.float32)
        return rest if self._stream is None else self._stream.resample_chunk(rest, last=True)
