"""The table of a sweep: a row a combination of settings, with its scores over the seeds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auscult.evaluation.bootstrap import Interval
from auscult.evaluation.metrics import SCORE_NAMES, usable_score
from auscult.evaluation.over_seeds import mean_interval, spread_over_seeds
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.rows import write_rows
from auscult.evaluation.spread import Spread, spread_of
from auscult.evaluation.summary import Summary, summarize
from auscult.training.grid import value_text
from auscult.training.sweep_folder import Settings, SweepFolder

_SCORES = ("score", *(name for name in SCORE_NAMES if name != "score"))


@dataclass(frozen=True)
class Row:
    """One combination of settings.

    Attributes
    ----------
    settings
        By dotted name.
    done, failed
        How many of its runs are finished, and how many went wrong.
    scores
        By side (`SweepTable.sides`) the spread of every score over the finished runs.
    interval
        Of the test Score, where it is asked for: mean ends of the patient-bootstrap intervals.
    worth
        What rows are chosen by: mean over the finished runs of the validation Score, 0 for a run that calls nearly everything
        normal (`usable_score`); NaN where there is none.
    """

    settings: Settings
    done: int
    failed: int
    scores: Mapping[str, Mapping[str, Spread]]
    interval: Interval
    worth: float


@dataclass
class SweepTable:
    """What the runs of a sweep score, read off their predictions.

    Attributes
    ----------
    folder
        Of the sweep.
    settings, seeds
        All its combinations, and how many seeds each may have.
    task
        Name of the task.
    sides
        What is looked at, and what it is called in the predictions: ``validation`` and, where it is asked for, ``test``.
    same_patients
        Whether, seed by seed, all combinations have the same validation patients.
    failed
        What went wrong, by name of the run.
    """

    folder: SweepFolder
    settings: Sequence[Settings]
    seeds: int
    task: str
    sides: Mapping[str, str]
    same_patients: bool = True
    failed: dict[str, str] = field(default_factory=dict)
    _read: dict[Path, dict[str, Summary]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """Dotted names of the settings that differ."""
        return list(self.settings[0])

    def rows(self) -> list[Row]:
        """One a combination, in the order in which they were first asked for."""
        return [self._row(settings) for settings in self.settings]

    def save(self) -> None:
        """Write ``sweep.csv``, whole; scores × 100, nothing where there is no number."""
        scores = [f"{side}_{name}{end}" for side in self.sides for name in _SCORES for end in ("", "_sd")]
        interval = ["test_score_low", "test_score_high"] if "test" in self.sides else []
        write_rows(self.folder.table, [*self.keys, "seeds", "failed", *scores, *interval], map(self._cells, self.rows()))

    def _row(self, settings: Settings) -> Row:
        runs = [self.folder.run(settings, seed) for seed in range(self.seeds)]
        done = [run for run in runs if run.finished and run.path.name not in self.failed]
        failed = sum(run.path.name in self.failed for run in runs)
        found = [self._summaries(run.predictions) for run in done]
        by_side = {side: [one[side] for one in found if side in one] for side in self.sides}
        scores = {side: spread_over_seeds(several) for side, several in by_side.items()}
        worth = spread_of([usable_score(one.scores) for one in by_side["validation"]]).mean
        return Row(settings, len(done), failed, scores, mean_interval(by_side.get("test", [])), worth)

    def _summaries(self, file: Path) -> dict[str, Summary]:
        """A run's numbers by side, computed once; protocol published has no validation patients."""
        if file not in self._read:
            answers = Predictions.load(file)
            there = {side: answers.where(answers.splits == name) for side, name in self.sides.items()}
            self._read[file] = {side: summarize(part) for side, part in there.items() if len(part)}
        return self._read[file]

    def _cells(self, row: Row) -> list[str]:
        spreads = [row.scores[side][name] for side in self.sides for name in _SCORES]
        numbers = [number for spread in spreads for number in (spread.mean, spread.deviation)]
        numbers += row.interval if "test" in self.sides else []
        settings = [value_text(row.settings[key]) for key in self.keys]
        return [*settings, str(row.done), str(row.failed), *("" if math.isnan(n) else f"{100 * n:.2f}" for n in numbers)]


def best_row(rows: Sequence[Row]) -> Row | None:
    """The row of the highest `Row.worth` among those with the most seeds.

    None where several rows reach it, to the second digit that the table shows, and where it is 0 or there is none.
    """
    most = max(row.done for row in rows)
    worths = {number: round(100 * row.worth, 2) for number, row in enumerate(rows) if row.done == most and row.worth > 0}
    first = [rows[number] for number, worth in worths.items() if worth == max(worths.values())]
    return first[0] if len(first) == 1 else None
