"""`auscult serve`: the page in a browser, on this machine alone."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    port: Annotated[int, typer.Option(help="Port to listen on; 0: any that is free.", min=0, max=65535)] = 8321,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    write: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the page into a folder for any web server instead of serving it."),
    ] = None,
) -> None:
    """Open a page that records, analyses and plays lung and heart sounds in the browser. An aid, not a diagnosis.

    The models run in the browser, and nothing that is opened or recorded there leaves this machine. The page is served to this
    machine alone (127.0.0.1) until Ctrl-C.

    Examples: auscult serve

    auscult serve --port 9000 --no-open

    auscult serve --write public
    """
    from auscult.serving.files import collect_files, write_page
    from auscult.serving.server import PageServer

    files = collect_files()
    if write is not None:
        write_page(write, files)
        typer.echo(f"{write}: {len(files)} files; a web server has to give them out by https")
        return
    with PageServer(files, port) as server:
        typer.echo(f"The page is at {server.address} until Ctrl-C.")
        if open_browser:
            typer.launch(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("Stopped.")
