"""The csv files of results that the leader boards are made of. A new one enters by a line here."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from _markdown import Row, read

RANDOM = "random weights"


@dataclass(frozen=True)
class Source:
    """A csv of runs.

    Attributes
    ----------
    csv
        Its name under benchmarks/results, without ``.csv``; nothing is read where it is not there yet.
    start
        What its networks start from, besides the training side.
    said
        Cells of columns that it does not have.
    """

    csv: str
    start: str = RANDOM
    said: dict[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """Its lines, each with what is said of all."""
        return (Row(row.file, {**self.said, "start": self.start, **row}) for row in read(self.csv))


LUNG = (
    Source("icbhi_runs"),
    Source("contrast_runs"),
    Source("contrast_full"),
    Source("domain_runs"),
    Source("ast_icbhi"),
    Source("baseline_runs"),
    Source("mn_icbhi", start="AudioSet weights"),
    Source("mn_sprsound", start="AudioSet weights"),
    Source("merged_runs"),
    Source("sprsound_runs"),
    Source("contrast_sprsound"),
    Source("ast_sprsound"),
    Source("lung", said={"protocol": "honest", "seed": "0"}),
)
"""Of lung sounds: one line a run, protocol and task. Of lines about the same run, protocol and task the first counts."""
HEART = (Source("heart_s2"), Source("heart_mel"), Source("heart_mn", start="AudioSet weights"))
"""Of heart sounds: one line a cross-validation and protocol."""


def lung_rows() -> list[Row]:
    """All lines of `LUNG`, none about the same twice."""
    lines: dict[tuple[str, ...], Row] = {}
    for row in (row for source in LUNG for row in source.rows()):
        lines.setdefault(tuple(row[name] for name in ("model", "data", "side", "task", "protocol", "seed")), row)
    return list(lines.values())


def heart_rows() -> list[Row]:
    """All lines of `HEART`."""
    return [row for source in HEART for row in source.rows()]
