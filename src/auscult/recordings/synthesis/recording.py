"""What a synthetic recording is: samples, and the truth about every sound in them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auscult.recordings.synthesis.breathing import Breath

Sound = Literal["wheeze", "fine_crackle", "coarse_crackle", "S1", "S2", "systolic_murmur", "diastolic_murmur"]


@dataclass(frozen=True)
class Event:
    """One adventitious lung sound, heart sound or murmur.

    Attributes
    ----------
    start, end
        Seconds from the start of the recording.
    label
        What it is, one of `Sound`.
    start_hz, end_hz
        Frequency at its start and at its end: of a wheeze's fundamental; of a crackle, whose frequency falls, during its
        initial deflection and at its last moment; of the first and of the second valve that sounds in S1 or S2. Of a murmur,
        which is noise, the edges of its band.
    """

    start: float
    end: float
    label: Sound
    start_hz: float
    end_hz: float


@dataclass(frozen=True)
class SyntheticRecording:
    """A synthetic recording with its truth.

    Attributes
    ----------
    samples
        Mono, (n,), float32 in [-1, 1].
    rate
        Samples a second.
    events
        Sounds in order of their start.
    breaths
        Breath cycles, without gaps from the start of the recording to its end.
    """

    samples: NDArray[np.float32]
    rate: int
    events: tuple[Event, ...]
    breaths: tuple[Breath, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples.size / self.rate
