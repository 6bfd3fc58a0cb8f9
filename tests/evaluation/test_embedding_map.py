"""Points, their groupings, and an embedding laid out, measured and written."""

import csv

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.embedding_map import map_embedding, save_points, table_beside
from auscult.evaluation.points import Points, choose_groupings


@pytest.fixture
def points():
    """Six patients with two recordings each; the device of the last two is not known."""
    patients = np.repeat([f"p{i}" for i in range(6)], 2)
    return Points(
        unit="segment",
        class_names=("normal", "crackle", "wheeze"),
        ids=np.array([f"r{i}:0" for i in range(12)]),
        recordings=np.array([f"r{i}" for i in range(12)]),
        patients=patients,
        sides=np.full(12, "test"),
        classes=np.tile(["wheeze", "normal"], 6),
        groups={"device": np.array(["$x$"] * 6 + ["y"] * 4 + [""] * 2), "sex": np.full(12, "female")},
    )


@pytest.fixture
def vectors():
    """Directions: recordings of one patient side by side."""
    angles = np.repeat(np.arange(6), 2) * 0.5 + np.tile([0, 0.1], 6)
    return np.stack([np.cos(angles), np.sin(angles), np.zeros(12)], axis=1).astype(np.float32)


def test_groups_are_named_in_order(points):
    assert points.names("class") == ["normal", "wheeze"]
    assert points.names("device") == ["$x$", "y"]
    assert points.groupings == ["class", "patient", "side", "device", "sex"]


def test_usual_panels_are_those_that_divide_something(points):
    assert choose_groupings(points, []) == (["class", "patient", "device"], [])
    points.groups["device"] = np.full(12, "y")
    assert choose_groupings(points, []) == (["class", "patient"], ["No panel for device: all segments are of y."])
    del points.groups["device"]
    assert choose_groupings(points, []) == (["class", "patient"], ["No panel for device: the data set does not tell it."])


def test_wanted_panels_are_taken_once_or_refused(points):
    assert choose_groupings(points, ["sex", "device", "sex"]) == (["sex", "device"], [])
    with pytest.raises(AuscultError, match=r"--by age cannot be shown, the data set does not tell it; choose one of class, "):
        choose_groupings(points, ["sex", "age"])
    with pytest.raises(AuscultError, match=r"--by mood cannot be shown, there is no such grouping; choose one of class, "):
        choose_groupings(points, ["mood"])


def test_patients_are_found_again_among_other_recordings_and_classes_among_other_patients(points, vectors):
    found = map_embedding(points, vectors, ["patient", "class", "sex"], method="pca")
    patient, klass, sex = found.likenesses
    assert (patient.owner, patient.counted, patient.alike) == ("recording", 12, 1)
    assert patient.chance == pytest.approx(1 / 11)
    # the next recording of another patient is one of the other class, except at both ends where it is the same
    assert (klass.owner, klass.counted, klass.alike) == ("patient", 12, 2 / 12)
    assert klass.chance == pytest.approx(5 / 10)
    assert sex.alike == sex.chance == 1
    assert np.isnan(sex.above_chance)


def test_lengths_of_embeddings_do_not_matter(points, vectors):
    lengths = np.random.default_rng(0).uniform(0.1, 100, size=(12, 1)).astype(np.float32)
    one, other = (map_embedding(points, v, ["class", "device"], method="pca") for v in (vectors, vectors * lengths))
    assert one.likenesses == other.likenesses
    np.testing.assert_allclose(one.projection.coordinates, other.projection.coordinates, atol=1e-6)


def test_the_table_holds_every_point_its_place_and_its_neighbours(points, vectors, tmp_path):
    found = map_embedding(points, vectors, ["class"], method="pca", most=5)
    save_points(found, tmp_path / "embedding.csv")
    with (tmp_path / "embedding.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = ["id", "recording", "patient", "side", "class", "device", "sex"]
    assert list(rows[0]) == [*known, "x", "y", "nearest_other_patient", "nearest_other_recording"]
    assert [rows[3][name] for name in known] == ["r3:0", "r3", "p1", "test", "normal", "$x$", "female"]
    assert (rows[3]["nearest_other_patient"], rows[3]["nearest_other_recording"]) == ("r4:0", "r2:0")
    drawn = {i: (float(row["x"]), float(row["y"])) for i, row in enumerate(rows) if row["x"]}
    assert drawn.keys() == set(found.projection.rows.tolist())
    for row, place in zip(found.projection.rows.tolist(), found.projection.coordinates, strict=True):
        assert drawn[row] == pytest.approx(place, rel=1e-4)


def test_the_table_takes_the_place_of_nothing_else(points, vectors, tmp_path):
    assert table_beside(tmp_path / "embedding.png") == tmp_path / "embedding.csv"
    save_points(map_embedding(points, vectors, ["class"], method="pca"), tmp_path / "embedding.csv")
    assert table_beside(tmp_path / "embedding.png") == tmp_path / "embedding.csv"  # its own may be written again
    (tmp_path / "predictions.csv").write_text("task,id\n")
    with pytest.raises(AuscultError, match=r"predictions.csv holds something else"):
        table_beside(tmp_path / "predictions.svg")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(AuscultError, match=r"folder.csv is a folder: give the picture another name"):
        table_beside(tmp_path / "folder.png")
    with pytest.raises(AuscultError, match=r"There is no folder .*nowhere for embedding.png"):
        table_beside(tmp_path / "nowhere" / "embedding.png")
    with pytest.raises(AuscultError, match=r"embedding.txt names no kind of picture"):
        table_beside(tmp_path / "embedding.txt")
