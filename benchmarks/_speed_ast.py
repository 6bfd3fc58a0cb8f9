"""Time and memory of a training step of AST, with cross-entropy and with Patch-Mix contrast side by side."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import torch

from _timing import row, seconds
from auscult.models.registry import create_model
from auscult.objectives.batch import Batch
from auscult.objectives.registry import create_objective
from auscult.training.fit import precision_here
from auscult.training.memory import keep_freed_memory
from auscult.training.recipe import TrainingPart

CLASSES = ("normal", "crackle", "wheeze", "both")
BATCH = 8
ON_GPU = torch.cuda.is_available()
DEVICE = "cuda" if ON_GPU else "cpu"
HALF = precision_here(TrainingPart(precision="auto")) == "bf16-mixed"


class Size(NamedTuple):
    """A model, pictures of which size it is shown, and how many steps are timed after the first."""

    name: str
    model: str
    bands: int
    frames: int
    steps: int


SMALL = Size("ast-small", "ast-small", bands=64, frames=96, steps=9)
BASE = Size("ast-base", "ast", bands=128, frames=798, steps=1)


def ast_rows(*, base: bool) -> list[dict[str, Any]]:
    """Rows of `SMALL`, and of `BASE` where wanted. Memory is what the steps need beyond the model at rest."""
    rows = []
    for size in (SMALL, BASE) if base else (SMALL,):
        plain, plain_peak = measure_apart(size, "cross-entropy")
        mixed, mixed_peak = measure_apart(size, "patch-mix-contrast")
        precision = ("bf16" if HALF else "fp32") + (", GPU" if ON_GPU else "")
        shape = f"{precision}, {BATCH} × {size.bands} bands × {size.frames} frames"
        rows += [
            row(f"{size.name} step, cross-entropy, {shape}", plain, BATCH / plain, "samples/s", plain_peak),
            row(f"{size.name} step, Patch-Mix contrast, {shape}", mixed, mixed / plain, "× cross-entropy", mixed_peak),
        ]
    return rows


def measure_apart(size: Size, objective: str) -> tuple[float, float]:
    """In a process of its own, so that no memory is there from before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, size, objective).result()


def measure(size: Size, objective: str) -> tuple[float, float]:
    """Median seconds of a step on one thread, and the MB that it needs at its peak beyond the model at rest."""
    torch.set_num_threads(1)
    keep_freed_memory()
    step = training_step(size, objective)
    at_rest = forget_peak()
    step()
    return seconds(step, repeat=size.steps), peak() - at_rest


def training_step(size: Size, name: str) -> Callable[[], None]:
    """Forward, backward and Adam, as `auscult train` has them, in the precision of this machine."""
    torch.manual_seed(0)
    model = create_model(size.model, classes=CLASSES, channels=1, bands=size.bands, frames=size.frames).to(DEVICE)
    counts, width = torch.ones(len(CLASSES)), model.encoder.embedding_size
    objective = create_objective(name, class_counts=counts, embedding_size=width).to(DEVICE)
    optimizer = torch.optim.Adam([*model.parameters(), *objective.parameters()], 5e-5)
    pictures, truth = torch.randn(BATCH, 1, size.bands, size.frames), torch.arange(BATCH) % len(CLASSES)
    batch = Batch(pictures.to(DEVICE), torch.full((BATCH,), size.frames).to(DEVICE), truth.to(DEVICE))

    def step() -> None:
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            loss = objective(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if ON_GPU:
            torch.cuda.synchronize()

    return step


def forget_peak() -> float:
    """MB in use now; the peak is counted from here on."""
    if ON_GPU:
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated() / 2**20
    Path("/proc/self/clear_refs").write_text("5")
    return of_process("VmRSS")


def peak() -> float:
    return torch.cuda.max_memory_allocated() / 2**20 if ON_GPU else of_process("VmHWM")


def of_process(figure: str) -> float:
    """MB, by the name of a line in /proc; `getrusage` would also count the process that started this one."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(figure)) / 1024
