"""Embeddings in two dimensions. scikit-learn is imported when one is projected."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError

Method = Literal["tsne", "pca"]
FEWEST_POINTS = 5
_AXES_BEFORE, _PERPLEXITY = 50, 30.0
"""Principal axes that t-SNE starts from, and its perplexity, as its authors' and scikit-learn's defaults."""
_SAME = 1e-5  # of the largest number; float32 keeps about 1e-7


class Projection(NamedTuple):
    """Points in two dimensions.

    Attributes
    ----------
    rows
        Which points, (m,), in random order, so that no group is drawn on top of another.
    coordinates
        (m, 2)
    told
        How they were made, for a caption.
    """

    rows: NDArray[np.int64]
    coordinates: NDArray[np.float64]
    told: str


def project(vectors: NDArray[np.float32], *, method: Method = "tsne", most: int = 2000, seed: int = 0) -> Projection:
    """Lay embeddings out in two dimensions.

    Parameters
    ----------
    vectors
        (n, size)
    method
        ``pca``: the two axes with the largest variance. ``tsne``: t-SNE [1]_ on the first 50 principal axes, perplexity 30 or
        a third of the points.
    most
        Of more points so many are drawn at random.
    seed
        Of that draw and of t-SNE.

    Raises
    ------
    AuscultError
        When there are fewer than `FEWEST_POINTS`, or nothing tells the embeddings apart.

    References
    ----------
    .. [1] van der Maaten, Hinton: Visualizing data using t-SNE, Journal of Machine Learning Research 9, 2008.
    """
    if len(vectors) < FEWEST_POINTS:
        raise AuscultError(f"A picture needs at least {FEWEST_POINTS} points, here are {len(vectors)}: choose another --side.")
    if not np.isfinite(vectors).all():
        raise AuscultError("The embeddings hold numbers that are not finite, the training has diverged: train it again.")
    if np.ptp(vectors, axis=0).max() <= _SAME * np.abs(vectors).max():
        raise AuscultError("All embeddings point the same way, the encoder tells nothing apart: train it longer or otherwise.")
    rows = np.random.default_rng(seed).permutation(len(vectors))[:most]
    coordinates, told = (_tsne if method == "tsne" else _pca)(vectors[rows].astype(np.float64), seed)
    return Projection(rows, coordinates, told)


def _pca(vectors: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], str]:
    from sklearn.decomposition import PCA

    pca = PCA(2, random_state=seed)
    coordinates = pca.fit_transform(vectors)
    across, up = 100 * pca.explained_variance_ratio_
    return coordinates, f"PCA, the axes hold {across:.0f} % and {up:.0f} % of the variance"


def _tsne(vectors: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], str]:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    reduced = PCA(min(_AXES_BEFORE, *vectors.shape), random_state=seed).fit_transform(vectors)
    tsne = TSNE(2, perplexity=perplexity, init="pca", random_state=seed)
    return tsne.fit_transform(reduced).astype(np.float64), f"t-SNE, perplexity {perplexity:.3g}"
