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
from typing import Generic, NamedTuple, TypeVar

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
        When one of them raises an exception, or its process is ended. The others are ended then.
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
        Of each that has ended, in the order in which they do; with a sentence where it raised an exception (`find_problem`) or
        its process was ended. When the generator is closed, those that still run are ended.
    """
    threads = max(1, (os.cpu_count() or 1) // at_a_time)
    waiting, running = list(work), list[_Job[Name]]()
    try:
        while waiting or running:
            while waiting and len(running) < at_a_time:
                name = waiting.pop(0)
                running.append(_start(name, work[name], threads))
            wait([job.receiver for job in running])
            for job in [one for one in running if one.receiver.poll()]:
                running.remove(job)
                yield job.name, _result(job)
    finally:
        for job in running:
            job.process.terminate()
        for job in running:
            job.process.join()


def find_problem(function: Callable[..., None], *arguments: object) -> str | None:
    """Call a function; returns None, or where it raised an exception one sentence on it.

    That of an `AuscultError` as it is; of any other, a mistake of ours or of the machine, with the name of its kind.
    """
    try:
        function(*arguments)
    except AuscultError as error:
        return str(error)
    except Exception as error:
        kind, text = type(error).__name__, " ".join(str(error).split()).rstrip(".")
        return f"Ended with {kind}: {text}." if text else f"Ended with {kind}."
    return None


class _Job(NamedTuple, Generic[Name]):
    """Work in its process, and where its result arrives."""

    name: Name
    process: SpawnProcess
    receiver: Connection


def _start(name: Name, work: Work, threads: int) -> _Job[Name]:
    context = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sender, threads, *work), daemon=True)
    process.start()
    sender.close()  # so that the receiver notices when the process is gone
    return _Job(name, process, receiver)


def _result(job: _Job[Name]) -> str | None:
    """What went wrong in a process that has ended or is about to."""
    try:
        problem: str | None = job.receiver.recv()
    except EOFError:
        problem = f"The process of {job.name} ended before its work was done; the same command goes on from there."
    job.process.join()
    return problem


def _run(sender: Connection, threads: int, function: Callable[..., None], arguments: tuple[object, ...]) -> None:
    """In the new process: do the work and send what went wrong."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends the others
    import torch

    torch.set_num_threads(threads)
    sender.send(find_problem(function, *arguments))


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed, or end it if that has happened; elsewhere an orphan goes on."""
    parent = multiprocessing.parent_process()
    if sys.platform == "linux" and parent is not None:
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of sys/prctl.h
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
        if os.getppid() != parent.pid:  # killed while this process started, which takes seconds
            sys.exit(1)
