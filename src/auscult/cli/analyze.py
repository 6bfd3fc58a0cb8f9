"""`auscult analyze`: when, and at which pitch, recordings of lungs or hearts are abnormal."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auscult.cli.job_options import RayCluster
from auscult.errors import AuscultError
from auscult.recordings.tasks import Organ

if TYPE_CHECKING:
    from collections.abc import Generator

    from auscult.analysis.many import Answered


def analyze(
    files: Annotated[list[Path], typer.Argument(help="Recordings: wav, flac, ogg or mp3, up to 3 hours each; or folders.")],
    organ: Annotated[
        Organ | None, typer.Option(help="What was listened to. Without it (and without --model) a lung; nothing is guessed.")
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(metavar="OUT", help="Write json to this file, '-' for stdout; a list of several files, or of a folder."),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write a picture: a png, svg or pdf file; or a folder, one png a recording."),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Write a report to look at and listen to into this folder: an index and a page for each recording. What is "
            "finished there is kept when the command runs again. For one recording also a single file that ends with .html.",
        ),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write a table for spreadsheets to this file, one row a recording.")
    ] = None,
    by_cycle: Annotated[
        bool, typer.Option("--by-cycle", help="Show one row for each breathing cycle, as ICBHI 2017 lists them.")
    ] = False,
    cycles: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Write the breathing cycles in ICBHI's layout (start, end, crackle, wheeze; tabs between): a txt file; or a "
            "folder, one txt a recording.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="A bundled model (see `auscult models`), an onnx file with its card, or the folder of a finished run of "
            "`auscult train` or `crossval`, which is exported the first time."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", help="Recordings at a time; by default one for each processor, up to 8.", min=1),
    ] = None,
    ray: RayCluster = None,
) -> None:
    """Find crackles and wheezes in lung sounds, or tell whether heart sounds are normal. An aid, not a diagnosis.

    A file that cannot be read does not stop the others; the exit code is then 2.

    Examples: auscult analyze chest.wav --html chest.html

    auscult analyze apex.wav --organ heart --plot apex.png

    auscult analyze visits --html report --csv visits.csv

    auscult analyze visits --json visits.json --plot pictures --jobs 4

    auscult analyze chest.wav --by-cycle --cycles chest.txt

    auscult analyze chest.wav --model runs/han
    """
    from auscult.analysis.cycles import check_by_cycle
    from auscult.analysis.many import Wanted, analyze_each, find_recordings, sensible_jobs
    from auscult.analysis.model import choose_model
    from auscult.analysis.report.run import analyze_into
    from auscult.analysis.targets import check_target, cycle_paths, is_single_page, picture_paths
    from auscult.cli.show_answers import Results, gather

    several = len(files) > 1 or files[0].is_dir()
    files = find_recordings(files)
    pictures, page = picture_paths(files, plot), is_single_page(html, files)
    for target in (None if json is None or json == "-" else Path(json), csv):
        check_target(target, files)
    recordings = [
        Wanted(file, picture, html if page else None, json=json is not None, whole=not several, cycles=text)
        for file, picture, text in zip(files, pictures, cycle_paths(files, cycles), strict=True)
    ]
    named = _file_of(model)
    loaded = choose_model(named, organ)
    if by_cycle or cycles is not None:
        check_by_cycle(loaded.card)
    if by_cycle and several:
        raise AuscultError("--by-cycle shows one recording: for several, write them with --cycles FOLDER, or use --json.")
    jobs = jobs or (1 if ray else sensible_jobs(len(files)))
    if html is not None and not page:
        anew = json is not None or plot is not None or cycles is not None or not several  # a page does not hold what these want
        answers = analyze_into(html, recordings, loaded, named, organ, anew=anew, jobs=jobs, ray=ray)
    else:
        answers = analyze_each(recordings, loaded if jobs == 1 and ray is None else named, organ, jobs=jobs, ray=ray)
    wanted = Results(json, csv, html, several=several, assumed=organ is None and model is None, by_cycle=by_cycle)
    if gather(_said(answers, len(files)), files, loaded.card, wanted):
        raise typer.Exit(2)


def _file_of(model: str | None) -> str | Path | None:
    """The model as it was named, or the onnx file of a run folder, after exporting it if need be."""
    from auscult.analysis.model import list_bundled

    if model is None or model in list_bundled() or not Path(model).is_dir():
        return model
    from rich.console import Console
    from rich.text import Text

    from auscult.export.of_run import export_once

    console = Console(stderr=True)
    return export_once(model, say=lambda line: console.print(Text(line, style="dim"), soft_wrap=True))


def _said(answers: "Generator[Answered, None, None]", total: int) -> "Iterator[Answered]":
    """The same answers, with a bar over them, and on stderr what went wrong."""
    from rich.console import Console
    from rich.progress import Progress

    from auscult.cli.errors import print_error

    console = Console(stderr=True)
    with (
        closing(answers),  # at a Ctrl-C, too, an index is written of what is finished
        Progress(
            *Progress.get_default_columns(),
            "{task.completed} of {task.total}",
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=total == 1,
        ) as bar,
    ):
        for answered in bar.track(answers, total=total, description="Analysing"):
            yield answered
            if answered.problem is not None:
                print_error(AuscultError(answered.problem), console)
