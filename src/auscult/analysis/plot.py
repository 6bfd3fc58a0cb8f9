"""An analysis as a picture, drawn for its organ and written whole or not at all."""

import io
from pathlib import Path

from matplotlib.figure import Figure

from auscult.analysis.plot_heart import draw_heart
from auscult.analysis.plot_lung import draw_lung
from auscult.analysis.result import Analysis
from auscult.errors import AuscultError
from auscult.files import write_whole

_ENDINGS = (".png", ".svg", ".pdf")


def save_plot(analysis: Analysis, path: Path | str, *, dpi: int = 130) -> None:
    """Write the picture of an analysis, whole or not at all.

    Parameters
    ----------
    analysis
        What `auscult.analyze` returned.
    path
        A png, svg or pdf file.
    dpi
        Dots an inch, for png.

    Raises
    ------
    AuscultError
        When the ending is another one, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in _ENDINGS:
        raise AuscultError(f"{path} names no kind of picture that can be written: end it with {', '.join(_ENDINGS)}.")
    picture = io.BytesIO()
    draw(analysis).savefig(picture, format=path.suffix[1:].lower(), dpi=dpi)
    write_whole(path, picture.getvalue())


def draw(analysis: Analysis) -> Figure:
    """Draw the picture of a lung sound or of a heart sound."""
    return draw_heart(analysis) if analysis.organ == "heart" else draw_lung(analysis)
