"""Filling a report folder: recordings whose page is finished are kept, the others analysed, the index written at the end."""

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from auscult.analysis.many import Answered, Wanted, analyze_each
from auscult.analysis.model import OnnxModel
from auscult.analysis.report.folder import ReportFolder, open_folder, page_paths
from auscult.analysis.report.index import Listed
from auscult.analysis.report.row import Row
from auscult.files import as_text
from auscult.recordings.tasks import Organ


def analyze_into(
    out: Path,
    recordings: Sequence[Wanted],
    model: OnnxModel,
    named: str | Path | None = None,
    organ: Organ | None = None,
    *,
    anew: bool = False,
    jobs: int = 1,
    ray: str | None = None,
) -> Generator[Answered, None, None]:
    """Analyse recordings and write their pages and the index into a folder.

    Each page is written as soon as it is known, whole or not at all, so that whatever stops the work, what is finished stays:
    the same call goes on from there. The index is written at the end, after an interruption too.

    Parameters
    ----------
    out
        The folder.
    recordings
        As for `analyze_each`.
    model
        The loaded model.
    named, organ, jobs, ray
        The model as other processes find it, and the rest, as for `analyze_each`.
    anew
        Whether finished recordings are analysed all the same.

    Yields
    ------
    Answered
        In the order of the recordings; of those kept, the row alone.

    Raises
    ------
    AuscultError
        See `auscult.analysis.report.folder.open_folder` and `analyze_each`.
    """
    pages = page_paths(out, [one.file for one in recordings])
    folder = open_folder(out, model.card, pages)
    wanted = [one._replace(page=page, folder=folder) for one, page in zip(recordings, pages, strict=True)]
    kept = {} if anew else _find_kept(wanted, folder)
    rest = analyze_each(
        [one for number, one in enumerate(wanted) if number not in kept],
        model if jobs == 1 and ray is None else named,
        organ,
        jobs=jobs,
        ray=ray,
    )
    listed: list[Listed] = []
    try:
        with closing(rest):
            for number, one in enumerate(wanted):
                answered = Answered(row=kept[number]) if number in kept else next(rest)
                listed.append(_list(one, answered))
                yield answered
    finally:
        folder.write_index(listed, missing=len(wanted) - len(listed))


def _find_kept(wanted: Sequence[Wanted], folder: ReportFolder) -> dict[int, Row]:
    """Rows of the recordings that are finished, by their number."""
    rows = ((number, folder.kept(one.file, one.page)) for number, one in enumerate(wanted) if one.page is not None)
    return {number: row for number, row in rows if row is not None}


def _list(wanted: Wanted, answered: Answered) -> Listed:
    written = answered.row is not None and wanted.page is not None and wanted.page.is_file()
    problem = None if answered.problem is None else as_text(answered.problem)
    return Listed(as_text(wanted.file), wanted.page if written else None, answered.row, problem)
