"""Run folders: the resolved recipe, the environment, a log, the model and its predictions."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from auscult.errors import AuscultError, BusyError
from auscult.files import write_whole

_PACKAGES = ("auscult", "numpy", "scipy", "torch", "lightning", "soundfile", "soxr", "scikit-learn")


@dataclass(frozen=True)
class RunFolder:
    """One training of a recipe.

    Attributes
    ----------
    path
        The folder. It holds ``run.json`` (recipe, seed, data: what makes it this run), ``recipe.yaml``, ``environment.json``,
        ``log/version_N/metrics.csv`` (one N for each start; of a model that is fitted in one go ``choices.csv`` instead),
        ``last.ckpt`` until the training is finished, the same of the first of two stages (``log-encoder``,
        ``last-encoder.ckpt``) or of the second training, on everybody (``log-refit``, ``last-refit.ckpt``), and then
        ``model.safetensors``, ``model.json`` (and ``tokenizer.json`` of a model that reads), and ``predictions.csv`` (with
        protocol both also ``published.csv``).
    """

    path: Path

    @property
    def record(self) -> Path:
        """What makes it this run; a folder without it was not written by ``auscult train`` or ``crossval``."""
        return self.path / "run.json"

    @property
    def identity(self) -> dict[str, Any]:
        """The content of `record`: recipe, data set, task, seed and how it was divided."""
        return json.loads(self.record.read_text(encoding="utf-8"))

    @property
    def predictions(self) -> Path:
        """One row a segment; written last, so a run that has it is finished."""
        return self.path / "predictions.csv"

    @property
    def last_checkpoint(self) -> Path:
        """State to resume from."""
        return self.path / "last.ckpt"

    @property
    def encoder_checkpoint(self) -> Path:
        """State that the first of two stages resumes from."""
        return self.path / "last-encoder.ckpt"

    @property
    def refit_checkpoint(self) -> Path:
        """State that the second training, on everybody, resumes from."""
        return self.path / "last-refit.ckpt"

    @property
    def best_weights(self) -> Path:
        """Weights of the best epoch so far."""
        return self.path / "best.safetensors"

    @property
    def encoder_weights(self) -> Path:
        """Weights of the encoder that the first of two stages has finished."""
        return self.path / "encoder.safetensors"

    @property
    def published_weights(self) -> Path:
        """Weights of the best test epoch so far (protocol both)."""
        return self.path / "published.safetensors"

    @property
    def published(self) -> Path:
        """Predictions of the best test epoch, written by protocol both."""
        return self.path / "published.csv"

    @property
    def choices(self) -> Path:
        """One row for each combination of settings of a head that is fitted in one go."""
        return self.path / "choices.csv"

    @property
    def finished(self) -> bool:
        """Whether all is done."""
        return self.predictions.is_file()

    def claim(self, identity: dict[str, object], recipe_yaml: str) -> None:
        """Start or resume the run that ``identity`` describes.

        Raises
        ------
        AuscultError
            When the folder holds another run, or something else.
        """
        wanted = json.loads(json.dumps(identity))
        if self.record.is_file():
            if self.identity != wanted:
                raise AuscultError(
                    f"{self.path} holds a run with another recipe, seed or data, or from other weights; "
                    "name another folder with --out."
                )
            return
        if self.path.is_dir() and any(self.path.iterdir()):
            raise AuscultError(f"{self.path} is not empty and is no run folder; name another folder with --out.")
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "recipe.yaml").write_text(recipe_yaml, encoding="utf-8")
        (self.path / "environment.json").write_text(json.dumps(_environment(), indent=1), encoding="utf-8")
        write_whole(self.record, json.dumps(wanted, indent=1).encode())

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep a second process from training the same run.

        Raises
        ------
        AuscultError
            When another process holds it.
        """
        with lock_folder(self.path, busy=f"Another process is training the run {self.path}."):
            yield

    def clean(self) -> None:
        """Remove what only a resumed training needs."""
        checkpoints = (self.last_checkpoint, self.encoder_checkpoint, self.refit_checkpoint)
        for file in (*checkpoints, self.encoder_weights, self.best_weights, self.published_weights, self.path / "lock"):
            file.unlink(missing_ok=True)


@contextmanager
def lock_folder(path: Path, *, busy: str) -> Iterator[None]:
    """Keep a second process out of a folder.

    Raises
    ------
    AuscultError
        Says ``busy``, when another process is in it.
    """
    import fcntl

    with open(path / "lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError(busy) from error
        yield


def _environment() -> dict[str, object]:
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "packages": {name: version(name) for name in _PACKAGES},
        "command": sys.argv,
    }
