"""Writing a file whole or not at all, and telling files apart by their content."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from auscult.errors import AuscultError


def as_text(name: Path | str) -> str:
    """A file's name, or a sentence that holds one, as valid text: names need not be, what is no letter is replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; renamed to it when the block ends well, removed when it does not.

    Raises
    ------
    AuscultError
        When it cannot be written, for instance on a full disk; what stood at ``path`` before stays.

    Examples
    --------
    >>> with replacing(Path("/tmp/auscult-doc.txt")) as partial:
    ...     _ = partial.write_text("all of it")
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        os.replace(partial, path)
    except OSError as error:
        raise AuscultError(f"{path} could not be written ({error.strerror}): choose another place for it.") from error
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all; see `replacing`."""
    with replacing(path) as partial:
        partial.write_bytes(data)


def digest_files(*paths: Path) -> str:
    """Sha256 of the content of files, one after the other, in hexadecimal digits."""
    digest = sha256()
    for path in paths:
        with open(path, "rb") as file:
            file_digest(file, lambda: digest)
    return digest.hexdigest()
