from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from auscult.errors import AuscultError
from auscult.evaluation.embedding_map import map_embedding
from auscult.evaluation.plot_embedding import MOST_IN_LEGEND, draw_embedding, save_embedding
from auscult.evaluation.points import Points


@pytest.fixture
def found():
    """An embedding of fifty recordings of 25 patients, 40 of them drawn."""
    rng = np.random.default_rng(0)
    points = Points(
        unit="recording",
        class_names=("normal", "abnormal"),
        ids=np.array([f"r{i:02}" for i in range(50)]),
        recordings=np.array([f"r{i:02}" for i in range(50)]),
        patients=np.repeat([f"p{i:02}" for i in range(25)], 2),
        sides=np.full(50, "test"),
        classes=np.tile(["abnormal", "normal"], 25),
        groups={"device": np.repeat(["$x$", "y", "", "z", "y"], 10), "database": np.array([f"d{i}" for i in range(50)])},
    )
    by = ["class", "patient", "device", "database"]
    return map_embedding(points, rng.normal(size=(50, 6)).astype(np.float32), by, title="a run", method="pca", most=40)


def legend_of(axis):
    legend = axis.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else None


def test_a_panel_for_each_grouping_with_its_number(found):
    axes = draw_embedding(found).axes
    assert [axis.get_title(loc="left") for axis in axes[:4]] == ["class", "patient", "device", "database"]
    for axis, likeness in zip(axes[:3], found.likenesses, strict=False):
        said = f"{100 * likeness.alike:.0f} % (by chance {100 * likeness.chance:.0f} %)"
        assert axis.texts[0].get_text() == f"nearest of the same {likeness.by}: {said}"
    assert axes[3].texts[0].get_text() == "no two patients share a database"


@pytest.mark.parametrize(("panels", "grid"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3))])
def test_panels_stand_in_rows(found, panels, grid):
    some = replace(found, likenesses=(found.likenesses * 2)[:panels])
    axes = draw_embedding(some).axes
    assert axes[0].get_subplotspec().get_gridspec().get_geometry() == grid
    assert sum(axis.axison for axis in axes) == panels


def test_points_have_the_colour_that_the_legend_says(found):
    figure = draw_embedding(found)
    for axis, by in ((figure.axes[0], "class"), (figure.axes[2], "device")):
        legend = axis.get_legend()
        colors = {
            text.get_text(): to_hex(mark.get_color()) for text, mark in zip(legend.get_texts(), legend.get_lines(), strict=True)
        }
        drawn = [to_hex(color) for color in axis.collections[0].get_facecolors()]
        labels = found.points.labels(by)[found.projection.rows]
        assert drawn == [colors[name.replace("$", r"\$") or "not known"] for name in labels.tolist()]
        assert len(set(colors.values())) == len(colors)
        np.testing.assert_allclose(axis.collections[0].get_offsets(), found.projection.coordinates)


def test_the_legend_has_classes_as_the_task_orders_them_and_few_groups_only(found):
    classes, patients, devices, databases = draw_embedding(found).axes[:4]
    assert legend_of(classes) == ["normal", "abnormal"]
    assert legend_of(devices) == [r"\$x\$", "y", "z", "not known"]
    assert len(found.points.names("patient")) > MOST_IN_LEGEND
    assert legend_of(patients) is None
    assert patients.get_xlabel() == "25 patients, a colour each"
    assert databases.get_xlabel() == "50 databases, a colour each"
    assert len({tuple(color) for color in patients.collections[0].get_facecolors()}) > MOST_IN_LEGEND


def test_title_and_caption_say_what_is_shown(found):
    figure = draw_embedding(found)
    assert figure.get_suptitle() == "a run"
    caption = " ".join(figure.get_supxlabel().split())
    assert caption.startswith("PCA, the axes hold ")
    assert "40 of 50 recordings, drawn at random" in caption


@pytest.mark.parametrize(("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_picture_is_written_in_the_kind_its_name_says_and_the_table_beside_it(tmp_path, found, ending, start):
    picture, table = tmp_path / f"embedding.{ending}", tmp_path / "embedding.csv"
    save_embedding(found, picture, table, dpi=40)
    assert picture.read_bytes().startswith(start)
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + len(found.points)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([picture.name, table.name])


@pytest.mark.parametrize(
    ("name", "dpi", "error", "sentence"),
    [
        ("embedding.txt", 40, AuscultError, r"embedding.txt names no kind of picture"),
        ("embedding.png", 10_000_000, ValueError, r"Image size of .* pixels is too large"),  # while it is drawn
        ("folder.png", 40, AuscultError, r"folder.png could not be written"),
    ],
)
def test_what_fails_leaves_picture_and_table_as_they_were(tmp_path, found, name, dpi, error, sentence):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "embedding.csv").write_text("of before", encoding="utf-8")
    with pytest.raises(error, match=sentence):
        save_embedding(found, tmp_path / name, tmp_path / "embedding.csv", dpi=dpi)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["embedding.csv", "folder.png"]
    assert (tmp_path / "embedding.csv").read_text(encoding="utf-8") == "of before"
