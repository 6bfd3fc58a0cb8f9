"""A folder that is filled whole or not at all."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from auscult.errors import AuscultError

_ASIDE = ".partial"


@contextlib.contextmanager
def filling(root: Path) -> Iterator[Path]:
    """Give a folder aside to write to; what is in it moves to ``root`` when the block ends well and goes when it does not.

    Folders move before files, files in order of their names, so that a table can stand for all it lists.

    Parameters
    ----------
    root
        Folder to make; it may exist if it is empty.

    Raises
    ------
    AuscultError
        When the folder holds something already, or it or what is in it cannot be written.
    """
    if os.path.lexists(root) and not (root.is_dir() and all(entry.name == _ASIDE for entry in root.iterdir())):
        raise AuscultError(f"{root} exists and is not an empty folder; choose another one.")
    if not root.resolve().parent.is_dir():
        raise AuscultError(f"There is no folder {root.parent}; make it first.")
    aside, existed = root / _ASIDE, root.is_dir()
    shutil.rmtree(aside, ignore_errors=True)  # what a killed process left
    try:
        aside.mkdir(parents=True)
        yield aside
        for entry in sorted(aside.iterdir(), key=lambda entry: (entry.is_file(), entry.name)):
            os.replace(entry, root / entry.name)
    except OSError as error:
        raise AuscultError(f"{root} cannot be written ({error.strerror}); choose another folder.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not existed:
            with contextlib.suppress(OSError):  # it stays where it was filled
                root.rmdir()
