"""A spectrogram to look at: as many columns as a picture can show, whatever the length of the recording."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.spool import Samples

_BLOCK_FRAMES = 4096
_FLOOR = 1e-12


def spectrogram_db(samples: Samples, rate: int, *, columns: int = 1600) -> NDArray[np.float32]:
    """Power in dB on an even grid of time and frequency.

    Parameters
    ----------
    samples
        (n,), in memory or on disk.
    rate
        Hz.
    columns
        At most so many columns; each is the mean power of the frames in it, so that nothing is skipped in long recordings.

    Returns
    -------
    ndarray
        (bins, columns): from 0 Hz to rate / 2, from the start to the end.
    """
    length = 2 ** round(np.log2(0.064 * rate))  # 64 ms or so: wheezes are lines, crackles are still short
    hop = max(1, min(length // 4, samples.size // columns))
    count = samples.size // hop + 1  # frame t is centred on t * hop, with zeros before the start and behind the end
    pool = -(-count // columns)
    block = max(pool, _BLOCK_FRAMES // pool * pool)
    window = np.hanning(length).astype(np.float32)
    power = []
    for first in range(0, count, block):
        stop = min(first + block, count)
        part = _cut(samples, first * hop - length // 2, (stop - 1) * hop + length - length // 2)
        frames = np.lib.stride_tricks.sliding_window_view(part, length)[::hop]  # (frames, length)
        power.append(_pooled_power(frames * window, pool))
    return 10 * np.log10(np.concatenate(power).T + _FLOOR)


def _cut(samples: Samples, start: int, stop: int) -> NDArray[np.float32]:
    """Samples from one number to another, zeros where there are none."""
    return np.pad(samples[max(0, start) : stop], (max(0, -start), max(0, stop - samples.size)))


def _pooled_power(frames: NDArray[np.float32], pool: int) -> NDArray[np.float32]:
    """Mean power spectra of groups of ``pool`` frames, (groups, bins)."""
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2).astype(np.float32)
    begins = np.arange(0, len(power), pool)
    counts = np.diff(begins, append=len(power))[:, None].astype(np.float32)
    return (np.add.reduceat(power, begins, axis=0) / counts).astype(np.float32)
