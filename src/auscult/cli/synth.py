"""`auscult synth`: make sounds of which everything is known."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from auscult.recordings.synthesis import (
    Event,
    Murmur,
    synthesize_heart,
    synthesize_lung,
    write_collection,
    write_heart_collection,
    write_recording,
)

app = typer.Typer(
    no_args_is_help=True, help="Make synthetic sounds with known truth, for trying things out; never for a score."
)
_FIRST = 18  # events of a heart that are shown: nine beats, or six with a murmur


@app.command()
def lung(
    out: Annotated[Path, typer.Argument(help="wav file to write; its events go into a csv file of the same name.")],
    wheeze: Annotated[int, typer.Option(help="Number of wheezes.")] = 0,
    crackles: Annotated[int, typer.Option(help="Number of fine crackles.")] = 0,
    coarse: Annotated[int, typer.Option(help="Number of coarse crackles.")] = 0,
    seconds: Annotated[float, typer.Option(help="Duration, 1 to 600.")] = 15.0,
    rate: Annotated[int, typer.Option(help="Samples a second, 4000 to 48000.")] = 8000,
    breaths: Annotated[float, typer.Option(help="Breaths a minute.")] = 15.0,
    heart: Annotated[bool, typer.Option("--heart", help="Put heart sounds underneath.")] = False,
    hum: Annotated[bool, typer.Option("--hum", help="Put mains hum underneath.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed and options give the same sound.")] = 0,
) -> None:
    """Write a synthetic lung sound and a table of its events.

    Files that this command wrote before are replaced; any other file is left alone.

    Example: auscult synth lung out.wav --wheeze 2 --crackles 12 --seed 0
    """
    recording = synthesize_lung(
        seconds=seconds,
        rate=rate,
        wheezes=wheeze,
        fine_crackles=crackles,
        coarse_crackles=coarse,
        breaths_per_minute=breaths,
        heart=heart,
        hum=hum,
        seed=seed,
    )
    table = write_recording(out, recording)
    if recording.events:
        Console().print(_event_table(recording.events))
    _say(f"{out}: {recording.duration:g} s at {recording.rate} Hz, {len(recording.breaths)} breaths")
    _say(f"{table}: {len(recording.events)} events")


@app.command()
def heart(
    out: Annotated[Path, typer.Argument(help="wav file to write; its events go into a csv file of the same name.")],
    bpm: Annotated[float, typer.Option(help="Beats a minute, 40 to 150.")] = 72.0,
    murmur: Annotated[Murmur | None, typer.Option(help="When in the cycle a murmur sounds; by default never.")] = None,
    noise: Annotated[float, typer.Option(help="Signal-to-noise ratio in dB, -20 to 60: the more, the less noise.")] = 20.0,
    breathing: Annotated[bool, typer.Option("--breathing", help="Put breathing underneath, as part of the noise.")] = False,
    seconds: Annotated[float, typer.Option(help="Duration, 1 to 600.")] = 15.0,
    rate: Annotated[int, typer.Option(help="Samples a second, 2000 to 48000.")] = 4000,
    seed: Annotated[int, typer.Option(help="The same seed and options give the same sound.")] = 0,
) -> None:
    """Write a synthetic heart sound and a table of its heart sounds and murmurs.

    Files that this command wrote before are replaced; any other file is left alone.

    Example: auscult synth heart out.wav --bpm 72 --murmur systolic --noise 20
    """
    recording = synthesize_heart(
        seconds=seconds, rate=rate, beats_per_minute=bpm, murmur=murmur, snr=noise, breathing=breathing, seed=seed
    )
    table = write_recording(out, recording)
    Console().print(_event_table(recording.events[:_FIRST]))
    beats = sum(event.label == "S1" for event in recording.events)
    _say(f"{out}: {recording.duration:g} s at {recording.rate} Hz, {beats} beats")
    more = f", the first {_FIRST} above" if len(recording.events) > _FIRST else ""
    _say(f"{table}: {len(recording.events)} events{more}")


@app.command("set")
def make_set(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not exist or be empty.")],
    organ: Annotated[Literal["lung", "heart"], typer.Option(help="What is recorded.")] = "lung",
    patients: Annotated[
        int, typer.Option(help="Number of patients: of lungs 2 or more, each recorded four times, of hearts 6 or more, twice.")
    ] = 8,
    seconds: Annotated[float, typer.Option(help="Duration of each recording, 5 to 600.")] = 15.0,
    seed: Annotated[int, typer.Option(help="The same seed and options give the same files.")] = 0,
) -> None:
    """Write a data set of synthetic recordings of several patients.

    Lungs are normal, with crackles, with wheezes, with both (data set 'synthetic'; the last quarter of the patients is for
    testing). Hearts are normal or have a murmur, in the layout of the data set 'physionet2016'.

    Example: auscult synth set synthetic --patients 8 --seed 0
    """
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Making recordings", total=None)

        def report(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        if organ == "heart":
            count = write_heart_collection(folder, subjects=patients, seconds=seconds, seed=seed, report=report)
        else:
            count = write_collection(folder, patients=patients, seconds=seconds, seed=seed, report=report)
    name = "physionet2016" if organ == "heart" else "synthetic"
    _say(f"{folder}: {count} recordings of {patients} patients (data set '{name}')")


def _say(line: str) -> None:
    """Print a line that a long path does not break and whose brackets are no markup."""
    Console().print(line, highlight=False, markup=False, soft_wrap=True)


def _event_table(events: tuple[Event, ...]) -> Table:
    table = Table("start s", "end s", "event", "from Hz", "to Hz")
    for event in events:
        label = event.label.replace("_", " ")
        table.add_row(f"{event.start:.3f}", f"{event.end:.3f}", label, f"{event.start_hz:.0f}", f"{event.end_hz:.0f}")
    return table
