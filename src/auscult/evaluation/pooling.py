"""From the probabilities of pieces to those of what they are pieces of: a recording, or a patient."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def pool(probabilities: ArrayLike, owners: ArrayLike) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Average the probabilities of all pieces that have the same owner.

    Parameters
    ----------
    probabilities
        (n, classes).
    owners
        Name of the recording or patient that each piece belongs to, (n,) str; its pieces need not stand side by side.

    Returns
    -------
    names
        Each owner once, in the order of first appearance, (k,) str.
    pooled
        Mean over the pieces of each, (k, classes).

    Examples
    --------
    >>> names, pooled = pool([[0.2, 0.8], [0.9, 0.1], [0.4, 0.6]], ["b", "a", "b"])
    >>> names.tolist(), pooled.round(3).tolist()
    (['b', 'a'], [[0.3, 0.7], [0.9, 0.1]])
    """
    given = np.asarray(probabilities, dtype=np.float64)
    names, first, owner = np.unique(np.asarray(owners, dtype=np.str_), return_index=True, return_inverse=True)
    sums = np.zeros((len(names), *given.shape[1:]))  # (k, classes), alphabetical
    np.add.at(sums, owner, given)
    pooled = sums / np.bincount(owner, minlength=len(names))[:, None]
    order = np.argsort(first)
    return names[order], pooled[order]
