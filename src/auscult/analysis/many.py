"""Many recordings: found in folders, and analysed one after the other or some at a time."""

import math
import os
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from auscult.analysis.analyze import analyze
from auscult.analysis.cycles import save_cycles
from auscult.analysis.model import OnnxModel, choose_model
from auscult.analysis.report.folder import ReportFolder
from auscult.analysis.report.row import Row, make_row
from auscult.analysis.result import Analysis
from auscult.errors import AuscultError
from auscult.parallel.jobs import work_on
from auscult.parallel.outcome import Work
from auscult.recordings.tasks import Organ
from auscult.signal.foreign import CONVERTIBLE, READABLE

ENDINGS = (*READABLE, *CONVERTIBLE)
"""Of the files that are taken out of a folder, in small letters or capitals; of some one learns how to convert them."""
_PARTS_A_JOB = 4  # of the recordings: few, since each part loads the model; several, since some are slower than others
_SMALLEST_PART = 4  # where there are few
_LARGEST_PART = 20  # a part tells of itself when it has ended, so that a bar over a thousand recordings moves
_WORTH_A_JOB = 8  # recordings: a process takes as long to start as some of them
_MOST_JOBS = 8  # by default: each takes some 200 MB


class Wanted(NamedTuple):
    """A recording to analyse, and what to make of it.

    Attributes
    ----------
    file
        The recording.
    picture, page
        Where its picture and its report go; None: nowhere.
    folder
        The report folder that the page is for; None where it stands alone.
    json
        Whether the json text is wanted.
    whole
        Whether the analysis itself is.
    cycles
        Where the text file of its breathing cycles goes; None: nowhere.
    """

    file: Path
    picture: Path | None = None
    page: Path | None = None
    folder: ReportFolder | None = None
    json: bool = False
    whole: bool = False
    cycles: Path | None = None


class Answered(NamedTuple):
    """What has become of a recording: small, whatever its length, unless the analysis itself was wanted.

    Attributes
    ----------
    row
        The answer in short; None where there is none.
    json
        The json text, where it was wanted.
    analysis
        The analysis without samples and pictures, where it was wanted.
    problem
        A sentence on what went wrong with the recording, or with its picture or page.
    """

    row: Row | None = None
    json: str | None = None
    analysis: Analysis | None = None
    problem: str | None = None


def find_recordings(paths: Sequence[Path]) -> list[Path]:
    """Files as they are, and in place of a folder the recordings in it and below, by their names.

    Raises
    ------
    AuscultError
        When a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(file for file in path.rglob("[!.]*") if file.suffix.lower() in ENDINGS) if path.is_dir() else [path]
        if not inside:
            raise AuscultError(f"The folder {path} holds no recordings (wav, flac, ogg, mp3 …).")
        found += inside
    return found


def sensible_jobs(recordings: int) -> int:
    """How many recordings to analyse at a time: one for each processor, fewer where there are few, or no more than eight."""
    return max(1, min(_MOST_JOBS, os.cpu_count() or 1, recordings // _WORTH_A_JOB))


def analyze_each(
    recordings: Sequence[Wanted],
    model: str | Path | OnnxModel | None = None,
    organ: Organ | None = None,
    *,
    jobs: int = 1,
    ray: str | None = None,
) -> Generator[Answered, None, None]:
    """Analyse recordings, and draw them and write their pages where that is wanted.

    Parameters
    ----------
    recordings
        Files, and what is wanted of them.
    model, organ
        As for `auscult.analysis.analyze.analyze`; a loaded model is of use in this process only.
    jobs
        How many recordings are analysed at a time; one is in this process.
    ray
        A Ray cluster to do it on, see `auscult.parallel.cluster.connected`. All of its machines must see the files.

    Yields
    ------
    Answered
        In the order of the recordings.

    Raises
    ------
    AuscultError
        When there is no such cluster, or the model cannot be read.
    """
    if jobs == 1 and ray is None:
        loaded = choose_model(model, organ)
        yield from (_answer(one, loaded) for one in recordings)
        return
    several = min(jobs * _PARTS_A_JOB, len(recordings) // _SMALLEST_PART)
    parts = _divide(recordings, max(jobs, several, math.ceil(len(recordings) / _LARGEST_PART)))
    work: dict[str, Work] = {name: (_answer_part, (part, model, organ)) for name, part in parts.items()}
    done: dict[str, list[Answered]] = {}
    following = list(parts)
    with closing(work_on(work, at_a_time=jobs, ray=ray)) as outcomes:
        for name, outcome in outcomes:
            lost = [Answered(problem=f"{one.file} was not analysed: {outcome.problem}") for one in parts[name]]
            done[name] = lost if outcome.problem else outcome.answer
            while following and following[0] in done:
                yield from done.pop(following.pop(0))


def _divide(recordings: Sequence[Wanted], number: int) -> dict[str, Sequence[Wanted]]:
    """Neighbours together, in so many parts of about the same size, by name; fewer where there are fewer recordings."""
    ends = [round(part * len(recordings) / number) for part in range(number + 1)]
    return {f"recordings {first + 1} to {end}": recordings[first:end] for first, end in pairwise(ends) if end > first}


def _answer_part(recordings: Sequence[Wanted], model: str | Path | None, organ: Organ | None) -> list[Answered]:
    """In another process: its part of the recordings."""
    loaded = choose_model(model, organ)
    return [_answer(one, loaded) for one in recordings]


def _answer(wanted: Wanted, model: OnnxModel) -> Answered:
    analysis, problem = None, None
    try:
        analysis = analyze(wanted.file, model)
        if wanted.picture is not None:
            analysis.plot(wanted.picture)
        if wanted.cycles is not None:
            save_cycles(analysis.cycles, wanted.cycles)
        _write_page(analysis, wanted)
    except AuscultError as error:
        problem = str(error)
    except OSError as error:
        problem = f"{error.filename or wanted.file}: {error.strerror or error}."
    if analysis is None:
        return Answered(problem=problem)
    return Answered(
        row=make_row(analysis),
        json=analysis.to_json() if wanted.json else None,
        analysis=analysis.without_pictures() if wanted.whole else None,
        problem=problem,
    )


def _write_page(analysis: Analysis, wanted: Wanted) -> None:
    if wanted.page is None:
        return
    if wanted.folder is None:
        analysis.to_html(wanted.page)
    else:
        wanted.folder.write_page(analysis, wanted.page)
