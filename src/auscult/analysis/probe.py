"""Asking a model about single windows of a recording again, after something in them was changed."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.model import OnnxModel
from auscult.analysis.windows import Windows, run_window
from auscult.signal.spool import Samples

_LOWEST, _HIGHEST = 1e-6, 1 - 1e-6
"""Probabilities beyond are as good as certain: their log-odds would be rounding errors."""

Change = Callable[[NDArray[np.float32], int], NDArray[np.float32]]
"""A section of a recording, and the number of its first sample → the same section without something."""


class Probe:
    """A model, and the windows of one recording that it can be asked about.

    Parameters
    ----------
    model
        A trained model.
    sound
        The recording as the model hears it, (n,).
    windows
        Of the recording.
    """

    def __init__(self, model: OnnxModel, sound: Samples, windows: Windows) -> None:
        card = model.card
        self._model, self._sound = model, sound
        self._starts = np.round(windows.starts * card.rate).astype(int)
        step, context = card.samples(card.step_seconds), card.samples(card.context_seconds)
        self._before, self._after = math.ceil(context / step) * step, card.samples(card.window_seconds) + context
        self._unchanged: dict[int, float] = {}

    @property
    def longest(self) -> int:
        """Samples that a section may have: a window with its context."""
        return min(self._before + self._after, self._sound.size)

    def effect(self, windows: NDArray[np.intp], change: Change) -> float:
        """How much lower the log-odds of abnormal are after a change, on average over some windows, given by their numbers.

        Both answers are asked for in the same way, so that nothing but the change makes a difference.
        """
        return float(np.mean([self._effect(window, change) for window in windows.tolist()]))

    def _effect(self, window: int, change: Change) -> float:
        start = int(self._starts[window])
        first = max(0, start - self._before)
        section = self._sound[first : start + self._after]
        if window not in self._unchanged:
            self._unchanged[window] = self._log_odds(section, start - first)
        return self._unchanged[window] - self._log_odds(change(section, first), start - first)

    def _log_odds(self, section: NDArray[np.float32], start: int) -> float:
        normal = float(run_window(self._model, section, start).probabilities[0, 0])
        normal = min(max(normal, _LOWEST), _HIGHEST)
        return math.log((1 - normal) / normal)
