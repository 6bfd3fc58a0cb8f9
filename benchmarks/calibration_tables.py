"""Write benchmarks/results/calibration.csv: ECE and Brier score of every run before and after its temperature.

    python benchmarks/calibration_tables.py --runs runs runs/heart --root data/physionet2016

Nothing is trained: each row is computed from a run's predictions.csv and the temperature in its model.json. Where answers are
means over pieces of a recording, the run of the data set at ``--root`` answers once more at temperature 1. Only runs that stand
in a csv of `_sources.py` are in it: others were for choosing, and their test side is not looked at.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _run_folders import finished_runs, folders_parser
from _runs import write
from _sources import heart_rows, lung_rows


def calibration_rows(folders: Sequence[Path], root: Path | None) -> Iterator[dict[str, Any]]:
    """A line for each run and side."""
    from auscult.evaluation.predictions import Predictions
    from auscult.evaluation.run_calibration import UNTEMPERED, calibrations, read_tempered
    from auscult.recordings.core import load_dataset
    from auscult.training.untempered import write_untempered

    wanted = {row["model"] for row in lung_rows()} | {f"{row['recipe']}-by-{row['by']}" for row in heart_rows()}
    for run in finished_runs(folders):
        if run.label not in wanted:
            continue
        answers = Predictions.load(run.path / "predictions.csv")
        if root is not None and (answers.ids == answers.recordings).all() and not (run.path / UNTEMPERED).is_file():
            write_untempered(run.path, load_dataset(run.identity["data"], root))
        for side in calibrations(read_tempered(run.path, answers)):
            low, mean, high = (round(temperature, 3) for temperature in side.temperatures)
            row = asdict(side) | {"temperature": mean, "temperature_low": low, "temperature_high": high}
            figures = {name: round(row[name], 4) for name in row if name.startswith(("ece", "brier"))}
            kept = {name: row[name] for name in ("segments", "temperature", "temperature_low", "temperature_high")}
            told = {name: "" if math.isnan(figure) else figure for name, figure in figures.items()}
            yield run.known | {"task": answers.task, "side": side.split} | kept | told


def main() -> None:
    parser = folders_parser(__doc__)
    parser.add_argument("--root", type=Path, help="the data set of the runs that answer whole recordings")
    given = parser.parse_args()
    write("calibration", calibration_rows(given.runs, given.root))


if __name__ == "__main__":
    main()
