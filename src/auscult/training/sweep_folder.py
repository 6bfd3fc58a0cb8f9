"""Folders of sweeps: what they compare, and which settings and seeds they hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auscult.errors import AuscultError
from auscult.files import write_whole
from auscult.training.grid import combination_name
from auscult.training.run import RunFolder, lock_folder

Settings = Mapping[str, Any]
"""By dotted name, one value each."""


@dataclass(frozen=True)
class SweepFolder:
    """Trainings that differ in some settings and in their seed.

    Attributes
    ----------
    path
        The folder. It holds ``sweep.json`` (what is compared, with which settings and seeds so far), ``sweep.csv`` (a row a
        combination of settings) and a run folder for every combination and seed.
    """

    path: Path

    @property
    def record(self) -> Path:
        """What makes it this sweep, and its settings and seeds."""
        return self.path / "sweep.json"

    @property
    def identity(self) -> dict[str, Any] | None:
        """What makes it this sweep; None where none is begun."""
        return self._read()["sweep"] if self.record.is_file() else None

    @property
    def table(self) -> Path:
        """Scores, a row a combination of settings."""
        return self.path / "sweep.csv"

    def run(self, settings: Settings, seed: int) -> RunFolder:
        """Where a combination is trained with a seed."""
        return RunFolder(self.path / f"{combination_name(settings)}-seed{seed}")

    @contextmanager
    def claim(self, identity: Mapping[str, Any]) -> Iterator[None]:
        """Start the sweep that ``identity`` describes or go on with it, and keep other processes out meanwhile.

        Raises
        ------
        AuscultError
            When the folder holds another sweep, or something else, or another process is at it.
        """
        self._check(identity)
        self.path.mkdir(parents=True, exist_ok=True)
        with lock_folder(self.path, busy=f"Another process is at the sweep {self.path}: wait for it or stop it."):
            if not self.record.is_file():
                self._write({"sweep": dict(identity), "settings": [], "seeds": 0})
            yield

    def extend(self, settings: Sequence[Settings], seeds: int) -> tuple[list[Settings], int]:
        """Add settings and seeds to those of the record.

        Returns
        -------
        list, int
            All settings that the folder has, each once and the oldest first, and the number of seeds.
        """
        recorded = self._read()
        several = {combination_name(one): dict(one) for one in [*recorded["settings"], *settings]}
        most = max(seeds, recorded["seeds"])
        self._write(recorded | {"settings": list(several.values()), "seeds": most})
        return list(several.values()), most

    def _check(self, identity: Mapping[str, Any]) -> None:
        if (recorded := self.identity) is not None:
            if recorded != json.loads(json.dumps(identity)):
                raise AuscultError(
                    f"{self.path} holds a sweep of other settings, or of another recipe or other data or weights; "
                    "name another folder with --out."
                )
        elif self.path.is_dir() and {file.name for file in self.path.iterdir()} - {"lock"}:
            raise AuscultError(f"{self.path} is not empty and is no sweep; name another folder with --out.")

    def _read(self) -> dict[str, Any]:
        return json.loads(self.record.read_text(encoding="utf-8"))

    def _write(self, record: Mapping[str, Any]) -> None:
        write_whole(self.record, json.dumps(record, indent=1).encode())
