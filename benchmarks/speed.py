"""Measure how fast auscult is and write benchmarks/results/speed.csv.

    python benchmarks/speed.py --sprsound data/sprsound

Every row is a time and a ratio to something measured in the same run, since machines differ. Run it on an idle machine.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "speed.csv"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def seconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    """The median of some runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def command(*words: str) -> tuple[float, float]:
    """Whole-process seconds and peak memory in MB of an auscult command, on one thread."""
    before = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "auscult.cli.main", *words], env=os.environ | ONE_THREAD, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"auscult {' '.join(words)} failed")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def analysis_rows(folder: Path) -> list[dict[str, Any]]:
    from auscult.recordings.synthesis import synthesize_heart, synthesize_lung, write_recording

    start_up = sorted(command("--version")[0] for _ in range(3))[1]
    rows = [{"what": "auscult --version (start-up)", "seconds": start_up, "ratio": "", "of": "", "peak_mb": ""}]
    for length in (20, 600):
        write_recording(folder / f"{length}.wav", synthesize_lung(seconds=length, wheezes=4, coarse_crackles=12, seed=0))
        rows += one_analysis(folder / f"{length}.wav", length)
    for length in (20, 120):
        write_recording(folder / f"heart-{length}.wav", synthesize_heart(seconds=length, murmur="systolic", seed=0))
        rows += one_analysis(folder / f"heart-{length}.wav", length, "--organ", "heart")
    return rows


def one_analysis(wav: Path, length: float, *options: str) -> list[dict[str, Any]]:
    """The command from start to end, and what is left of it past start-up."""
    from auscult.analysis.analyze import analyze
    from auscult.analysis.model import load_model

    whole, peak = sorted(command("analyze", str(wav), "--json", str(wav.with_suffix(".json")), *options) for _ in range(3))[1]
    model = load_model(options[-1] if options else "lung")
    analyze(wav, model)
    inside = seconds(lambda: analyze(wav, model))
    name = " ".join(("analyze", *options))
    return [
        row(f"auscult {name}, {length} s, whole process", whole, length / whole, "× real time", peak),
        row(f"{name}, {length} s, past start-up", inside, length / inside, "× real time"),
    ]


def stage_rows(folder: Path) -> list[dict[str, Any]]:
    """Where the time of a 10 min analysis goes."""
    import numpy as np

    from auscult.analysis.model import load_model
    from auscult.analysis.windows import run_windows
    from auscult.signal.level import normalize_level
    from auscult.signal.read import read_audio

    model, wav = load_model("lung"), folder / "600.wav"
    samples, rate = read_audio(wav, rate=model.card.rate)
    level = normalize_level(samples, rate)
    stages: dict[str, Callable[[], object]] = {
        "read and resample": lambda: read_audio(wav, rate=model.card.rate),
        "level": lambda: normalize_level(samples, rate),
        "model, frames shared by windows": lambda: run_windows(model, level),
    }
    times = {name: seconds(work) for name, work in stages.items()}
    window, step = model.card.samples(model.card.window_seconds), model.card.samples(model.card.step_seconds)
    some = [level[start : start + window] for start in range(0, 60 * rate, step)]
    apart = 10 * seconds(lambda: [model(np.ascontiguousarray(one)) for one in some], repeat=1)
    total = sum(times.values())
    rows = [row(f"stage of 600 s: {name}", value, value / total, "of the stages") for name, value in times.items()]
    shared = times["model, frames shared by windows"]
    return [*rows, row("the same model, each window by itself (from 60 s)", apart, apart / shared, "× the shared frames")]


def training_rows(root: Path) -> list[dict[str, Any]]:
    import torch

    from auscult.features.pictures import prepare_pictures
    from auscult.models.registry import create_model
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task
    from auscult.training.memory import keep_freed_memory
    from auscult.training.recipe import load_recipe

    recipe = load_recipe("han")
    with tempfile.TemporaryDirectory() as cache:

        def start() -> object:
            dataset = load_dataset("sprsound", root)
            segments = dataset.segments_of(dataset.get_split().train, get_task("sprsound-1-1"))
            return prepare_pictures(dataset, segments, recipe.features, cache=Path(cache))

        first, second = seconds(start, repeat=1), seconds(start)
    rows = [
        row("prepare SPRSound for han, first start", first, first / second, "× the second start"),
        row("prepare SPRSound for han, second start", second, second / first, "of the first start"),
    ]
    model = create_model("han", classes=("a", "b", "c", "d"))
    pictures, lengths = torch.randn(16, 3, 64, 30), torch.full((16,), 30)

    def step(dtype: torch.dtype | None = None) -> None:
        model.zero_grad()
        with torch.autocast("cpu", dtype or torch.bfloat16, enabled=dtype is not None):
            loss = model(pictures, lengths).logits.float().square().mean()
        loss.backward()

    step()
    plain = seconds(step, repeat=9)
    bf16 = seconds(lambda: step(torch.bfloat16))
    keep_freed_memory()
    step()
    kept = seconds(step, repeat=9)
    epoch = kept * 6656 / 16
    return [
        *rows,
        row("training step of han, batch 16 of 30 frames", plain, 1.0, "itself"),
        row("the same in bf16", bf16, bf16 / plain, "× fp32"),
        row("the same, freed memory kept", kept, plain / kept, "times as fast"),
        row("an epoch of SPRSound (6656 events) at that pace", epoch, epoch / kept, "steps"),
    ]


def row(what: str, value: float, ratio: float, of: str, peak: float | str = "") -> dict[str, Any]:
    shown = peak if isinstance(peak, str) else round(peak)
    return {"what": what, "seconds": round(value, 4), "ratio": float(f"{ratio:.3g}"), "of": of, "peak_mb": shown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprsound", type=Path, help="root of SPRSound; without it only the analysis is measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [*analysis_rows(Path(folder)), *stage_rows(Path(folder))]
    if given.sprsound is not None:
        rows += training_rows(given.sprsound)
    RESULTS.parent.mkdir(exist_ok=True)
    with open(RESULTS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for line in rows:
        print(f"{line['seconds']:>10} s  {line['ratio']!s:>8} {line['of']:<24} {line['what']} {line['peak_mb']}")


if __name__ == "__main__":
    main()
