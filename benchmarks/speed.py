"""Measure how fast auscult is and write benchmarks/results/speed.csv.

    python benchmarks/speed.py --sprsound data/sprsound
    python benchmarks/speed.py --only analysis  # the rows of analyses alone; the others stay
    python benchmarks/speed.py --sprsound data/sprsound --only cnn6  # CNN6's rows alone
    python benchmarks/speed.py --only ast --base  # AST's rows alone, with the size that is published
    python benchmarks/speed.py --only kaldi  # the rows of AST's filter bank alone
    python benchmarks/speed.py --only domains --icbhi data/icbhi  # S0's methods beside cross-entropy: domain_cost.csv instead

Every row is a time and a ratio to something measured in the same run, since machines differ. Run it on an idle machine.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from _runs import write
from _timing import row, seconds

RESULTS = Path(__file__).parent / "results" / "speed.csv"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


# Prints its own peak at the end: what `wait4` reports also counts what the process that starts it holds.
MAIN = """
import atexit, sys
from auscult.cli.main import main
atexit.register(lambda: print([line for line in open("/proc/self/status") if "VmHWM" in line][0], file=sys.stderr))
main()
"""


def command(*words: str) -> tuple[float, float]:
    """Whole-process seconds and peak memory in MB of an auscult command, on one thread."""
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words], env=os.environ | ONE_THREAD, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"auscult {' '.join(words)} failed: {done.stderr}")
    return time.perf_counter() - before, int(done.stderr.split("VmHWM:")[1].split()[0]) / 1024


def analysis_rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return [*command_rows(Path(folder)), *stage_rows(Path(folder))]


def command_rows(folder: Path) -> list[dict[str, Any]]:
    """Whole commands, and what of them is not starting up; leaves the recordings in the folder."""
    from auscult.recordings.synthesis import synthesize_heart, synthesize_lung, write_recording

    start_up = sorted(command("--version")[0] for _ in range(3))[1]
    rows = [{"what": "auscult --version (start-up)", "seconds": start_up, "ratio": "", "of": "", "peak_mb": ""}]
    cases: dict[Path, tuple[float, list[str]]] = {}  # recording → its seconds, options
    for length in (20, 600):
        cases[folder / f"{length}.wav"] = length, []
        write_recording(folder / f"{length}.wav", synthesize_lung(seconds=length, wheezes=4, coarse_crackles=12, seed=0))
    for length in (20, 120):
        cases[folder / f"heart-{length}.wav"] = length, ["--organ", "heart"]
        write_recording(folder / f"heart-{length}.wav", synthesize_heart(seconds=length, murmur="systolic", seed=0))
    for wav, (length, options) in cases.items():
        (whole, peak), inside, name = whole_command(wav, options), past_start_up(wav, options), " ".join(("analyze", *options))
        rows.append(row(f"auscult {name}, {length} s, whole process", whole, length / whole, "× real time", peak))
        rows.append(row(f"{name}, {length} s, past start-up", inside, length / inside, "× real time"))
    return rows


def whole_command(wav: Path, options: list[str]) -> tuple[float, float]:
    """Median seconds and peak memory of the command from start to end."""
    return sorted(command("analyze", str(wav), "--json", str(wav.with_suffix(".json")), *options) for _ in range(3))[1]


def past_start_up(wav: Path, options: list[str]) -> float:
    """Seconds of an analysis with a model that is loaded."""
    from auscult.analysis.analyze import analyze
    from auscult.analysis.model import load_model

    model = load_model(options[-1] if options else "lung")
    analyze(wav, model)
    return seconds(lambda: analyze(wav, model))


def stage_rows(folder: Path) -> list[dict[str, Any]]:
    """Where the time of a 10 min analysis goes: what it does block by block, each by itself."""
    import numpy as np

    from auscult.analysis.breathing import BreathingMeter
    from auscult.analysis.model import load_model
    from auscult.analysis.windows import run_windows
    from auscult.signal.level import normalize_level
    from auscult.signal.quality.meter import QualityMeter
    from auscult.signal.read import audio_blocks

    model, wav = load_model("lung"), folder / "600.wav"
    rate, organ = model.card.rate, model.card.organ
    blocks = list(audio_blocks(wav, rate=rate))
    level = normalize_level(np.concatenate(blocks), rate)
    model_stage = "model, frames shared by windows"

    def measured(meter: QualityMeter | BreathingMeter) -> object:
        for block in blocks:
            meter.feed(block)
        return meter.result()

    stages: dict[str, Callable[[], object]] = {
        "decode in a limited process and resample": lambda: list(audio_blocks(wav, rate=rate)),
        "measure the quality": lambda: measured(QualityMeter(rate, organ)),
        "measure the breathing": lambda: measured(BreathingMeter(rate)),
        model_stage: lambda: run_windows(model, level),
    }
    times = {name: seconds(work) for name, work in stages.items()}
    window, step = model.card.samples(model.card.window_seconds), model.card.samples(model.card.step_seconds)
    some = [level[start : start + window] for start in range(0, 60 * rate, step)]
    apart = 10 * seconds(lambda: [model(np.ascontiguousarray(one)) for one in some], repeat=1)
    total = sum(times.values())
    rows = [row(f"stage of 600 s: {name}", value, value / total, "of the stages") for name, value in times.items()]
    return [
        *rows,
        row(
            "stage of 600 s: the same model, each window by itself (from 60 s)",
            apart,
            apart / times[model_stage],
            "× the shared frames",
        ),
    ]


def training_rows(root: Path) -> list[dict[str, Any]]:
    import torch

    from auscult.features.pictures import prepare_pictures
    from auscult.models.registry import create_model
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task
    from auscult.training.memory import keep_freed_memory
    from auscult.training.recipe_file import load_recipe

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


def cnn6_rows(root: Path) -> list[dict[str, Any]]:
    """In a process of its own, where nothing is kept or set by the measurements before."""
    from _speed_cnn6 import cnn6_rows as measure

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, root).result()


def ast_rows(*, base: bool) -> list[dict[str, Any]]:
    from _speed_ast import ast_rows as measure

    return measure(base=base)


def kaldi_rows() -> list[dict[str, Any]]:
    from _speed_kaldi import kaldi_rows as measure

    return measure()


def domain_rows(root: Path) -> Iterator[dict[str, Any]]:
    from _speed_domains import domain_rows as measure

    return measure(root)


def with_rows_of_others(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what speed.csv holds already, in place of its rows that begin with the same words."""
    if not RESULTS.is_file():
        return measured
    words = {line["what"].split()[0] for line in measured}
    with open(RESULTS, newline="", encoding="utf-8") as file:
        known = list(csv.DictReader(file))
    place = next((number for number, line in enumerate(known) if line["what"].split()[0] in words), len(known))
    before, behind = (
        [line for line in part if line["what"].split()[0] not in words] for part in (known[:place], known[place:])
    )
    return [*before, *measured, *behind]


def all_rows(sprsound: Path | None, *, base: bool) -> list[dict[str, Any]]:
    rows = [*analysis_rows(), *ast_rows(base=base), *kaldi_rows()]
    return rows if sprsound is None else [*rows, *training_rows(sprsound), *cnn6_rows(sprsound)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprsound", type=Path, help="root of SPRSound; without it what needs recordings is left out")
    parser.add_argument("--icbhi", type=Path, help="folder with ICBHI's pictures, for --only domains")
    parser.add_argument(
        "--only", choices=["analysis", "cnn6", "ast", "kaldi", "domains"], help="measure this alone and keep the other rows"
    )
    parser.add_argument("--base", action="store_true", help="AST in the size that is published, too; minutes for a step")
    given = parser.parse_args()
    if given.only == "cnn6" and given.sprsound is None:
        parser.error("--only cnn6 needs --sprsound")
    if given.only == "domains":
        if given.icbhi is None:
            parser.error("--only domains needs --icbhi")
        write("domain_cost", domain_rows(given.icbhi))
        return
    if given.only == "analysis":
        rows = with_rows_of_others(analysis_rows())
    elif given.only == "cnn6":
        rows = with_rows_of_others(cnn6_rows(given.sprsound))
    elif given.only == "ast":
        rows = with_rows_of_others(ast_rows(base=given.base))
    elif given.only == "kaldi":
        rows = with_rows_of_others(kaldi_rows())
    else:
        rows = all_rows(given.sprsound, base=given.base)
    RESULTS.parent.mkdir(exist_ok=True)
    with open(RESULTS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for line in rows:
        print(f"{line['seconds']:>10} s  {line['ratio']!s:>8} {line['of']:<24} {line['what']} {line['peak_mb']}")


if __name__ == "__main__":
    main()
