"""An embedding laid out and measured, as a picture and a table need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.evaluation.neighbours import Likeness, measure_likeness, nearest_of_others
from auscult.evaluation.points import Points
from auscult.evaluation.projection import Method, Projection, project
from auscult.evaluation.rows import write_rows
from auscult.figures import check_picture_ending

_LAST_COLUMNS = ("x", "y", "nearest_other_patient", "nearest_other_recording")


@dataclass(frozen=True, eq=False)
class EmbeddingMap:
    """Points with a place in two dimensions and a neighbour in the full embedding.

    Attributes
    ----------
    title
        What is shown, in one line.
    points
        What is known of each, n of them.
    projection
        Places of those that are drawn.
    of_other_patient, of_other_recording
        Nearest point of another patient, and of another recording (of any patient), (n,); -1 where there is none.
    likenesses
        One for each panel.
    """

    title: str
    points: Points
    projection: Projection
    of_other_patient: NDArray[np.int64]
    of_other_recording: NDArray[np.int64]
    likenesses: tuple[Likeness, ...]


def map_embedding(
    points: Points,
    vectors: NDArray[np.float32],
    by: Sequence[str],
    *,
    title: str = "",
    method: Method = "tsne",
    most: int = 2000,
    seed: int = 0,
) -> EmbeddingMap:
    """Lay an embedding out, and measure on all of its points and dimensions how strongly it is sorted by each grouping.

    Every embedding is brought to length 1 first: contrastive losses compare directions, and lengths depend on how a network was
    trained, so runs could not be compared.

    Parameters
    ----------
    points, vectors
        What is known of each point, and its embedding (n, size).
    by
        Groupings that the points know, one a panel.
    title
        In one line.
    method, most, seed
        As in `auscult.evaluation.projection.project`.
    """
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    projection = project(vectors, method=method, most=most, seed=seed)
    nearest = {"patient": nearest_of_others(vectors, points.patients)}
    nearest["recording"] = nearest_of_others(vectors, points.recordings)
    likenesses = tuple(_likeness(points, grouping, nearest) for grouping in by)
    return EmbeddingMap(title, points, projection, nearest["patient"], nearest["recording"], likenesses)


def _likeness(points: Points, by: str, nearest: dict[str, NDArray[np.int64]]) -> Likeness:
    """A neighbour must be of another patient; where patients are asked for, of another recording."""
    owner, owners = ("recording", points.recordings) if by == "patient" else ("patient", points.patients)
    return measure_likeness(points.labels(by), owners, nearest[owner], by=by, owner=owner)


def table_beside(picture: Path) -> Path:
    """Where the table of a picture goes: beside it, with the ending csv.

    Raises
    ------
    AuscultError
        When the picture's ending or folder will not do, or something else stands there.
    """
    check_picture_ending(picture)
    table = picture.with_suffix(".csv")
    if not picture.parent.is_dir():
        raise AuscultError(f"There is no folder {picture.parent} for {picture.name}: make it, or choose another place.")
    for target in (picture, table):
        if target.is_dir():
            raise AuscultError(f"{target} is a folder: give the picture another name.")
    if table.is_file():
        with table.open(encoding="utf-8", errors="replace") as file:
            header = file.readline().strip()
        if not header.endswith(",".join(_LAST_COLUMNS)):
            raise AuscultError(f"{table} holds something else and would be overwritten: give the picture another name.")
    return table


def save_points(found: EmbeddingMap, path: Path) -> None:
    """Write a csv with a row a point, whole or not at all: what is known of it, its place, and the ids of its neighbours.

    ``x`` and ``y`` are empty for points that are not drawn.
    """
    points = found.points
    columns = {"id": points.ids, "recording": points.recordings, "patient": points.patients, "side": points.sides}
    columns |= {"class": points.classes, **points.groups}
    drawn = zip(found.projection.rows.tolist(), found.projection.coordinates.tolist(), strict=True)
    places = {i: (f"{x:.5g}", f"{y:.5g}") for i, (x, y) in drawn}
    ids = [*points.ids.tolist(), ""]  # -1 is nobody
    rows = (
        [
            *(str(column[i]) for column in columns.values()),
            *places.get(i, ("", "")),
            ids[found.of_other_patient[i]],
            ids[found.of_other_recording[i]],
        ]
        for i in range(len(points))
    )
    write_rows(path, [*columns, *_LAST_COLUMNS], rows)
