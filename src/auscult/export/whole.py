"""All steps of an export: the graph, its check, thresholds on validation patients, and 8 bits where wanted."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from auscult.analysis.card import load_card
from auscult.errors import AuscultError
from auscult.evaluation.sureness_facts import CardSureness
from auscult.export.heard import learned_sounds
from auscult.export.int8 import MOST_SOUNDS, Int8, quantize_int8
from auscult.export.of_run import export_run
from auscult.export.sureness import add_sureness
from auscult.export.thresholds import add_thresholds
from auscult.recordings.core import Dataset, load_dataset
from auscult.training.run import RunFolder


class Exported(NamedTuple):
    """What an export came to.

    Attributes
    ----------
    difference
        Largest between torch and ONNX Runtime, before any 8 bits.
    thresholds
        By label, as they are in the card; empty where there are none.
    int8
        What 8 bits changed; None without them.
    sureness
        How sure answers to whole recordings are, as it is in the card; None where there is nothing to choose it on.
    """

    difference: float
    thresholds: dict[str, float]
    int8: Int8 | None
    sureness: CardSureness | None = None


def export_whole(
    folder: Path,
    out: Path,
    *,
    int8: bool = False,
    root: Path | None = None,
    window_seconds: float | None = None,
    step_seconds: float | None = None,
    licence: str | None = None,
) -> Exported:
    """Export a run to ``out`` and write its card beside it; both appear whole, when all is done.

    Parameters
    ----------
    folder, out
        The run, and the ``.onnx`` file.
    int8
        Give it weights of 8 bits (`auscult.export.int8.quantize_int8`); needs ``root``.
    root
        The run's data set. With it, a model that has validation patients, or comes from a cross-validation, gets thresholds and
        sureness chosen on what it has not learned from.
    window_seconds, step_seconds, licence
        As in `auscult.export.of_run.export_run`.

    Raises
    ------
    AuscultError
        See `export_run`, `quantize_int8`, `auscult.recordings.core.load_dataset`.
    """
    run = RunFolder(folder)
    with TemporaryDirectory(prefix=".auscult-export-", dir=out.absolute().parent) as aside:
        whole = small = Path(aside) / out.name
        difference = export_run(
            folder, whole, name=out.stem, licence=licence, window_seconds=window_seconds, step_seconds=step_seconds
        )
        dataset = None if root is None else _data_of(run, root)
        thresholds = {} if dataset is None else add_thresholds(whole, run, dataset)
        sureness = None if dataset is None else add_sureness(whole, run, dataset)
        made = None
        if int8:
            if dataset is None:
                raise AuscultError("8 bits are calibrated with training recordings: name the run's data set (root).")
            small = Path(aside) / f"int8-{out.name}"
            made = quantize_int8(
                whole, small, learned_sounds(run, dataset, load_card(whole.with_suffix(".json")), most=MOST_SOUNDS)
            )
        small.with_suffix(".json").replace(out.with_suffix(".json"))
        small.replace(out)
    return Exported(difference, thresholds, made, sureness)


def _data_of(run: RunFolder, root: Path) -> Dataset:
    if not run.record.is_file():
        raise AuscultError(f"{run.path} does not say what it was trained on (run.json is missing): leave out the data set.")
    return load_dataset(run.identity["data"], root)
