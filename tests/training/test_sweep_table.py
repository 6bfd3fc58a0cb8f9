"""Tables of sweeps, by hand: numbers from predictions that are written here, what is looked at, and which row is best."""

import csv

import numpy as np
import pytest

from auscult.evaluation.predictions import Predictions
from auscult.training.sweep_folder import SweepFolder
from auscult.training.sweep_table import SweepTable, best_row

SETTINGS = [{"training.epochs": 1}, {"training.epochs": 2}, {"training.epochs": 3}]
VALIDATION = {"validation": "validation"}
ALL_RIGHT, HALF_RIGHT, ALL_NORMAL, MOSTLY_WRONG = [0, 0, 1, 1], [0, 0, 1, 0], [0, 0, 0, 0], [1, 2, 1, 0]
"""Answers to two normal and two crackling segments: Score 100, 75, 50 and 25."""


def write_run(run, validation, test):
    answers = np.array([*validation, *test])
    run.path.mkdir(parents=True)
    Predictions(
        task="icbhi-4",
        ids=[f"s{i}" for i in range(8)],
        recordings=[f"r{i}" for i in range(8)],
        patients=[f"p{i % 2}" for i in range(8)],
        splits=["validation"] * 4 + ["official"] * 4,
        truth=[0, 0, 1, 1] * 2,
        predicted=answers,
        probabilities=np.eye(4)[answers],
    ).save(run.predictions)


@pytest.fixture
def folder(tmp_path):
    """Of the first setting both seeds are finished, of the second one, of the third none."""
    folder = SweepFolder(tmp_path / "sweep")
    write_run(folder.run(SETTINGS[0], 0), HALF_RIGHT, ALL_NORMAL)
    write_run(folder.run(SETTINGS[0], 1), ALL_NORMAL, ALL_RIGHT)
    write_run(folder.run(SETTINGS[1], 0), ALL_RIGHT, ALL_RIGHT)
    return folder


def rows_of(table):
    table.save()
    with table.folder.table.open() as file:
        return list(csv.DictReader(file))


def test_a_row_is_the_mean_over_its_seeds_on_the_validation_patients(folder):
    rows = rows_of(SweepTable(folder, SETTINGS, 2, "icbhi-4", VALIDATION))
    assert [row["training.epochs"] for row in rows] == ["1", "2", "3"]
    assert [(row["seeds"], row["failed"]) for row in rows] == [("2", "0"), ("1", "0"), ("0", "0")]
    assert [row["validation_score"] for row in rows] == ["62.50", "100.00", ""]
    assert [row["validation_score_sd"] for row in rows] == ["17.68", "", ""]  # (75 − 50) / √2
    assert [row["validation_sensitivity"] for row in rows] == ["25.00", "100.00", ""]


def test_the_test_side_is_looked_at_only_where_asked(folder):
    without = rows_of(SweepTable(folder, SETTINGS, 2, "icbhi-4", VALIDATION))
    assert not [name for name in without[0] if "test" in name]
    asked = rows_of(SweepTable(folder, SETTINGS, 2, "icbhi-4", VALIDATION | {"test": "official"}))
    assert [row["test_score"] for row in asked] == ["75.00", "100.00", ""]
    assert [row["test_score_low"] for row in asked] == ["75.00", "100.00", ""]  # two patients who are answered alike
    assert [row["validation_score"] for row in asked] == [row["validation_score"] for row in without]


def test_what_went_wrong_is_counted_and_not_scored(folder):
    table = SweepTable(folder, SETTINGS, 2, "icbhi-4", VALIDATION)
    table.failed["epochs=1-seed1"] = "The data are others."
    rows = rows_of(table)
    assert [(row["seeds"], row["failed"], row["validation_score"]) for row in rows][:2] == [
        ("1", "1", "75.00"),
        ("1", "0", "100.00"),
    ]


def test_the_best_row_has_the_most_seeds(folder):
    table = SweepTable(folder, SETTINGS, 2, "icbhi-4", VALIDATION)
    assert best_row(table.rows()).settings == SETTINGS[0]  # 100 with one seed is no match
    write_run(folder.run(SETTINGS[1], 1), HALF_RIGHT, ALL_NORMAL)
    assert best_row(table.rows()).settings == SETTINGS[1]


def write_row(folder, number, *answers):
    for seed, validation in enumerate(answers):
        write_run(folder.run(SETTINGS[number], seed), validation, ALL_RIGHT)


def best_of(folder, seeds):
    best = best_row(SweepTable(folder, SETTINGS, seeds, "icbhi-4", VALIDATION).rows())
    return best and best.settings


def test_answering_normal_always_is_never_best(tmp_path):
    folder = SweepFolder(tmp_path)
    write_row(folder, 0, ALL_NORMAL)
    assert best_of(folder, 1) is None
    write_row(folder, 1, MOSTLY_WRONG)
    assert best_of(folder, 1) == SETTINGS[1]  # Score 25, against 50


def test_a_run_that_answers_normal_always_counts_nothing_in_its_row(tmp_path):
    folder = SweepFolder(tmp_path)
    write_row(folder, 0, ALL_RIGHT, ALL_NORMAL)  # 100 and 50, of which 50 on average are left
    write_row(folder, 1, HALF_RIGHT, HALF_RIGHT)
    assert best_of(folder, 2) == SETTINGS[1]


def test_none_is_best_where_several_share_the_top(tmp_path):
    folder = SweepFolder(tmp_path)
    write_row(folder, 0, HALF_RIGHT, ALL_RIGHT)
    write_row(folder, 1, ALL_RIGHT, HALF_RIGHT)
    write_row(folder, 2, HALF_RIGHT, HALF_RIGHT)
    assert best_of(folder, 2) is None


def test_without_validation_patients_nothing_is_best(tmp_path):
    assert best_row(SweepTable(SweepFolder(tmp_path), SETTINGS, 2, "icbhi-4", VALIDATION).rows()) is None
