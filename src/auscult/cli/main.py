"""The command `auscult`: knows the commands, and turns what goes wrong into one sentence and an exit code."""

import sys
from typing import Annotated

import typer
from typer.exceptions import TyperException

from auscult.cli import data, plot, synth
from auscult.cli.analyze import analyze
from auscult.cli.compare import compare
from auscult.cli.crossval import crossval
from auscult.cli.demo import demo
from auscult.cli.errors import print_error
from auscult.cli.evaluate import evaluate
from auscult.cli.explain import explain
from auscult.cli.export import export
from auscult.cli.models import models
from auscult.cli.recipes import recipes
from auscult.cli.report import report
from auscult.cli.reproduce import reproduce
from auscult.cli.serve import serve
from auscult.cli.sweep import sweep
from auscult.cli.train import train
from auscult.errors import AuscultError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Lung and heart sounds: analyse recordings, read data sets, train and score models. An aid, not a diagnosis.",
)
app.command()(analyze)
app.command()(serve)
app.command()(demo)
app.command()(models)
app.command()(recipes)
app.add_typer(data.app, name="data")
app.add_typer(synth.app, name="synth")
app.command()(train)
app.command()(crossval)
app.command()(sweep)
app.command()(reproduce)
app.command()(evaluate)
app.command()(export)
app.command()(compare)
app.command()(explain)
app.command()(report)
app.add_typer(plot.app, name="plot")


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Options that come before the command."""
    if version:
        import auscult

        typer.echo(f"auscult {auscult.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; exit code 2 after an error that the user can mend, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows '?' in its place
    try:
        sys.exit(app(prog_name="auscult", standalone_mode=False))
    except TyperException as error:  # wrong usage
        print_error(AuscultError(_usage(error)))
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    except (AuscultError, OSError) as error:
        print_error(error)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "auscult").startswith("auscult"):
            raise
        print_error(error)
        sys.exit(2)


def _usage(error: TyperException) -> str:
    """What was wrong, and where to look."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "auscult"
    return f"{error.format_message().rstrip('.')} (see '{command} --help')."


if __name__ == "__main__":
    main()
