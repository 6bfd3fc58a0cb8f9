"""How the program that decodes is started, and with which limits."""

import os
import subprocess
import sys
from contextlib import suppress
from io import BufferedReader, BufferedWriter
from threading import Thread

from auscult.errors import AuscultError
from auscult.signal import decoder_process
from auscult.signal.decoder_process import Limits

if sys.platform == "linux":
    import fcntl

LIMITS = Limits(memory=1 << 30, seconds=20, patience=90)
"""Of a child: patience is longer, as a disk or network may be slow and the processor busy."""
_PIPE_BYTES = 1 << 19  # two blocks: the child need not wait while one is taken out


def is_frozen() -> bool:
    """Whether this program is no Python that could be started once more."""
    return bool(getattr(sys, "frozen", False)) or not sys.executable


def start_process() -> "subprocess.Popen[bytes]":
    """Start a child that has pipes to its standard input and output.

    Raises
    ------
    AuscultError
        When the system refuses.
    """
    search = os.pathsep.join(os.path.abspath(place) for place in sys.path if place)  # what this process can import, it can
    environment = os.environ | {"PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1"}  # its threads take time and memory
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-S", decoder_process.__file__, *map(str, LIMITS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries complain there about broken files
            cwd=os.path.dirname(decoder_process.__file__),
            env=environment,
            process_group=None if sys.platform == "win32" else 0,  # a Ctrl-C is for the parent
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # on Windows likewise
        )
    except OSError as error:
        raise AuscultError(
            f"The process that decodes sound cannot be started with {sys.executable}: {error.strerror}."
        ) from error
    if process.stdout is not None and sys.platform == "linux":
        with suppress(OSError):  # the user has too many large pipes
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return process


def start_thread() -> tuple[BufferedWriter, BufferedReader]:
    """Decode in a thread; gives where requests are written, and where answers are read."""
    (request_end, requests), (answers, answer_end) = os.pipe(), os.pipe()
    streams = os.fdopen(request_end, "rb"), os.fdopen(answer_end, "wb")
    Thread(target=decoder_process.serve, args=streams, daemon=True).start()
    return os.fdopen(requests, "wb"), os.fdopen(answers, "rb")
