"""A Hugging Face hub of our own on this machine, with one model; what huggingface_hub asks of the real one is all it can."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def serve_hub(name: str, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve the files of a folder as the model ``name``; gives the address and the paths that are asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            asked.append(f"{self.command} {path}")
            file = folder / path.removeprefix(f"/{name}/resolve/{COMMIT}/")
            if path in (f"/api/models/{name}", f"/api/models/{name}/revision/main"):
                self._answer(json.dumps({"id": name, "sha": COMMIT}).encode())
            elif path == f"/api/models/{name}/tree/{COMMIT}":
                self._answer(json.dumps([_entry(each) for each in sorted(folder.iterdir())]).encode())
            elif path.startswith(f"/{name}/resolve/") and file.is_file():
                self._answer(file.read_bytes())
            else:
                self._answer(b"{}", status=404)

        def _answer(self, body: bytes, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
            if status == 404:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def _entry(file: Path) -> dict[str, object]:
    content = file.read_bytes()
    return {"type": "file", "path": file.name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
