"""Probabilities along time as outlines for the svg pictures of a page."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.timeline import Timeline

_CURVE_COLUMNS = 300


def draw_curves(timeline: Timeline | None, start: float, end: float) -> tuple[str, dict[str, str]]:
    """Outlines of the probabilities between two times: of abnormal, closed, and of each label."""
    if timeline is None:
        return "", {}
    frames = np.arange(len(timeline.abnormal))
    inside = np.flatnonzero(((frames + 1) * timeline.frame_seconds > start) & (frames * timeline.frame_seconds < end))
    columns = min(_CURVE_COLUMNS, len(inside))
    first = np.arange(columns) * len(inside) // max(columns, 1)
    x = 1000 * ((inside[first] + 0.5 * len(inside) / max(columns, 1)) * timeline.frame_seconds - start) / (end - start)

    def highest(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.fmax.reduceat(values[inside], first)

    return (
        " ".join(_outline(x, highest(timeline.abnormal), closed=True)),
        {label: " ".join(_outline(x, highest(values), closed=False)) for label, values in timeline.labels.items()},
    )


def _outline(x: NDArray[np.floating], values: NDArray[np.float64], *, closed: bool) -> Iterator[str]:
    """Svg path of each unbroken piece of a curve; closed: down to the axis."""
    known = ~np.isnan(values)
    edges = np.flatnonzero(np.diff(known.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    for first, stop in edges.tolist():
        points = [f"{a:.1f} {100 - 100 * b:.1f}" for a, b in zip(x[first:stop], values[first:stop], strict=True)]
        if closed:
            points = [f"{x[first]:.1f} 100", *points, f"{x[stop - 1]:.1f} 100"]
        yield "M" + "L".join(points) + ("Z" if closed else "")
