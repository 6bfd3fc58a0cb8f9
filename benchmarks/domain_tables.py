"""Train what is missing and write the tables of S0 and its relatives: benchmarks/results/domain_*.csv.

    python benchmarks/domain_tables.py choose --root data/icbhi --runs runs   # N of both methods, on validation patients alone
    python benchmarks/domain_tables.py runs --root data/icbhi --runs runs     # every recipe, three seeds, with the N chosen
    python benchmarks/domain_tables.py compare --runs runs                    # no training: what the differences are worth

All trainings have about as many optimiser steps as 12 epochs of cross-entropy. Runs are resumable and skipped when finished;
each row is computed from the predictions.csv of a run.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from _runs import RESULTS, Job, answers, difference_row, figures, rows, run_jobs, table_parser, write

SEEDS = 3
WIDTH = 16
"""Channels after the first block: a quarter of CNN6's (why: docs/recipes/cnn6.md)."""
EPOCHS = 12
FILES = ("cnn6-file-contrast", "cnn6-file-adversarial")
OTHERS = ("cnn6-ce", "cnn6-dat-device", "cnn6-pafa", "cnn6-sg-scl")
STEPS = (1, 3, 5, 7, 9)
"""N, as S0 searched it."""


def job(recipe: str, seed: int, steps: int | None = None) -> Job:
    """``steps``: N, of which the number of epochs depends, since each epoch has one step in N more."""
    changes: dict[str, Any] = {"training.protocol": "both", "model.options.width": WIDTH, "training.epochs": EPOCHS}
    label = f"{recipe}-width-{WIDTH}"
    if steps is not None:
        changes |= {"objective.options.classify_steps": steps, "training.epochs": round(EPOCHS * steps / (steps + 1))}
        label += f"-n{steps}"
    return Job(label, recipe, "icbhi-pictures", seed, changes)


def choosing_jobs() -> list[Job]:
    return [job(recipe, 0, steps) for steps in STEPS for recipe in FILES]


def choice_rows(runs: Path) -> Iterator[dict[str, Any]]:
    """Scores on the validation patients."""
    from auscult.evaluation.summary import summarize

    for recipe in FILES:
        for steps in STEPS:
            found = answers(job(recipe, 0, steps), runs, "validation")
            if found is not None:
                yield {"model": recipe, "steps": steps, "seed": 0, **figures(summarize(found))}


def chosen_steps(recipe: str) -> int | None:
    """N with the highest validation Score; None for recipes that have none."""
    if recipe not in FILES:
        return None
    with open(RESULTS / "domain_choice.csv", encoding="utf-8") as file:
        mine = [row for row in csv.DictReader(file) if row["model"] == recipe]
    return int(max(mine, key=lambda row: float(row["score"]))["steps"])


def measured_jobs() -> list[Job]:
    return [job(recipe, seed, chosen_steps(recipe)) for seed in range(SEEDS) for recipe in (*OTHERS, *FILES)]


def claim_rows(runs: Path) -> Iterator[dict[str, Any]]:
    """Honest differences to cross-entropy."""
    plain = [answers(job("cnn6-ce", seed), runs, "official") for seed in range(SEEDS)]
    for recipe in (*OTHERS[1:], *FILES):
        other = [answers(job(recipe, seed, chosen_steps(recipe)), runs, "official") for seed in range(SEEDS)]
        row = difference_row(other, plain)
        if row is not None:
            yield {"model": recipe, "beside": "cnn6-ce", **row}


def main() -> None:
    parser = table_parser(__doc__, ["choose", "runs", "compare"])
    given = parser.parse_args()
    if given.table == "compare":
        write("domain_claims", claim_rows(given.runs))
        return
    if given.table == "runs" and not (RESULTS / "domain_choice.csv").is_file():
        parser.error("benchmarks/results/domain_choice.csv is missing: first run the table choose")
    jobs = choosing_jobs() if given.table == "choose" else measured_jobs()
    if not given.collect:
        if given.root is None:
            parser.error("--root is missing: name the folder of the data set")
        run_jobs(jobs, given.root, given.runs, given.parallel)
    if given.table == "choose":
        write("domain_choice", choice_rows(given.runs))
        return
    write("domain_runs", (row for each in jobs if each.finished(given.runs) for row in rows(each, given.runs, "official")))


if __name__ == "__main__":
    main()
