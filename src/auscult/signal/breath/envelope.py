"""The loudness of breathing along time, from blocks of samples; some numbers a second are kept, and no samples."""

import numpy as np
from numpy.typing import NDArray

from auscult.signal.breath.rules import EnvelopeRules, breath_rules

SILENT_DB = -110.0
"""Below it a band holds digital silence."""
_FLOOR = np.float32(1e-12)  # of the power: digital silence is -120 dB, not minus infinity
_AT_ONCE = 2048  # frames of one Fourier transform: some megabytes


class BreathEnvelope:
    """Power in bands of breath sound, frame by frame, of a recording that arrives in blocks.

    How it was cut into blocks makes no difference. Frame ``k`` is centred at ``(k + 0.5) · seconds_a_frame``.

    Parameters
    ----------
    rate
        Samples a second. Bands above half of it have no power.
    rules
        Those that come with auscult, if not given.
    """

    def __init__(self, rate: int, rules: EnvelopeRules | None = None) -> None:
        rules = rules or breath_rules().envelope
        self._step = max(2, round(rate / rules.frames_a_second))
        self.seconds_a_frame = self._step / rate
        window = np.hanning(2 * self._step + 1)[:-1]
        self._window = (window / window.sum()).astype(np.float32)
        hz = np.fft.rfftfreq(2 * self._step, 1 / rate)
        self._in_band = np.array([(hz >= low) & (hz < high) for low, high in rules.bands], dtype=np.float32).T
        self._rest = np.zeros(self._step // 2, dtype=np.float32)  # so that frame 0 is centred half a step after the start
        self._frames: list[NDArray[np.float32]] = []

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, (n,), of any number."""
        samples = np.concatenate([self._rest, block])
        count = max(0, samples.size // self._step - 1)
        for first in range(0, count, _AT_ONCE):
            last = min(count, first + _AT_ONCE)
            self._frames.append(self._powers(samples[first * self._step : (last + 1) * self._step]))
        self._rest = samples[count * self._step :]

    def decibels(self) -> NDArray[np.float32]:
        """Power of each whole frame so far, (frames, bands), in dB of full scale; -120 where there is none."""
        powers = np.concatenate(self._frames or [np.zeros((0, self._in_band.shape[1]), dtype=np.float32)])
        return 10 * np.log10(powers + _FLOOR)

    def _powers(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(frames + 1) · step samples → (frames, bands)."""
        steps = samples.reshape(-1, self._step)
        spectra = np.fft.rfft(np.hstack([steps[:-1], steps[1:]]) * self._window)  # (frames, bins)
        return (np.abs(spectra).astype(np.float32) ** 2) @ self._in_band
