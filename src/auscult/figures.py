"""Figures: made white and empty, and written as picture files, whole or not at all. matplotlib is imported when one is made."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from auscult.errors import AuscultError
from auscult.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 130
"""Dots an inch of a png."""
_ENDINGS = (".png", ".svg", ".pdf")


def new_figure(width: float, height: float) -> "Figure":
    """Make an empty white figure, size in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def check_picture_ending(path: Path | str) -> None:
    """Refuse a file name that names no kind of picture; to be called before anything long is computed.

    Raises
    ------
    AuscultError
        When the ending is none of .png, .svg and .pdf.
    """
    if Path(path).suffix.lower() not in _ENDINGS:
        raise AuscultError(f"{path} names no kind of picture that can be written: end it with {', '.join(_ENDINGS)}.")


def write_figure(figure: "Figure", path: Path | str, *, dpi: int = DPI) -> None:
    """Write a figure, whole or not at all.

    Parameters
    ----------
    figure
        What to write.
    path
        A png, svg or pdf file.
    dpi
        Dots an inch, for png.

    Raises
    ------
    AuscultError
        When the ending is another one, or the file cannot be written.
    """
    check_picture_ending(path)
    path = Path(path)
    write_whole(path, picture_bytes(figure, kind=path.suffix[1:].lower(), dpi=dpi))


def picture_bytes(figure: "Figure", *, kind: str = "png", dpi: int = DPI) -> bytes:
    """A figure as the content of a picture file; ``kind`` is png, svg or pdf."""
    picture = io.BytesIO()
    figure.savefig(picture, format=kind, dpi=dpi)
    return picture.getvalue()
