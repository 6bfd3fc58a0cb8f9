"""Where the results of recordings go: found out, and refused, before the work."""

from collections.abc import Sequence
from pathlib import Path

from auscult.errors import AuscultError


def picture_paths(files: Sequence[Path], plot: Path | None) -> list[Path | None]:
    """Where each recording's picture goes. In a folder it has the recording's name, and a number where two have the same.

    Raises
    ------
    AuscultError
        When it is one file for several recordings, or see `check_target`.
    """
    if plot is None:
        return [None] * len(files)
    if plot.is_dir():
        paths: list[Path | None] = []
        for file in files:
            same = sum(other.stem == file.stem for other in files[: len(paths)])
            paths.append(plot / (f"{file.stem}-{same + 1}.png" if same else f"{file.stem}.png"))
        return paths
    if len(files) > 1:
        raise AuscultError(f"--plot {plot} must be a folder that exists: there are {len(files)} recordings.")
    check_target(plot, files)
    return [plot]


def cycle_paths(files: Sequence[Path], cycles: Path | None) -> list[Path | None]:
    """Where each recording's cycles go: a file for one recording; in a folder ``NAME.txt``, as in ICBHI.

    Raises
    ------
    AuscultError
        When it is one file for several recordings, two recordings of a folder have the same name, or see `check_target`.
    """
    if cycles is None:
        return [None] * len(files)
    if cycles.is_dir():
        names = [f"{file.stem}.txt" for file in files]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise AuscultError(f"Two recordings would write {cycles / twice}: rename one, or analyse them one by one.")
        return [cycles / name for name in names]
    if len(files) > 1:
        raise AuscultError(f"--cycles {cycles} must be a folder that exists: there are {len(files)} recordings.")
    check_target(cycles, files)
    return [cycles]


def is_single_page(html: Path | None, files: Sequence[Path]) -> bool:
    """Whether a report is one page, by its name, and no folder.

    Raises
    ------
    AuscultError
        When it is a page and there are several recordings, or see `check_target`.
    """
    if html is None or html.is_dir() or html.suffix.lower() not in (".html", ".htm"):
        return False
    if len(files) > 1:
        raise AuscultError(f"--html {html} must be a folder: there are {len(files)} recordings.")
    check_target(html, files)
    return True


def check_target(path: Path | None, files: Sequence[Path]) -> None:
    """Find out before the work whether a file can be written, and that it is none of the recordings.

    Raises
    ------
    AuscultError
        When it cannot, or is.
    """
    if path is None:
        return
    if path.is_dir():
        raise AuscultError(f"{path} is a folder: name the file to write.")
    if not path.absolute().parent.is_dir():
        raise AuscultError(f"There is no folder {path.parent} to write {path.name} to: make it first.")
    if path.absolute() in [file.absolute() for file in files]:
        raise AuscultError(f"{path} is a recording to analyse: name another file to write.")
