"""The program that decodes sound files: a process of its own, whose memory and time are limited, and which may break down.

`auscult.signal.decoder` starts it by its path, so that it imports soundfile and nothing of auscult. It reads requests from
standard input, one line of json each, and answers on standard output with one line of json, behind which samples follow as raw
float32, all channels of a frame side by side:

``{"do": "open", "path": "/a.wav"}`` → ``{"frames": 8000, "rate": 4000, "channels": 1}``

``{"do": "read", "first": 100, "frames": 50}`` → ``{"frames": 50}`` and 200 bytes; fewer where the file ends

``{"do": "close"}``, which is not answered

or ``{"error": …}``: ``refused`` where libsndfile cannot decode it, ``memory`` where it needs too much. It ends when standard
input does, so also when the process that started it is gone.
"""

import faulthandler
import json
import math
import os
import signal
import sys
from contextlib import suppress
from typing import IO, Any, NamedTuple

import soundfile

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_SKIPPED_FRAMES = 65_536


class Limits(NamedTuple):
    """Of what the process may use.

    Attributes
    ----------
    memory
        Bytes of its address space.
    seconds
        Of the processor, for a request.
    patience
        Seconds on the clock, for a request.
    """

    memory: int
    seconds: int
    patience: int


class _OpenFile:
    """The file at hand, if there is one."""

    def __init__(self) -> None:
        self.file: Any = None
        self.position = 0
        self.samples = bytearray()

    def open(self, path: str) -> dict[str, int]:
        self.close()
        name = path if sys.platform == "win32" else os.fsencode(path)  # as a string it would have to be valid UTF-8
        self.file, self.position = soundfile.SoundFile(name), 0
        return {"frames": self.file.frames, "rate": self.file.samplerate, "channels": self.file.channels}

    def read(self, first: int, frames: int) -> memoryview:
        while self.position < first and not self.file.seekable():  # as of G.721: what is before has to be decoded
            if not self._fill(min(_SKIPPED_FRAMES, first - self.position)):
                break
        if self.position != first:
            self.position = self.file.seek(first)
        return self._fill(frames)

    def _fill(self, frames: int) -> memoryview:
        frame_bytes = 4 * self.file.channels
        if len(self.samples) < frames * frame_bytes:
            self.samples = bytearray(frames * frame_bytes)
        samples = memoryview(self.samples)[: frames * frame_bytes]
        found = self.file.buffer_read_into(samples, "float32")
        self.position += found
        return samples[: found * frame_bytes]

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


def serve(requests: IO[bytes], answers: IO[bytes], limits: Limits | None = None) -> None:
    """Answer requests until there are no more; one that exceeds the limits of time ends the process."""
    at_hand = _OpenFile()
    for line in requests:
        request = json.loads(line)
        if limits is not None:
            _limit_request(limits)
        if request["do"] == "close":
            at_hand.close()
        else:
            head, samples = _answer(at_hand, request)
            answers.write(json.dumps(head).encode() + b"\n")
            answers.write(samples)
            answers.flush()
        if limits is not None:
            _stop_clock()


def _answer(at_hand: _OpenFile, request: dict[str, Any]) -> tuple[dict[str, Any], bytes | memoryview]:
    """Head of the answer, and samples."""
    try:
        if request["do"] == "open":
            return at_hand.open(request["path"]), b""
        samples = at_hand.read(request["first"], request["frames"])
        return {"frames": len(samples) // (4 * at_hand.file.channels)}, samples
    except MemoryError:
        return {"error": "memory"}, b""
    except Exception:  # whatever it is, the parent asked for samples of a file and there are none
        return {"error": "refused"}, b""


def _limit_process(memory: int) -> None:
    """So much memory, no files written, no core dumps; where the system has such limits."""
    if resource is None:
        return
    for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(limit, (most, most))


def _limit_request(limits: Limits) -> None:
    """Let this process be ended when it has used up the time for a request."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        until = math.ceil(used.ru_utime + used.ru_stime) + limits.seconds
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if hasattr(signal, "alarm"):
        signal.alarm(limits.patience)
    else:  # Windows
        faulthandler.dump_traceback_later(limits.patience, exit=True)


def _stop_clock() -> None:
    """While it waits for a request it may wait for ever."""
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    else:
        faulthandler.cancel_dump_traceback_later()


def main() -> None:
    """Serve standard input; the arguments are the limits."""
    limits = Limits(*(int(one) for one in sys.argv[1:]))
    _limit_process(limits.memory)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not answer
    with suppress(BrokenPipeError):  # the parent is gone
        serve(sys.stdin.buffer, answers, limits)


if __name__ == "__main__":
    main()
