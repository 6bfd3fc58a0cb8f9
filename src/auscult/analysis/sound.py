"""A recording of any length, as it was read and as the model hears it; what is long lies on disk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.card import Card
from auscult.signal.level import Gain, Loudness, LoudnessMeter
from auscult.signal.spool import Samples, Spool


class Meter(Protocol):
    """Takes the measure of a recording, block by block."""

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, mono, (n,), as they were read."""


@dataclass(frozen=True, eq=False)
class Levelled:
    """Samples, with a gain applied to what is cut out of them."""

    samples: Samples
    gain: Gain

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.samples.size

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        """The samples from one number to another, at their level."""
        return self.gain(self.samples[part])


@dataclass(frozen=True, eq=False)
class Heard:
    """A recording before and after preprocessing.

    Attributes
    ----------
    samples
        As it was read, (n,).
    sound
        As the model hears it, (m,); m exceeds n where the card wants short recordings repeated.
    before, after
        How loud it was, and how loud what is left after preprocessing, before its level was set.
    rate
        Samples a second.
    """

    samples: Samples
    sound: Samples
    before: Loudness
    after: Loudness
    rate: int

    @property
    def seconds(self) -> float:
        """True duration."""
        return self.samples.size / self.rate

    @property
    def shown(self) -> Samples:
        """As the model hears it, without any repeats, (n,)."""
        return self.sound if self.sound.size == self.samples.size else self.sound[: self.samples.size]


@contextmanager
def hear_blocks(blocks: Iterable[NDArray[np.float32]], card: Card, meters: Sequence[Meter] = ()) -> Iterator[Heard]:
    """Take in a recording block by block, let meters measure it on the way, and prepare it for a model.

    Parameters
    ----------
    blocks
        Consecutive stretches of at least one sample together, mono, at ``card.rate``. How they are cut does not matter.
    card
        The model's.
    meters
        Each is fed with every block.
    """
    with ExitStack() as stack:
        samples = stack.enter_context(Spool())
        before = _store(blocks, samples, card.rate, meters)
        kept, after = samples, before
        if not card.preprocess.keeps_all:
            kept = stack.enter_context(Spool())
            after = _store(card.preprocess.clean_blocks(samples, card.rate), kept, card.rate)
        yield Heard(samples, Levelled(kept, card.preprocess.find_gain(after)), before, after, card.rate)


def hear_samples(samples: NDArray[np.float32], sound: NDArray[np.float32], rate: int) -> Heard:
    """The same for a recording in memory, (n,), and what `auscult.analysis.listen.prepare` made of it, (m,)."""
    return Heard(samples, sound, _measure(samples, rate), _measure(sound, rate), rate)


def _store(blocks: Iterable[NDArray[np.float32]], spool: Spool, rate: int, meters: Sequence[Meter] = ()) -> Loudness:
    loudness = LoudnessMeter(rate)
    for block in blocks:
        spool.append(block)
        for meter in (loudness, *meters):
            meter.feed(block)
    return loudness.result()


def _measure(samples: NDArray[np.float32], rate: int) -> Loudness:
    meter = LoudnessMeter(rate)
    meter.feed(samples)
    return meter.result()
