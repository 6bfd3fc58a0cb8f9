import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.projection import project


@pytest.fixture
def two_clouds():
    """Ten points about one place and ten about another, in eight dimensions."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(20, 8)) + 30 * np.repeat([0, 1], 10)[:, None]).astype(np.float32)


def distances(points):
    return np.linalg.norm(points[:, None] - points, axis=-1)


def test_pca_of_a_plane_keeps_all_distances():
    rng = np.random.default_rng(0)
    flat = (rng.normal(size=(30, 2)) * [5, 1]) @ np.linalg.qr(rng.normal(size=(6, 6)))[0][:2]  # (30, 6)
    rows, coordinates, told = project(flat.astype(np.float32), method="pca")
    np.testing.assert_allclose(distances(coordinates), distances(flat[rows]), atol=1e-4)
    assert coordinates[:, 0].std() > coordinates[:, 1].std()
    first, second = (int(word) for word in told.split() if word.isdigit())
    assert first + second == 100


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_what_is_far_apart_stays_apart(two_clouds, method):
    rows, coordinates, _ = project(two_clouds, method=method)
    assert sorted(rows) == list(range(20))
    apart = distances(coordinates) + np.where(np.eye(20), np.inf, 0)
    assert (rows[apart.argmin(axis=1)] // 10 == rows // 10).all()


def test_the_same_seed_gives_the_same_picture(two_clouds):
    one, two, other = (project(two_clouds, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.rows, two.rows)
    np.testing.assert_allclose(one.coordinates, two.coordinates)
    assert one.rows.tolist() != other.rows.tolist()


def test_of_more_points_some_are_drawn_and_perplexity_follows(two_clouds):
    rows, coordinates, told = project(two_clouds, most=7)
    assert len(set(rows.tolist())) == len(coordinates) == 7
    assert told == "t-SNE, perplexity 2"  # (7 - 1) / 3
    assert len(project(two_clouds[:5]).rows) == 5


@pytest.mark.parametrize(
    ("vectors", "sentence"),
    [
        (np.eye(4), "at least 5 points, here are 4"),
        (np.ones((9, 3)), "tells nothing apart"),
        (np.zeros((9, 3)), "tells nothing apart"),
        (np.full((9, 3), np.nan), "not finite"),
    ],
)
def test_what_cannot_be_drawn_is_said(vectors, sentence):
    with pytest.raises(AuscultError, match=sentence):
        project(vectors.astype(np.float32))
