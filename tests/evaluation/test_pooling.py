import numpy as np

from auscult.evaluation.pooling import pool


def test_owners_in_order_of_first_appearance_with_the_mean_of_their_pieces():
    names, pooled = pool([[1.0, 0.0], [0.2, 0.8], [0.0, 1.0], [0.6, 0.4], [0.5, 0.5]], ["z", "a", "z", "a", "m"])
    assert names.tolist() == ["z", "a", "m"]
    np.testing.assert_allclose(pooled, [[0.5, 0.5], [0.4, 0.6], [0.5, 0.5]])


def test_agrees_with_a_slow_loop():
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet([1, 1, 1], size=200)
    owners = rng.integers(0, 17, 200).astype(str)
    names, pooled = pool(probabilities, owners)
    assert sorted(names) == sorted(set(owners))
    for name, row in zip(names, pooled, strict=True):
        np.testing.assert_allclose(row, np.mean([p for p, o in zip(probabilities, owners, strict=True) if o == name], axis=0))


def test_nothing_to_pool():
    names, pooled = pool(np.empty((0, 2)), [])
    assert len(names) == 0
    assert pooled.shape == (0, 2)
