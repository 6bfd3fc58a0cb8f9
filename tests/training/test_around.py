"""Windows of real sound in place of annotated events: in every side, in a trained model's answers, and where there are none."""

import numpy as np
import pytest

from auscult.analysis.answer import answer_segments as answer_exported
from auscult.analysis.model import load_model
from auscult.errors import AuscultError
from auscult.evaluation.predictions import Predictions
from auscult.export.onnx_file import export_onnx
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.synthesis.collection import write_collection
from auscult.recordings.tasks import get_task
from auscult.training.answer import answer_segments
from auscult.training.recipe_file import load_recipe
from auscult.training.sides import divide_segments
from auscult.training.train import train
from tests.recordings.layouts import write_icbhi_pictures, write_sprsound

TINY = {
    "data.name": "synthetic",
    "data.split": None,
    "data.task": "icbhi-4",
    "data.units": ["annotated"],
    "data.around_seconds": 1.6,
    "features.bands": 8,
    "model.options": {"width": 0.05, "locate": True},
    "model.weights": None,
    "training.epochs": 1,
    "training.samples": 40,
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=12, seconds=8, seed=0)
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("AUSCULT_CACHE", str(tmp_path / "cache"))


def divide(dataset, **changes):
    recipe = load_recipe("mn-lung", TINY | changes)
    task = get_task(recipe.data.task or dataset.tasks[0])
    return divide_segments(recipe, dataset, task, dataset.get_split(), seed=0)


def test_every_side_hears_windows_of_one_length_with_the_labels_of_the_events(root):
    dataset = load_dataset("synthetic", root)
    annotated, heard = divide(dataset, **{"data.around_seconds": None}), divide(dataset)
    for events, windows in zip(annotated, heard, strict=True):
        assert [(s.id, s.labels) for s in windows] == [(s.id, s.labels) for s in events]
        np.testing.assert_allclose([s.duration for s in windows], 1.6)
        assert len({round(s.duration, 3) for s in events}) > 1


def test_blind_windows_are_labelled_by_the_events_as_annotated(root):
    dataset, units = load_dataset("synthetic", root), {"data.units": ["annotated", "windows"]}
    with_windows, without = divide(dataset, **units), divide(dataset, **units, **{"data.around_seconds": None})
    blind = [[s for s in division.learn if ":w" in s.id] for division in (with_windows, without)]
    assert blind[0] == blind[1] != []


def test_a_trained_model_answers_what_it_was_trained_to_hear(root, tmp_path):
    dataset = load_dataset("synthetic", root)
    run = train(load_recipe("mn-lung", TINY), dataset, tmp_path / "run", quiet=True)
    saved = Predictions.load(run.predictions)
    saved = saved.where(saved.splits == "default")
    model, by_id = load_trained(run.path), {segment.id: segment for segment in dataset.segments}
    assert model.facts.around_seconds == 1.6
    segments = [by_id[i] for i in saved.ids]
    again = answer_segments(model, dataset, segments, split="default")
    np.testing.assert_allclose(again.probabilities, saved.probabilities, atol=1e-5)
    card = {"name": "tiny", "title": "A tiny model", "organ": "lung", "licence": "Apache-2.0"}
    export_onnx(model, tmp_path / "tiny.onnx", card=card, window_seconds=1.6)
    exported = load_model(tmp_path / "tiny.onnx")
    assert exported.card.around_seconds == 1.6
    heard = answer_exported(exported, dataset, segments, split="default")
    close = np.abs(heard.probabilities - saved.probabilities).max(axis=1) < 0.05
    assert close.mean() > 0.9  # cut from the picture of a whole recording a window hears a little beyond its ends


@pytest.mark.parametrize(
    ("name", "task", "write", "sentence"),
    [
        ("icbhi-pictures", None, write_icbhi_pictures, "icbhi-pictures has ready pictures of its segments"),
        ("sprsound", "sprsound-2-1", write_sprsound, "sprsound-2-1 answers whole recordings"),
    ],
)
def test_where_there_is_nothing_around_a_sentence_says_so(name, task, write, sentence, tmp_path):
    dataset = load_dataset(name, write(tmp_path / "data"))
    changes = {"data.name": name, "data.task": task, "signal": {}, "features.scale": "mel", "features.normalize": "training"}
    with pytest.raises(AuscultError, match=rf"^{sentence}.*: add --set data\.around_seconds=null\.$"):
        divide(dataset, **changes)
