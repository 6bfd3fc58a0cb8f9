"""Score breathing cycles found without annotation; writes benchmarks/results/cycle_scores.csv and cycle_control.csv.

    python benchmarks/cycle_tables.py --sprsound data/sprsound --icbhi data/icbhi

Nothing is chosen here: the filter and its constants are of training patients (breath_filter.py). Floors listen to
nothing: equal cycles of the mean length on the training side, and equal cycles of each recording's own annotated rate,
both at a random phase. The control asks whether the seams of joined pictures help: seams of the same kind are laid into
the middle of the cycles, too.
"""

import argparse
import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from _cycle_data import SECONDS_A_FRAME, Annotated, of_icbhi_audio, of_icbhi_pictures, of_sprsound, seam_in_the_middle
from auscult.analysis.breathing import find_breathing, rate_of, search
from auscult.evaluation.cycles import (
    CYCLE_NAMES,
    FoundCycles,
    annotated_rate,
    cycle_bootstrap,
    equal_cycles,
    rate_is_right,
    score_cycles,
)
from auscult.signal.breath.rules import breath_rules

RESULTS = Path(__file__).parent / "results"
_PHASES = 10
_DIGITS = 3


def find(one: Annotated) -> FoundCycles:
    """What is found, however little speaks for it: every recording is scored."""
    chains, _ = search(one.decibels, SECONDS_A_FRAME, breath_rules())
    if not chains:
        return FoundCycles(one.recording.patient, one.chains, [], None)
    times = [(np.array(chain) + 0.5) * SECONDS_A_FRAME for chain in chains]
    return FoundCycles(one.recording.patient, one.chains, np.concatenate(times).tolist(), rate_of(times))


def floors(data: Sequence[Annotated], mean_length: float) -> dict[str, list[FoundCycles]]:
    """Answers that need no sound, each recording at ten random phases."""
    generator = np.random.default_rng(0)
    found: dict[str, list[FoundCycles]] = {"equal cycles of mean length": [], "true rate, random phase": []}
    for one in data:
        for name, length in zip(found, (mean_length, 60 / annotated_rate(one.chains)), strict=True):
            for phase in generator.uniform(size=_PHASES):
                found[name].append(
                    FoundCycles(one.recording.patient, one.chains, equal_cycles(one.chains, length, phase), 60 / length)
                )
    return found


def mean_length(data: Iterable[Annotated]) -> float:
    return float(np.mean([later - earlier for one in data for chain in one.chains for earlier, later in pairwise(chain)]))


def rows_of(name: str, data: Sequence[Annotated], mean: float) -> list[dict[str, Any]]:
    """One row for the method, one for each floor."""
    method = [find(one) for one in track(data, name)]
    rows = []
    for model, found in {"auscult": method, **floors(data, mean)}.items():
        scores, intervals = score_cycles(found), cycle_bootstrap(found)
        row: dict[str, Any] = {"data": name, "model": model, "recordings": len(data)}
        row |= {
            "patients": len({one.recording.patient for one in data}),
            "boundaries": sum(len(c) for o in data for c in o.chains),
        }
        for score in CYCLE_NAMES:
            low, high = intervals[score]
            row |= {score: scores[score], f"{score}_low": low, f"{score}_high": high}
        rows.append(row)
    return rows


def confidence_rows(name: str, data: Sequence[Annotated]) -> list[dict[str, Any]]:
    """How often the rate is right (within 2 a minute or a tenth), by confidence."""
    told = [(find_breathing(one.decibels, SECONDS_A_FRAME), one) for one in data]
    edges = [0.0, breath_rules().confidence.least, breath_rules().confidence.told, 0.7, 0.85, 1.001]
    rows = []
    for low, high in pairwise(edges):
        some = [(answer, one) for answer, one in told if low <= answer.confidence < high]
        right = [rate_is_right(answer.rate, one.chains) for answer, one in some]
        mean = np.mean([answer.confidence for answer, _ in some]) if some else np.nan
        share = 100 * np.mean(right) if some else np.nan
        rows.append(
            {"data": name, "from": low, "to": min(high, 1.0), "recordings": len(some), "confidence": mean, "right": share}
        )
    return rows


def control_rows(data: Sequence[Annotated]) -> list[dict[str, Any]]:
    """Boundaries with the seams as they are, and with others of the same kind in the middle of the cycles."""
    rows = []
    for name, seams in (("seams where cycles meet", False), ("and seams in the middle of cycles", True)):
        changed = [replace(one, decibels=seam_in_the_middle(one)) if seams else one for one in data]
        found = [one for one in map(find, changed) if max(map(len, one.chains)) >= 3]  # of fewer middles there is no rate
        middles = [replace(one, chains=middle_chains(one.chains)) for one in found]
        scores = score_cycles(found)
        rows.append(
            {"seams": name}
            | {f"{score}_boundaries": scores[score] for score in ("f1_0.25", "f1_0.5", "median_error_s")}
            | {f"{score}_middles": value for score, value in score_cycles(middles).items() if score in ("f1_0.25", "f1_0.5")}
        )
    return rows


def middle_chains(chains: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[(earlier + later) / 2 for earlier, later in pairwise(chain)] for chain in chains]


def write(name: str, rows: Sequence[dict[str, Any]]) -> None:
    rounded = [{key: round(cell, _DIGITS) if isinstance(cell, float) else cell for key, cell in row.items()} for row in rows]
    with open(RESULTS / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rounded[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rounded)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprsound", type=Path, required=True)
    parser.add_argument("--icbhi", type=Path, required=True)
    given = parser.parse_args()
    children = {side: list(of_sprsound(given.sprsound, side)) for side in ("train", "intra")}
    pictures = {side: list(of_icbhi_pictures(given.icbhi, side)) for side in ("train", "test")}
    of_children, of_adults = mean_length(children["train"]), mean_length(pictures["train"])
    audio = list(of_icbhi_audio(given.icbhi))
    at_hand = {one.recording.id for one in audio}
    same = [one for one in of_icbhi_pictures(given.icbhi, "all") if one.recording.id in at_hand]
    sides = {
        "SPRSound train": (children["train"], of_children),
        "SPRSound intra": (children["intra"], of_children),
        "ICBHI pictures train": (pictures["train"], of_adults),
        "ICBHI pictures test": (pictures["test"], of_adults),
        "ICBHI audio at hand": (audio, of_adults),
        "ICBHI pictures of the same": (same, of_adults),
    }
    write("cycle_scores", [row for name, side in sides.items() for row in rows_of(name, *side)])
    write("cycle_confidence", [row for name, (side, _) in sides.items() for row in confidence_rows(name, side)])
    write("cycle_control", control_rows(pictures["train"]))


if __name__ == "__main__":
    main()
