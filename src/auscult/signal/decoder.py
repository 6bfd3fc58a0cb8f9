"""Decoding in a child process with limits, so that no sound file can crash, stall or fill the process that reads it.

libsndfile and the libraries below it parse what strangers wrote, in C. They do it in `auscult.signal.decoder_process`, a small
program that is started once and decodes one file after the other; samples arrive over a pipe. When it dies, or is ended since
it has reached a limit, the file at hand is refused and the next one gets a new child.

Limits of memory and of the processor's time are the system's: Linux has both, macOS the latter, Windows neither. The time on
the clock is watched everywhere. A frozen program, whose executable is no Python, decodes in a thread, without limits.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from typing import Any, NamedTuple
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.signal.decoder_start import LIMITS, is_frozen, start_process, start_thread

_MOST_IDLE = 2
_LONGEST_LINE = 1000
_LATE = tuple(-getattr(signal, name) for name in ("SIGXCPU", "SIGALRM") if hasattr(signal, name)) or (1,)  # exit codes

_idle: list["Decoder"] = []
_all: WeakSet["Decoder"] = WeakSet()


class UndecodableError(Exception):
    """A file cannot be decoded.

    Attributes
    ----------
    why
        The end of a sentence that begins with "decoding it"; None where libsndfile says that it is broken or unknown.
    """

    def __init__(self, why: str | None) -> None:
        super().__init__(why)
        self.why = why


class Header(NamedTuple):
    """What a decoder found when it opened a file; nothing of it is checked."""

    frames: int
    rate: int
    channels: int


class Decoder:
    """A child process that decodes one file at a time.

    Attributes
    ----------
    waiting
        Whether an answer is due, or will never come: then it cannot be asked anything more.
    """

    def __init__(self) -> None:
        self.waiting = False
        self._answered = False
        self._channels = 0
        self._process = None if is_frozen() else start_process()
        if self._process is None:
            self._requests, self._answers = start_thread()
        else:
            assert isinstance(self._process.stdin, BufferedWriter)
            assert isinstance(self._process.stdout, BufferedReader)
            self._requests, self._answers = self._process.stdin, self._process.stdout
        _all.add(self)

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process is None or self._process.poll() is None

    def open(self, path: str) -> Header:
        """Open a file, given by its absolute path, in place of the one that is open.

        Raises
        ------
        UndecodableError
            When it cannot be opened.
        """
        answer = self._ask({"do": "open", "path": path})
        header = Header(*(int(answer[name]) for name in Header._fields))
        self._channels = header.channels
        return header

    def read(self, first: int, frames: int) -> NDArray[np.float32]:
        """Up to ``frames`` frames from frame ``first`` on, (frames, channels); fewer where the file ends.

        Raises
        ------
        UndecodableError
            When they cannot be decoded.
        """
        found = int(self._ask({"do": "read", "first": first, "frames": frames})["frames"])
        if not 0 <= found <= frames:
            raise self._broken()
        self.waiting = True
        samples = np.empty(found * self._channels, dtype=np.float32)
        if samples.size and self._answers.readinto(samples.data.cast("B")) != samples.nbytes:
            raise self._broken()
        self.waiting = False
        return samples.reshape(found, self._channels)

    def close(self) -> None:
        """Close the file; no answer is waited for."""
        try:
            self._requests.write(b'{"do": "close"}\n')
            self._requests.flush()
        except OSError:
            self.waiting = True

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.waiting = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):  # what was not sent cannot be any more
                stream.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self.waiting = True
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
            answer: dict[str, Any] = json.loads(self._answers.readline(_LONGEST_LINE))
        except (OSError, ValueError):  # it is gone, before it was asked or before it answered
            raise self._broken() from None
        self.waiting, self._answered = False, True
        if "error" in answer:
            raise UndecodableError(
                f"takes more than {LIMITS.memory >> 20} MB of memory" if answer["error"] == "memory" else None
            )
        return answer

    def _broken(self) -> UndecodableError:
        """What has become of the process; it is ended if it has not ended of itself."""
        code = 0
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(1)
        self.stop()
        if code > 0 and not self._answered:
            raise AuscultError(f"The process that decodes sound does not start; can {sys.executable} import soundfile?")
        return UndecodableError("takes too long" if code in _LATE else "breaks the decoder")


@contextmanager
def borrow_decoder() -> Iterator[Decoder]:
    """Have a decoder to oneself; afterwards it is kept for the next one, unless it has ended or is amid an answer."""
    decoder = _take()
    try:
        yield decoder
    finally:
        if not decoder.waiting:
            decoder.close()
        if decoder.waiting or len(_idle) >= _MOST_IDLE:
            decoder.stop()
        else:
            _idle.append(decoder)


def start_ahead() -> None:
    """Start a child without waiting for it, so that it is ready when a file is to be read a moment later."""
    if not _idle:
        _idle.append(Decoder())


def _take() -> Decoder:
    with suppress(IndexError):  # there is none; not asked beforehand, as another thread might take the last
        while True:
            decoder = _idle.pop()
            if decoder.alive:
                return decoder
            decoder.stop()
    return Decoder()


def _stop_all() -> None:
    for decoder in list(_all):
        decoder.stop()


def _forget() -> None:
    """In a forked process: decoders answer the one that has started them."""
    _idle.clear()
    _all.clear()


atexit.register(_stop_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
