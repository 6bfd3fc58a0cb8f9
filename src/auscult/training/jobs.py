"""Work in processes of their own, a few at a time; what goes wrong in one, or a Ctrl-C, stops all of them."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TypeVar

from auscult.errors import AuscultError

Name = TypeVar("Name", bound=Hashable)
Work = tuple[Callable[..., None], tuple[object, ...]]
"""A function of a module, and its arguments; both must be picklable."""


def run_jobs(work: Mapping[Name, Work], *, at_a_time: int) -> Iterator[Name]:
    """Call functions in processes of their own.

    Parameters
    ----------
    work
        What to do, by name.
    at_a_time
        How many processes there may be; they share the processors, each with its part of the threads.

    Yields
    ------
    Name
        Of what is done, in the order in which it is.

    Raises
    ------
    AuscultError
        When one of them raises it, or ends otherwise than by returning. The others are ended then.
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
                _raise_problem(receiver, str(name))
                process.join()
                del running[receiver]
                yield name
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


def _raise_problem(receiver: Connection, name: str) -> None:
    try:
        problem = receiver.recv()
    except EOFError:
        problem = f"The process of {name} ended before its work was done; the same command goes on from there."
    if problem is not None:
        raise AuscultError(problem)


def _end_with_parent() -> None:
    """Ask Linux to end this process when its parent is killed; elsewhere an orphan finishes its work."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of sys/prctl.h
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
