"""From run folders to a folder with pictures and a page."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from auscult.errors import AuscultError
from auscult.evaluation.breakdown import break_down, groupings
from auscult.evaluation.metrics import SCORE_TITLES
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.report import style
from auscult.evaluation.report.draw_bars import draw_bars
from auscult.evaluation.report.draw_curves import draw_curves
from auscult.evaluation.report.draw_examples import draw_examples
from auscult.evaluation.report.examples import choose_examples, make_example, read_preparation
from auscult.evaluation.report.page import Picture, render_page
from auscult.evaluation.report.run import Run, read_runs
from auscult.evaluation.report.scores import MEAN, POOLED, Bar, choose_grouping, group_bars, measures, score_bars
from auscult.evaluation.report.table import Table, bar_table
from auscult.evaluation.summary import summarize
from auscult.files import replacing
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task

_PUBLISHED = "published protocol"
_INTERVAL = "95 % interval over patients"


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes
    ----------
    files
        The pictures and the page.
    tables, notes
        What the page says in tables and in sentences.
    """

    files: tuple[Path, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


def write_report(folders: Sequence[Path], out: Path, *, root: Path | None = None, recordings: Sequence[str] = ()) -> Report:
    """Report some runs side by side, one colour a run.

    Parameters
    ----------
    folders
        Run folders of ``auscult train`` and ``auscult crossval``, all of one task. What is not finished is reported as far as
        it is, with a note.
    out
        Folder for ``report.html`` and the pictures ``learning-curves.png``, ``scores.png``, ``by-database.png`` (or whatever
        grouping is known) and ``preprocessing.png``; those that cannot be drawn are left out.
    root
        Folder with the data set, for ``preprocessing.png``: spectrograms before and after the preprocessing of the first run
        that has any.
    recordings
        Ids of the recordings in it; the first normal and the first other one if not given.

    Raises
    ------
    AuscultError
        When a folder is no run, there is nothing to report, tasks differ, a recording is unknown, or files cannot be written.
        Nothing is written then.
    """
    if recordings and root is None:
        raise AuscultError("--recording wants --root too: the folder with the unpacked data set.")
    if out.exists() and not out.is_dir():
        raise AuscultError(f"{out} is no folder: name another one with --out.")
    if len(folders) > len(style.COLORS):
        raise AuscultError(f"{len(folders)} runs are too many for one picture: report at most {len(style.COLORS)} together.")
    runs = read_runs(folders)
    notes = [lack for run in runs if (lack := run.lacks) is not None]
    parts = [_curves(runs), _scores(runs), _groups(runs), _preprocessing(runs, root, recordings, notes)]
    pictures = [picture for picture, _ in parts if picture is not None]
    tables = [table for _, table in parts if table is not None]
    page = render_page(runs, tables, pictures, notes)
    contents = {picture.file: picture.png for picture in pictures} | {"report.html": page.encode("utf-8", "replace")}
    return Report(_write(out, contents), tuple(tables), tuple(notes))


_Part = tuple[Picture | None, Table | None]


def _curves(runs: Sequence[Run]) -> _Part:
    figure = draw_curves(runs)
    return (None if figure is None else Picture("learning-curves.png", "Learning curves", style.to_png(figure))), None


def _scores(runs: Sequence[Run]) -> _Part:
    answered = {run.label: run.predictions for run in runs if run.predictions is not None}
    if not answered:
        return None, None
    bars = {label: score_bars(predictions) for label, predictions in answered.items()}
    published = {f"{run.label} · {_PUBLISHED}": score_bars(run.published) for run in runs if run.published is not None}
    titles, caption = measures(runs[0].task), _score_caption(runs[0].task, list(answered.values()))
    title = f"Scores, {runs[0].task}"
    figure = draw_bars(title, titles, bars, caption)
    return Picture("scores.png", title, style.to_png(figure)), bar_table(title, "run", titles, bars | published, caption)


def _score_caption(task_name: str, answers: Sequence[Predictions]) -> str:
    task = get_task(task_name)
    folds = ["mean ± sd over folds"] if any("fold" in part.groups for part in answers) else []
    single = [f"single training: {_INTERVAL}"] if any("fold" not in part.groups for part in answers) else []
    positive = [f"positive = {task.classes[1]}"] if len(task.classes) == 2 else []
    return "; ".join(folds + single + positive)


def _groups(runs: Sequence[Run]) -> _Part:
    answered = {run.label: run.predictions for run in runs if run.predictions is not None}
    by = choose_grouping(list(answered.values()))
    if by is None:
        return None, None
    bars: dict[str, dict[str, Bar]] = {}
    for label, predictions in answered.items():
        if by in groupings(predictions):
            bars[label] = group_bars(break_down(predictions, by), summarize(predictions))
    names = dict.fromkeys(name for found in bars.values() for name in found if name not in (MEAN, POOLED))
    ends = {MEAN: f"mean of\n{by}s" if by != "quality" else "mean", POOLED: "pooled"}
    columns = {name: name for name in sorted(names)} | ends
    title = f"{SCORE_TITLES[get_task(runs[0].task).scoring]} by {by}"
    caption = f"error bar: {_INTERVAL}; pooled: all answers taken together"
    figure = draw_bars(title, columns, bars, caption, apart=tuple(ends))
    return Picture(f"by-{by}.png", title, style.to_png(figure)), bar_table(title, "run", columns, bars, caption)


def _preprocessing(runs: Sequence[Run], root: Path | None, recordings: Sequence[str], notes: list[str]) -> _Part:
    if root is None:
        return None, None
    prepared = [(run, preparation) for run in runs if (preparation := read_preparation(run.recipe)) is not None]
    if not prepared:
        notes.append("No recipe here filters or denoises (its part signal), so there is no preprocessing.png.")
        return None, None
    run, preparation = prepared[0]
    dataset = load_dataset(str(run.identity["data"]), root)
    chosen = choose_examples(dataset, get_task(run.task), recordings)
    examples = [make_example(title, segment, preparation) for title, segment in chosen]
    figure = draw_examples(examples, preparation)
    return Picture("preprocessing.png", f"Before and after the preprocessing of {run.label}", style.to_png(figure)), None


def _write(out: Path, contents: dict[str, bytes]) -> tuple[Path, ...]:
    """Write all files or none."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AuscultError(f"{out} could not be made ({error.strerror}): name another folder with --out.") from error
    with ExitStack() as written:
        for name, content in contents.items():
            written.enter_context(replacing(out / name)).write_bytes(content)
    return tuple(out / name for name in contents)
