"""All that the page consists of, by its place: nothing else is ever given out."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from auscult.analysis.card import load_card
from auscult.analysis.model import BUNDLED, DEFAULTS, list_bundled
from auscult.errors import AuscultError
from auscult.files import write_whole
from auscult.serving.examples import make_examples

BUILT = Path(__file__).parents[1] / "page"
"""Where `npm run build` writes the page; in an installed auscult it is there."""
_BUILD = "npm --prefix page ci && npm --prefix page run build"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".onnx": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
}
"""Media types by ending; the operating system's own table may lack or alter them."""


@dataclass(frozen=True)
class ServedFile:
    """One file of the page.

    Attributes
    ----------
    content
        All of it.
    kind
        Media type.
    tag
        Tells contents apart: the start of their sha256.
    """

    content: bytes
    kind: str
    tag: str


def collect_files(built: Path = BUILT) -> dict[str, ServedFile]:
    """Read the built page, the bundled models and the examples.

    Parameters
    ----------
    built
        Folder of the built page.

    Returns
    -------
    dict
        By place beside the page, such as ``index.html`` or ``models/lung.onnx``. ``models.json`` says which models there are,
        ``precache.js`` tells the service worker what to keep for later without a network.

    Raises
    ------
    AuscultError
        When the page has not been built.
    """
    if not (built / "index.html").is_file():
        raise AuscultError(f"The page has not been built; in a clone of auscult run: {_BUILD}")
    contents = {path.relative_to(built).as_posix(): path.read_bytes() for path in sorted(built.rglob("*")) if path.is_file()}
    contents |= {f"models/{path.name}": path.read_bytes() for path in sorted(BUNDLED.iterdir()) if path.suffix in _KINDS}
    contents |= make_examples()
    contents["models.json"] = json.dumps(_list_models(), indent=1).encode()
    contents["precache.js"] = _precache(contents)
    return {place: _serve(place, content) for place, content in contents.items()}


def write_page(folder: Path, files: dict[str, ServedFile]) -> None:
    """Write the page into a folder, for any web server to give out.

    Raises
    ------
    AuscultError
        When the folder holds anything else, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "precache.js").is_file())):
        raise AuscultError(f"{folder} is not an empty folder; name a new one with --write.")
    for place, file in files.items():
        path = folder / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AuscultError(f"{path.parent} cannot be made ({error.strerror}); name another folder with --write.") from error
        write_whole(path, file.content)


def _list_models() -> dict[str, dict[str, object]]:
    """The bundled models by organ, and which of them answers unless another is chosen."""
    listed: dict[str, dict[str, object]] = {}
    for organ, default in DEFAULTS.items():
        names = [name for name in list_bundled() if load_card(BUNDLED / f"{name}.json").organ == organ]
        listed[organ] = {"default": default, "models": names}
    return listed


def _precache(contents: dict[str, bytes]) -> bytes:
    """A script that tells the service worker the files and a version, which changes when any of them does."""
    tags = {place: _tag(content) for place, content in contents.items() if place != "sw.js"}
    version = _tag(json.dumps(tags, sort_keys=True).encode())
    return f"self.PRECACHE = {json.dumps({'version': version, 'files': list(tags)})};\n".encode()


def _serve(place: str, content: bytes) -> ServedFile:
    return ServedFile(content, _KINDS.get(PurePosixPath(place).suffix, "application/octet-stream"), _tag(content))


def _tag(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]
