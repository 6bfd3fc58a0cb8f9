"""`auscult export`: a finished run as one ONNX file with its card, to be used without torch."""

from pathlib import Path
from typing import Annotated

import typer

from auscult.errors import AuscultError


def export(
    run: Annotated[Path, typer.Argument(help="Run folder of a training or a cross-validation.", show_default=False)],
    out: Annotated[
        Path, typer.Argument(metavar="OUT.onnx", help="File to write; its card is put beside it.", show_default=False)
    ],
    int8: Annotated[
        bool, typer.Option("--int8", help="Weights of 8 bits, calibrated with training recordings (--root).")
    ] = False,
    root: Annotated[
        Path | None, typer.Option(help="The run's data set; thresholds are chosen on its validation patients.")
    ] = None,
    window: Annotated[float | None, typer.Option(metavar="SECONDS", help="Sound in an answer; as trained, or 2.")] = None,
    step: Annotated[float | None, typer.Option(metavar="SECONDS", help="Between two answers; half a second or less.")] = None,
    licence: Annotated[str, typer.Option(help="Of the model, for its card.")] = "Apache-2.0",
) -> None:
    """Write a run as one ONNX file: samples in, probabilities and map out, the features inside.

    Torch and ONNX Runtime must agree within 1e-4 on three lengths and two batch sizes, or nothing is written. Then `auscult
    analyze x.wav --model OUT.onnx` needs no torch.

    Examples: auscult export runs/lung lung.onnx --root data/sprsound

    auscult export runs/lung lung-int8.onnx --int8 --root data/sprsound
    """
    if out.suffix != ".onnx":
        raise AuscultError(f"{out} must end in .onnx.")
    if not out.absolute().parent.is_dir():
        raise AuscultError(f"There is no folder {out.absolute().parent}: make it first, or name another place.")
    if int8 and root is None:
        raise AuscultError("--int8 is calibrated with training recordings: name the folder of the run's data set with --root.")

    from auscult.export.whole import export_whole

    done = export_whole(run, out, int8=int8, root=root, window_seconds=window, step_seconds=step, licence=licence)
    typer.echo(f"{out}: {out.stat().st_size / 1e6:.2f} MB; ONNX Runtime differs from torch by at most {done.difference:.1e}.")
    if done.int8 is not None:
        typer.echo(
            f"8 bits, {done.int8.manner}, in {done.int8.layers} layers: a probability differs by at most "
            f"{done.int8.difference:.3f}, the class found is the same in {100 * done.int8.agreement:.1f} % of windows."
        )
    if done.thresholds:
        typer.echo("Thresholds: " + ", ".join(f"{label} {value:g}" for label, value in done.thresholds.items()))
    if done.sureness is not None:
        sure = done.sureness
        typer.echo(
            f"Sureness, on {sure.recordings} recordings of {sure.patients} patients: an answer is told from "
            f"{sure.threshold:.0%} on, which are {sure.coverage:.0%} of the recordings, {sure.error:.0%} of these wrongly."
        )
