"""An analysis as a picture, drawn for its organ and written whole or not at all."""

from pathlib import Path

from matplotlib.figure import Figure

from auscult.analysis.plot_heart import draw_heart
from auscult.analysis.plot_lung import draw_lung
from auscult.analysis.result import Analysis
from auscult.figures import DPI, write_figure


def save_plot(analysis: Analysis, path: Path | str, *, dpi: int = DPI) -> None:
    """Write the picture of an analysis, whole or not at all.

    Parameters
    ----------
    analysis
        What `auscult.analyze` returned.
    path, dpi
        As in `auscult.figures.write_figure`, which refuses other endings than png, svg and pdf.
    """
    write_figure(draw(analysis), path, dpi=dpi)


def draw(analysis: Analysis) -> Figure:
    """Draw the picture of a lung sound or of a heart sound."""
    return draw_heart(analysis) if analysis.organ == "heart" else draw_lung(analysis)
