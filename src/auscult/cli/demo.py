"""`auscult demo`: make a lung sound, analyse it, and see how what is found compares with what is there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auscult.errors import AuscultError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from auscult.analysis.compare import Pair


def demo(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the recording, its truth and the picture; made if missing.")
    ] = Path("auscult-demo"),
    seed: Annotated[int, typer.Option(help="Another seed makes another recording.")] = 4,
) -> None:
    """Make a lung sound with wheezes and crackles, analyse it, and draw the answer.

    Example: auscult demo --out /tmp/auscult-demo
    """
    from rich.console import Console

    from auscult.analysis.analyze import analyze
    from auscult.analysis.compare import Span, pair, true_spans
    from auscult.cli.show_analysis import show_analysis
    from auscult.recordings.synthesis import synthesize_lung, write_recording

    console = Console()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AuscultError(f"The folder {out} cannot be made ({error.strerror}): name another with --out.") from error
    recording = synthesize_lung(
        seconds=20, wheezes=3, fine_crackles=8, coarse_crackles=8, wheeze_snr=12, crackle_snr=20, seed=seed
    )
    wav = out / "demo.wav"
    truth = write_recording(wav, recording)
    analysis = analyze(wav, "lung")  # it shows the pitch too, and knows synthetic wheezes better than the usual model
    show_analysis(analysis, console)
    known = true_spans(Span(event.start, event.end, event.label) for event in recording.events)
    console.print(_pair_table(pair(known, analysis.events)))
    picture = out / "demo.png"
    analysis.plot(picture)
    for path, what in ((wav, "the recording, synthetic"), (truth, "what is truly in it"), (picture, "the picture")):
        console.print(f"{path}: {what}", highlight=False, markup=False, soft_wrap=True)


def _pair_table(pairs: "Sequence[Pair]") -> "Table":
    from rich import box
    from rich.table import Table

    table = Table("truly there", "found", "probability", box=box.SIMPLE_HEAD, pad_edge=False, title="Truth beside answer")
    for one in pairs:
        true = f"{one.true.start:5.2f}–{one.true.end:5.2f} s {one.true.label}" if one.true else "–"
        found = f"{one.found.start:5.2f}–{one.found.end:5.2f} s {one.found.label}" if one.found else "–"
        table.add_row(true, found, f"{100 * one.found.probability:.0f} %" if one.found else "")
    return table
