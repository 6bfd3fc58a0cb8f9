"""A first look at a recording: faults that make any analysis of it doubtful, in plain words."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.level import FRAME_SECONDS, SILENCE, frame_rms

SHORT_SECONDS = 1.0  # less than half a breath of an adult
QUIET = 10 ** (-70 / 20)  # 16-bit recordings below -70 dBFS have some ten steps of resolution
FULL_SCALE = 0.985  # resampling moves clipped peaks a little below or above 1
CLIPPED_SHARE = 0.001
COARSE_VALUES = 32  # a loud sound has thousands of different values, a very quiet one some sixty
SILENT_SHARE = 0.2
GAP_SECONDS = 1.0  # longer than the pause between two heartbeats, which may be digital silence in a quiet recording
OFFSET = 0.05


def check_quality(samples: NDArray[np.float32], rate: int, *, offset: bool = True) -> list[str]:
    """Warnings about a recording as it was read, before its level is changed.

    Parameters
    ----------
    samples
        Mono, (n,), full scale is 1.
    rate
        Samples a second.
    offset
        Whether to look for a constant offset too; False where it does not matter, because a filter takes it away.

    Returns
    -------
    list of str
        One short sentence for each fault; empty where none was found. Looked for: silence or a constant value (whole, more
        than 20 % of it, or for 1 s), less than 1 s, a level below -70 dBFS, more than 0.1 % of samples at full scale, fewer
        than 32 different values (which resampling hides), a constant offset above 0.05.
    """
    seconds = samples.size / rate
    short = [f"very short: {seconds:.2f} s, less than a breath or two heartbeats"] if seconds < SHORT_SECONDS else []
    if samples.size == 0:
        return short
    rms = frame_rms(samples, rate)
    if np.all(rms <= SILENCE):
        return ["silent: nothing was recorded", *short]
    shifted = _offset(samples) if offset else []
    return [*short, *_level_faults(rms), *_clipping(samples), *_coarseness(samples), *shifted]


def _level_faults(rms: NDArray[np.float32]) -> list[str]:
    faults = []
    silent = float(np.mean(rms <= SILENCE))
    if silent > SILENT_SHARE:
        faults.append(f"partly silent: nothing was recorded in {silent:.0%} of it")
    elif (gap := _longest_run(rms <= SILENCE) * FRAME_SECONDS) >= GAP_SECONDS - FRAME_SECONDS / 2:
        faults.append(f"interrupted: nothing was recorded for {gap:.1f} s")
    level = float(np.median(rms[rms > SILENCE]))
    if level < QUIET:
        faults.append(f"very quiet: {-20 * np.log10(level):.0f} dB below full scale")
    return faults


def _longest_run(true: NDArray[np.bool_]) -> int:
    """Length of the longest stretch of consecutive True."""
    ends = np.flatnonzero(np.diff(true, prepend=False, append=False))  # start, stop, start, stop …
    return int(np.max(ends[1::2] - ends[::2], initial=0))


def _clipping(samples: NDArray[np.float32]) -> list[str]:
    share = float(np.mean(np.abs(samples) >= FULL_SCALE))
    return [f"clipped: {share:.1%} of it is at full scale; lower the recorder's gain"] if share > CLIPPED_SHARE else []


def _coarseness(samples: NDArray[np.float32]) -> list[str]:
    some = samples[:: 1 + samples.size // 100_000]  # of hours of sound, enough
    values = np.unique(some).size
    return [f"coarse: it has only {values} different values"] if values < min(COARSE_VALUES, some.size) else []


def _offset(samples: NDArray[np.float32]) -> list[str]:
    offset = float(samples.mean(dtype=np.float64))
    return [f"shifted: a constant offset of {offset:+.2f}"] if abs(offset) > OFFSET else []
