import math

import numpy as np
import pytest

from auscult.evaluation.neighbours import measure_likeness, nearest_of_others


def test_worked_by_hand():
    # on a line:      0    1    2.5  4.5  5    9
    owners = np.array(["p", "p", "q", "q", "r", "r"])
    labels = np.array(["a", "b", "a", "b", "b", ""])
    vectors = np.array([[0], [1], [2.5], [4.5], [5], [9]], dtype=np.float32)
    nearest = nearest_of_others(vectors, owners)
    assert nearest.tolist() == [2, 2, 1, 4, 3, 3]
    found = measure_likeness(labels, owners, nearest, by="class", owner="patient")
    # alike: yes no no yes yes, the sixth is not known; by chance: 1/3, 2/3, 1/3, 2/3, 2/4 of the others' known points
    assert (found.groups, found.counted) == (2, 5)
    assert found.alike == pytest.approx(3 / 5)
    assert found.chance == pytest.approx(1 / 2)
    assert found.above_chance == pytest.approx(1 / 5)


def test_the_nearest_is_that_of_a_slow_search():
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(700, 3)) + 100).astype(np.float32)
    owners = rng.choice(list("abcde"), 700)
    slow = []
    for vector, owner in zip(vectors.astype(float), owners, strict=True):
        distances = np.linalg.norm(vectors.astype(float) - vector, axis=1)
        slow.append(np.where(owners == owner, np.inf, distances).argmin())
    assert nearest_of_others(vectors, owners).tolist() == slow


def test_a_group_that_nobody_else_has_does_not_count():
    owners, labels = np.array(["p", "q", "r"]), np.array(["a", "a", "b"])
    nearest = nearest_of_others(np.array([[0], [1], [1.5]], dtype=np.float32), owners)
    found = measure_likeness(labels, owners, nearest, by="device", owner="patient")
    assert (found.groups, found.counted) == (2, 2)
    assert (found.alike, found.chance) == (0.5, 0.5)


def test_a_neighbour_of_unknown_group_does_not_count():
    owners, labels = np.array(["p", "q", "r"]), np.array(["a", "", "a"])
    nearest = nearest_of_others(np.array([[0], [1], [3]], dtype=np.float32), owners)
    found = measure_likeness(labels, owners, nearest, by="device", owner="patient")
    assert (found.groups, found.counted) == (1, 0)
    assert math.isnan(found.alike)
    assert math.isnan(found.above_chance)


def test_where_all_belong_to_one_there_is_no_neighbour():
    owners = np.array(["p", "p"])
    nearest = nearest_of_others(np.zeros((2, 2), dtype=np.float32), owners)
    assert nearest.tolist() == [-1, -1]
    assert measure_likeness(np.array(["a", "a"]), owners, nearest, by="class", owner="patient").counted == 0


def test_an_embedding_of_noise_is_sorted_as_by_chance_and_one_of_the_labels_wholly():
    rng = np.random.default_rng(1)
    labels, owners = rng.choice(["a", "b", "c"], 3000, p=[0.6, 0.3, 0.1]), rng.choice(list("pqrstuvw"), 3000)
    noise = rng.normal(size=(3000, 5)).astype(np.float32)
    found = measure_likeness(labels, owners, nearest_of_others(noise, owners), by="class", owner="patient")
    assert found.chance == pytest.approx(0.46, abs=0.02)  # 0.6² + 0.3² + 0.1²
    assert found.above_chance == pytest.approx(0, abs=0.05)
    sorted_by_label = noise + 100 * (labels[:, None] == ["a", "b", "c", "d", "e"])
    nearest = nearest_of_others(sorted_by_label.astype(np.float32), owners)
    assert measure_likeness(labels, owners, nearest, by="class", owner="patient").above_chance == 1
