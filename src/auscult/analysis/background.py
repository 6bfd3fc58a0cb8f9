"""What a recording sounds like where nothing in particular happens, and putting that in the place of what is taken out."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.spool import Samples

_FRAME_SECONDS = 0.128
_MOST_FRAMES = 4000
_EDGE_SHARE = 0.1  # of a band: the width of its slopes
_MEDIAN_TO_MEAN = 1 / np.log(2)  # the power of noise in one frame and bin is distributed exponentially


def make_background(samples: Samples, rate: int, length: int, *, seed: int = 0) -> NDArray[np.float32]:
    """Noise with the recording's own background spectrum.

    The level of each frequency is the median over time. A heart sound, a click or a murmur sounds less than half of the time,
    so it hardly counts; the noise of chest, room and stethoscope is always there.

    Parameters
    ----------
    samples
        The recording, (n,), n > 0.
    rate
        Hz.
    length
        Samples to make.
    seed
        Another seed makes another noise of the same kind.

    Returns
    -------
    ndarray
        (length,)
    """
    density = _median_density(samples, rate)  # (bins,)
    noise = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    shape = np.interp(np.linspace(0, 1, len(noise)), np.linspace(0, 1, len(density)), np.sqrt(density))
    return np.fft.irfft(noise * shape, length).astype(np.float32)


def swap_stretch(
    section: NDArray[np.float32],
    offset: int,
    *,
    background: NDArray[np.float32],
    start: float,
    stop: float,
    fade: float,
    period: int,
) -> NDArray[np.float32]:
    """Replace a stretch of time by background, with cross-fades inside the stretch.

    Parameters
    ----------
    section
        A part of the recording, (n,).
    offset
        Number of its first sample.
    background
        (m,), m ≥ n.
    start, stop, fade
        The stretch and the length of its cross-fades, in samples from the start of the recording.
    period
        Samples after which the recording is repeated, and the stretch with it.
    """
    fade = min(fade, (stop - start) / 2)
    time = (offset + np.arange(section.size)) % period
    weight = np.interp(time, [start, start + fade, stop - fade, stop], [0, 1, 1, 0], left=0, right=0)
    return section - weight.astype(np.float32) * (section - background[: section.size])


def swap_band(
    section: NDArray[np.float32], _: int, *, background: NDArray[np.float32], rate: int, low: float, high: float
) -> NDArray[np.float32]:
    """Replace a band of frequency by background, with a filter that moves nothing in time.

    Parameters
    ----------
    section
        A part of the recording, (n,).
    background
        (m,), m ≥ n.
    rate
        Hz.
    low, high
        Limits of the band in Hz; its slopes lie half inside and half outside.
    """
    margin = min(section.size - 1, rate // 2)
    extended = np.pad(section - background[: section.size], margin, mode="reflect")  # or the end would ring into the start
    slope = _EDGE_SHARE * (high - low) / 2
    hz = np.fft.rfftfreq(extended.size, 1 / rate)
    weight = np.interp(hz, [low - slope, low + slope, high - slope, high + slope], [0, 1, 1, 0])
    band = np.fft.irfft(np.fft.rfft(extended) * weight, extended.size)
    return section - band[margin : margin + section.size].astype(np.float32)


def _median_density(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Background power at each frequency from 0 to half the rate, (bins,); 1 at all of them for white noise of power 1."""
    size = min(max(1, round(_FRAME_SECONDS * rate)), samples.size)
    hop = max(size // 2, samples.size // _MOST_FRAMES, 1)
    starts = range(0, samples.size - size + 1, hop)
    frames = np.stack([samples[start : start + size] for start in starts])  # (frames, size)
    window = np.hanning(size + 2)[1:-1]  # without the zeros at its ends
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 / np.sum(window**2)
    return np.median(power, axis=0) * _MEDIAN_TO_MEAN
