"""Work in processes of their own, a few at a time; a Ctrl-C stops all of them."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from contextlib import closing
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TypeVar

from auscult.errors import AuscultError

Name = TypeVar("Name", bound=Hashable)
Work = tuple[Callable[..., None], tuple[object, ...]]
"""A function of a module, and its arguments; both must be picklable."""


def run_jobs(work: Mapping[Name, Work], *, at_a_time: int) -> Iterator[Name]:
    """Call functions in processes of their own; what goes wrong in one stops all of them.

    Parameters
    ----------
    work, at_a_time
        See `try_jobs`.

    Yields
    ------
    Name
        Of what is done, in the order in which it is.

    Raises
    ------
    AuscultError
        When one of them raises it, or ends otherwise than by returning. The others are ended then.
    """
    with closing(try_jobs(work, at_a_time=at_a_time)) as tried:
        for name, problem in tried:
            if problem is not None:
                raise AuscultError(problem)
            yield name


def try_jobs(work: Mapping[Name, Work], *, at_a_time: int) -> Generator[tuple[Name, str | None], None, None]:
    """Call functions in processes of their own; when something goes wrong in one, the others go on.

    Parameters
    ----------
    work
        What to do, by name.
    at_a_time
        How many processes there may be; they share the processors, each with its part of the threads.

    Yields
    ------
    Name, str or None
        Of each that has ended, in the order in which they do; with a sentence where it raised an `AuscultError` or ended
        otherwise than by returning. When the generator is closed, those that still run are ended.
    """
    context = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    threads = max(1, (os.cpu_count() or 1) // at_a_time)
    waiting = dict(work)
    running: dict[Connection, tuple[Name, SpawnProcess]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < at_a_time:
                name = next(iter(waiting))
                function, arguments = waiting.pop(name)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_run, args=(sender, threads, function, arguments), daemon=True)
                process.start()
                sender.close()  # so that the receiver notices when the process is gone
                running[receiver] = name, process
            ready = wait(list(running))
            for receiver in [one for one in running if one in ready]:
                name, process = running[receiver]
                problem = _problem(receiver, str(name))
                process.join()
                del running[receiver]
                yield name, problem
    finally:
        for _, process in running.values():
            process.terminate()


def _run(sender: Connection, threads: int, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    """In the new process: do the work and send None, or the sentence of what went wrong."""
    import torch

    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends the others
    torch.set_num_threads(threads)
    try:
        function(*arguments)
    except AuscultError as error:
        sender.send(str(error))
    else:
        sender.send(None)


def _problem(receiver: Connection, name: str) -> str | None:
    """What went wrong in a process that has ended or is about to."""
    try:
        problem: str | None = receiver.recv()
    except EOFError:
        return f"The process of {name} ended before its work was done; the same command goes on from there."
    return problem


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed; elsewhere an orphan finishes its work."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of sys/prctl.h
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
