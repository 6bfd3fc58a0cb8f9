"""Events of a lung sound while it is recorded: fed with samples as they come, in steady memory and with a bounded delay."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auscult.analysis.events import Event
from auscult.analysis.listen import HEARD_SHARE, no_windows
from auscult.analysis.model import OnnxModel, choose_model
from auscult.analysis.stream_events import EventStream
from auscult.analysis.stream_sound import RunningFilter, RunningSound
from auscult.analysis.timeline import shift_normal
from auscult.analysis.windows import Windows, run_window
from auscult.errors import AuscultError
from auscult.signal.checks import MAX_RATE, MIN_RATE
from auscult.signal.resample import Resampler

_PART_SECONDS = 5.0
_TOGETHER_SECONDS = 0.05
"""Blocks smaller than this are put together: each would not be worth a call."""
_RESAMPLING_SECONDS = 0.1
"""The resampler holds back less than this."""


class Stream:
    """Finds crackles and wheezes in a sound that is not over yet. An aid, not a diagnosis.

    What it finds is what `auscult.analyze` finds, with two differences: the level is that of the last minute, not of the whole
    recording, and a label that is heard without a break is told in events of 8 s. Events of one label come in order; of two
    labels, the one that is certain first comes first.

    Parameters
    ----------
    model
        As for `auscult.analyze`, a model of lung sounds.
    rate
        Samples a second that will be fed.

    Raises
    ------
    AuscultError
        When the model cannot be read, is for hearts (heart sounds have no events) or denoises whole recordings, or when no
        recorder has such a rate.

    Examples
    --------
    >>> stream = Stream(rate=48000)  # doctest: +SKIP
    >>> for block in microphone:  # doctest: +SKIP
    ...     for event in stream.feed(block):
    ...         print(f"{event.start:.1f}-{event.end:.1f} s  {event.label}  {event.probability:.0%}")
    3.2-3.9 s  crackle  87%
    >>> stream.finish()  # doctest: +SKIP
    []
    """

    def __init__(self, model: str | Path | OnnxModel | None = None, *, rate: int) -> None:
        self._model = choose_model(model)
        card = self.card = self._model.card
        if card.organ != "lung":
            raise AuscultError(f"The model {card.name} is made for {card.organ} sounds, which have no events: analyze them.")
        if card.preprocess.wavelet is not None:
            raise AuscultError(f"The model {card.name} denoises whole recordings and cannot hear a stream: choose another one.")
        if not MIN_RATE <= rate <= MAX_RATE or rate != int(rate):
            raise AuscultError(f"A rate of {rate} cannot be: name samples a second, a whole number, {MIN_RATE} to {MAX_RATE}.")
        self._rate = int(rate)
        self._resampler = Resampler(self._rate, card.rate)
        self._filter, self._sound, self._events = RunningFilter(card), RunningSound(card), EventStream(card)
        self._waiting: list[NDArray[np.float32]] = []
        self._waits = 0  # samples
        self._next = 0  # number of the next window
        self._finished = False
        self._window, self._step, self._context = (
            card.samples(seconds) for seconds in (card.window_seconds, card.step_seconds, card.context_seconds)
        )
        self._before = math.ceil(self._context / self._step) * self._step  # samples that a window is heard with before it

    @property
    def delay(self) -> float:
        """An event is told at most so many seconds of sound after its end; most of them after half of that."""
        card = self.card
        hearing = card.window_seconds + card.context_seconds + self._filter.delay + _RESAMPLING_SECONDS + _TOGETHER_SECONDS
        return self._events.delay + hearing + card.step_seconds

    def feed(self, samples: ArrayLike) -> list[Event]:
        """Take the next samples.

        Parameters
        ----------
        samples
            Mono, (n,), floating-point numbers, full scale is 1; any number of them, none too.

        Returns
        -------
        list of Event
            Those that have become certain.

        Raises
        ------
        AuscultError
            When the samples are no such numbers, or the stream is finished; the stream stays as it was.
        """
        block = self._checked(samples)
        found: list[Event] = []
        part = round(_PART_SECONDS * self._rate)
        for first in range(0, block.size, part):
            self._waiting.append(block[first : first + part])
            self._waits += self._waiting[-1].size
            if self._waits >= _TOGETHER_SECONDS * self._rate:
                self._take()
                found += self._run(self._sound.size)
        return found

    def finish(self) -> list[Event]:
        """The rest of the events; nothing can be fed afterwards.

        Raises
        ------
        AuscultError
            When it was finished before.
        """
        self._checked([])
        self._finished = True
        self._take()
        self._sound.append(self._filter.feed(self._resampler.finish(), last=True))
        found = self._run(self._sound.size + self._context)  # behind the end there is nothing to wait for
        rest = self._sound.size - self._ready_until()
        if rest >= (self.card.samples(self.card.frame_seconds) if self._next else 1):
            last = max(0, self._sound.size - self._window)
            found += self._events.feed(self._hear(last), last / self.card.rate)
        return found + self._events.finish(self._sound.size / self.card.rate)

    def _checked(self, samples: ArrayLike) -> NDArray[np.float32]:
        if self._finished:
            raise AuscultError("This stream is finished: make another one for another recording.")
        given = np.asarray(samples)
        if given.ndim != 1:
            raise AuscultError(f"A stream is fed with mono samples, (n,), not with an array of shape {given.shape}.")
        if given.size and given.dtype.kind != "f":
            raise AuscultError("A stream is fed with floating-point samples from -1 to 1: divide 16-bit numbers by 32768.")
        if not np.isfinite(given).all():
            raise AuscultError("A block of the stream has samples that are not numbers (NaN or infinite): leave it out.")
        return given.astype(np.float32)  # a copy, since the caller may fill the same array again

    def _take(self) -> None:
        """Resample and filter what was waiting."""
        if self._waiting:
            block, self._waiting, self._waits = np.concatenate(self._waiting), [], 0
            self._sound.append(self._filter.feed(self._resampler.feed(block)))

    def _run(self, available: int) -> list[Event]:
        """Hear the windows for which, with their context, so many samples are enough."""
        found: list[Event] = []
        while (start := self._next * self._step) + self._window + self._context <= available:
            self._next += 1
            found += self._events.feed(self._hear(start), start / self.card.rate)
            self._sound.forget(start - self._before)
        return found

    def _ready_until(self) -> int:
        """Sample up to which windows were heard."""
        return (self._next - 1) * self._step + self._window if self._next else 0

    def _hear(self, start: int) -> Windows:
        """Run the model on the window that begins at a sample, at the level of the last minute."""
        end = min(start + self._window, self._sound.size)
        if self._sound.share_heard(start, end) < HEARD_SHARE:
            return no_windows(self.card)
        stop = min(end + self._context, self._sound.size)
        first = max(0, start - self._before)
        section = self._sound.gain_at(stop)(self._sound.cut(first, stop))
        heard, shift = run_window(self._model, section, start - first), first / self.card.rate
        shown = shift_normal(heard.probabilities, self.card.normal_offset)
        return replace(heard, starts=heard.starts + shift, ends=heard.ends + shift, probabilities=shown)
