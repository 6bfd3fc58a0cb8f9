"""CNN6 on real recordings at a small size, one recipe of each kind; all of them train on synthetic ones (tests/training)."""

import csv
import os

import numpy as np
import pytest

from auscult.evaluation.predictions import Predictions
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train

pytestmark = pytest.mark.real

SMALL = {
    "data.task": None,
    "data.split": None,
    "model.options": {"width": 2, "frames": 16},
    "training.epochs": 1,
    "training.samples": 64,
}


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory):
    """Pictures are prepared once for all tests here, or once for all where AUSCULT_CACHE names a folder."""
    with pytest.MonkeyPatch.context() as patch:
        if "AUSCULT_CACHE" not in os.environ:
            patch.setenv("AUSCULT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def logged(run, log):
    """Every number of a log, by name."""
    with open(run.path / log / "version_0" / "metrics.csv") as file:
        lines = list(csv.DictReader(file))
    return {name: [float(line[name]) for line in lines if line[name]] for name in lines[0]}


@pytest.mark.parametrize("name", ["cnn6-ce", "cnn6-hybrid", "cnn6-mscl", "cnn6-file-adversarial"])
def test_a_recipe_trains_on_icbhi_pictures(name, real_data, tmp_path):
    probe = {"probe.epochs": 2} if load_recipe(name).probe else {}
    recipe = load_recipe(name, SMALL | probe | {"data.name": "icbhi-pictures", "data.split": "official"})
    run = train(recipe, load_dataset("icbhi-pictures", real_data("icbhi")), tmp_path / "run", quiet=True)
    for log in run.path.glob("log*"):
        numbers = logged(run, log.name)
        assert np.isfinite([value for column in numbers.values() for value in column]).all()
        assert numbers["skipped"][0] == 0
    predictions = Predictions.load(run.predictions)
    test = predictions.where(predictions.splits == "official")
    assert len(test) == 2756
    assert np.isfinite(load_trained(run.path).facts.scores["official icbhi-4"]["score"])


def test_sex_and_age_are_contrasted_on_sprsound(real_data, tmp_path):
    """Nobody there is 18: the line is drawn where the recipe says."""
    changes = {"data.name": "sprsound", "data.adult_years": 6, "training.batch_size": 16, "probe.epochs": 2}
    recipe = load_recipe("cnn6-scl-sex-age", SMALL | changes)
    run = train(recipe, load_dataset("sprsound", real_data("sprsound")), tmp_path / "run", quiet=True)
    numbers = logged(run, "log-encoder")
    assert numbers["step"] == [3.0]  # the last of four batches
    assert numbers["skipped"] == [0.0]
    assert np.isfinite(numbers["loss"]).all()
    assert set(Predictions.load(run.predictions).groups["age"]) == {"under 6 y", "from 6 y"}
