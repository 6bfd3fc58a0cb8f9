"""An analysis as a picture, drawn for its organ."""

from matplotlib.figure import Figure

from auscult.analysis.plot_heart import draw_heart
from auscult.analysis.plot_lung import draw_lung
from auscult.analysis.result import Analysis


def draw(analysis: Analysis) -> Figure:
    """Draw the picture of a lung sound or of a heart sound."""
    return draw_heart(analysis) if analysis.organ == "heart" else draw_lung(analysis)
