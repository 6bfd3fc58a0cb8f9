"""Reading a recording from a file: any format of libsndfile, any rate, any number of channels, little memory.

The file is decoded by a process of its own (`auscult.signal.decoder`): a broken or malicious one is refused in one sentence.
"""

import math
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.recordings.core import Recording
from auscult.signal.checks import AudioInfo, check_file, check_header
from auscult.signal.decoder import Decoder, UndecodableError, borrow_decoder
from auscult.signal.resample import resample_blocks

_BLOCK_FRAMES = 65_536
_LOUDEST = 1e9  # full scale is 1, but some programs write floating point with that of 16 or 24 bits
# An mp3 may hold a little less than its header promises; a larger gap means that the file was cut off.
_MISSING_SECONDS = 0.1


def audio_info(path: Path | str) -> AudioInfo:
    """Read the header of an audio file and refuse what cannot be a recording of lung or heart sounds.

    Parameters
    ----------
    path
        A wav, flac, ogg, mp3 or aiff file, or any other format of libsndfile.

    Raises
    ------
    AuscultError
        When the file is missing, is not audio, holds no sample, declares more than 3 hours or 16 channels, or a rate that no
        recorder has (below 100 Hz, above 768 kHz).
    """
    with borrow_decoder() as decoder:
        return _open(decoder, path)


def audio_blocks(
    path: Path | str, *, rate: int | None = None, start: float = 0.0, end: float | None = None
) -> Iterator[NDArray[np.float32]]:
    """Read a recording, or a part of it, as mono samples block by block: a few megabytes are held, however long the file is.

    Parameters
    ----------
    path
        See `audio_info`.
    rate
        Samples a second to resample to (soxr, high quality); by default the file's own.
    start, end
        The part to read, in seconds; by default all of it. An ``end`` past the end of the file means the end of the file. The
        part is cut out before it is resampled.

    Returns
    -------
    iterator of ndarray
        Consecutive stretches, each (n,), float32, full scale is 1, none of them empty.

    Raises
    ------
    AuscultError
        At once, for the reasons of `audio_info` and when the part is empty or starts past the end. While the blocks are read,
        when a sample is NaN or infinite, and when the file ends before its header says or is damaged.
    """
    _frame_range(path, audio_info(path), start, end)  # before the first block is asked for
    return _blocks(path, rate, start, end)


def read_audio(
    path: Path | str, *, rate: int | None = None, start: float = 0.0, end: float | None = None
) -> tuple[NDArray[np.float32], int]:
    """Read a recording, or a part of it, as mono samples.

    The file is decoded, averaged over its channels and resampled in blocks, so that next to the result only a few megabytes
    are held, however long the file is.

    Parameters
    ----------
    path, rate, start, end
        See `audio_blocks`.

    Returns
    -------
    samples
        (n,), float32, full scale is 1.
    rate
        Samples a second.

    Raises
    ------
    AuscultError
        For the reasons of `audio_blocks`, and when the part is so short that no sample is left of it at the new rate.
    """
    with borrow_decoder() as decoder:
        info = _open(decoder, path)
        first, stop = _frame_range(path, info, start, end)
        out_rate = rate or info.rate
        blocks = _resampled(_mono_blocks(decoder, path, info, first, stop), info.rate, out_rate)
        samples = _collect(blocks, math.ceil((stop - first) * out_rate / info.rate) + 1)
    if samples.size == 0:
        raise AuscultError(f"{path} is too short: {stop - first} samples at {info.rate} Hz leave none at {out_rate} Hz.")
    return samples, out_rate


def read_recording(recording: Recording, rate: int) -> NDArray[np.float32]:
    """Read a recording of a data set with audio whole: `read_audio` of its file, at ``rate`` Hz, (n,)."""
    assert recording.path is not None
    return read_audio(recording.path, rate=rate)[0]


def _blocks(path: Path | str, rate: int | None, start: float, end: float | None) -> Iterator[NDArray[np.float32]]:
    with borrow_decoder() as decoder:
        info = _open(decoder, path)
        first, stop = _frame_range(path, info, start, end)
        yield from _resampled(_mono_blocks(decoder, path, info, first, stop), info.rate, rate or info.rate)


def _open(decoder: Decoder, path: Path | str) -> AudioInfo:
    """Have a decoder open a file, and check what its header declares."""
    check_file(Path(path))
    try:
        header = decoder.open(os.path.realpath(path))  # the child stands in another folder, and has another /dev/stdin
    except UndecodableError as error:
        if error.why:
            raise AuscultError(
                f"{path} cannot be opened: decoding it {error.why}; convert it to wav or copy it again."
            ) from error
        message = f"{path} is not audio that can be read (wav, flac, ogg, mp3, aiff …); convert it to wav."
        raise AuscultError(message) from error
    info = AudioInfo(*header, duration=header.frames / max(header.rate, 1))
    check_header(path, info)
    return info


def _resampled(blocks: Iterator[NDArray[np.float32]], rate: int, out_rate: int) -> Iterator[NDArray[np.float32]]:
    resampled = blocks if out_rate == rate else resample_blocks(blocks, rate, out_rate)
    return (block for block in resampled if block.size)


def _frame_range(path: Path | str, info: AudioInfo, start: float, end: float | None) -> tuple[int, int]:
    """First frame and the frame after the last, of the part between two times."""
    until = info.duration if end is None else min(end, info.duration)
    first, stop = round(start * info.rate), min(round(until * info.rate), info.frames)
    if start < 0 or first >= stop:
        part = f"from {start:g} s to {'its end' if end is None else f'{end:g} s'}"
        raise AuscultError(f"{path} lasts {info.duration:.3f} s and has no part {part}; choose times inside it.")
    return first, stop


def _mono_blocks(decoder: Decoder, path: Path | str, info: AudioInfo, first: int, stop: int) -> Iterator[NDArray[np.float32]]:
    position = first
    while position < stop:
        try:
            block = decoder.read(position, min(_BLOCK_FRAMES, stop - position))  # (frames, channels)
        except UndecodableError as error:
            why = f": decoding it {error.why}" if error.why else " and cannot be decoded"
            raise AuscultError(f"{path} is damaged at {position / info.rate:.1f} s{why}; copy it again.") from error
        if len(block) == 0:
            break
        position += len(block)
        yield _mono(path, block)
    if stop - position > _MISSING_SECONDS * info.rate:
        ends, declared = position / info.rate, info.duration
        raise AuscultError(f"{path} ends after {ends:.1f} s though its header declares {declared:.1f} s; copy it again.")


def _mono(path: Path | str, block: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):
        mono: NDArray[np.float32] = block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)  # (frames,)
        if not (np.abs(mono) < _LOUDEST).all():  # nor is NaN less
            raise AuscultError(f"{path} has samples that are not numbers (NaN, infinite or immense); export it again.")
    return mono


def _collect(blocks: Iterable[NDArray[np.float32]], most: int) -> NDArray[np.float32]:
    """Join blocks of together at most ``most`` samples without holding them twice."""
    try:
        samples = np.empty(most, dtype=np.float32)  # as the header has it: where that is a lie, memory that is never touched
    except MemoryError:
        raise AuscultError(f"A recording of {most} samples does not fit into memory; cut it into parts.") from None
    filled = 0
    for block in blocks:
        samples[filled : filled + len(block)] = block
        filled += len(block)
    return samples[:filled]
