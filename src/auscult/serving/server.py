"""A web server for the page on this machine alone."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from auscult.errors import AuscultError
from auscult.serving.files import ServedFile

ADDRESS = "127.0.0.1"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The page may ask this server and no other; so a recording could not leave even if the page wanted it to."""


class PageServer(ThreadingHTTPServer):
    """Gives out the files that it was given, and nothing else.

    Parameters
    ----------
    files
        By place beside the page (`auscult.serving.files.collect_files`).
    port
        To listen on; 0: any that is free, see `address`.

    Raises
    ------
    AuscultError
        When the port is taken or not allowed.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, ServedFile], port: int) -> None:
        self.files = files
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            raise AuscultError(
                f"The port {port} cannot be used ({error.strerror}): choose another with --port, or 0 for any that is free."
            ) from error

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    """Looks a place up in the server's files; a path is never looked up on disk."""

    server: PageServer
    protocol_version = "HTTP/1.1"
    server_version = "auscult"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal shows the address alone."""

    def _answer(self, *, with_content: bool) -> None:
        place = unquote(urlsplit(self.path).path).removeprefix("/") or "index.html"
        file = self.server.files.get(place)
        if file is None:
            self.send_error(HTTPStatus.NOT_FOUND, "The page has no such file")
            return
        tag = f'"{file.tag}"'
        known = self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Cache-Control", "no-cache")  # asked again each time, and answered by the tag alone
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        if not known:
            self.send_header("Content-Type", file.kind)
            self.send_header("Content-Length", str(len(file.content)))
        self.end_headers()
        if with_content and not known:
            self.wfile.write(file.content)
