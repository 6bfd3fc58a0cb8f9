"""What is refused before any sample is decoded: files that are no sound, and headers that no recorder writes."""

import os
from dataclasses import dataclass
from pathlib import Path

from auscult.errors import AuscultError
from auscult.signal.foreign import say_conversion, say_foreign

MAX_SECONDS = 3 * 3600
MAX_CHANNELS = 16
MIN_RATE, MAX_RATE = 100, 768_000
MAX_SAMPLES = 2**31
"""Of all channels together: three hours at 192 kHz, or of four channels at 48 kHz."""
_NO_LENGTH = 2**62


@dataclass(frozen=True)
class AudioInfo:
    """What the header of an audio file declares.

    Attributes
    ----------
    frames
        Samples in each channel.
    rate
        Samples a second.
    channels
        Number of channels.
    duration
        Seconds.
    """

    frames: int
    rate: int
    channels: int
    duration: float


def check_file(path: Path) -> None:
    """Refuse what no decoder needs to see.

    Raises
    ------
    AuscultError
        When there is no such file, or it is a folder or device, empty, not readable, or of a format known to be another
        (`auscult.signal.foreign`).
    """
    if not os.path.exists(path):  # unlike Path.exists, no traceback for a name that is too long
        if os.path.islink(path):
            raise AuscultError(f"{path} is a link to a file that is not there; copy the file itself.")
        raise AuscultError(f"There is no file {path}; check the name.")
    if not path.is_file():
        raise AuscultError(f"{path} is a folder or device, not an audio file; name the file.")
    if path.stat().st_size == 0:
        raise AuscultError(f"{path} is empty (0 bytes); copy or record it again.")
    try:
        foreign = say_foreign(path)
    except OSError as error:
        raise AuscultError(f"{path} cannot be read ({error.strerror}); make it readable or copy it.") from error
    if foreign is not None:
        raise AuscultError(f"{path} {foreign}")


def check_header(path: Path | str, info: AudioInfo) -> None:
    """Refuse what cannot be a recording of lung or heart sounds.

    Raises
    ------
    AuscultError
        When it declares no sample, no length, more than 3 hours, 16 channels or `MAX_SAMPLES`, or a rate that no recorder has.
    """
    if info.frames <= 0:
        raise AuscultError(f"{path} holds no sound: 0 samples; record it again.")
    if not MIN_RATE <= info.rate <= MAX_RATE:
        raise AuscultError(f"{path} declares {info.rate} samples a second; rates from {MIN_RATE} to {MAX_RATE} can be read.")
    if info.channels > MAX_CHANNELS:
        raise AuscultError(f"{path} declares {info.channels} channels; at most {MAX_CHANNELS} can be read.")
    if info.frames > _NO_LENGTH:
        raise AuscultError(f"{path} does not declare how long it is, as a stream may; {say_conversion(Path(path))}")
    if info.duration > MAX_SECONDS:
        hours = f"{info.duration / 3600:.4g}"
        raise AuscultError(f"{path} declares {hours} hours of sound; cut it into parts of at most {MAX_SECONDS // 3600} hours.")
    if info.frames * info.channels > MAX_SAMPLES:
        raise AuscultError(
            f"{path} declares {info.frames * info.channels} samples in {info.channels} channels; cut it into parts of at most "
            f"{MAX_SAMPLES}."
        )
