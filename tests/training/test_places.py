"""When something abnormal is heard: the annotated times frame by frame, as batches hold them."""

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.features.front_end import FrontEnd
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.recordings.windows import around, cut_windows
from auscult.training.data import PictureDataset, class_indices, in_order
from auscult.training.places import Places, find_abnormal
from auscult.training.recipe_file import load_recipe
from auscult.training.sides import divide_segments, make_sides
from auscult.training.train import train
from tests.recordings.layouts import write_sprsound

TINY = {
    "data.task": "sprsound-1-2",
    "data.split": "intra",
    "features.bands": 8,
    "model.options": {"width": 0.05, "locate": True},
    "training.epochs": 1,
    "training.samples": 16,
}


@pytest.fixture(scope="module")
def children(tmp_path_factory):
    return load_dataset("sprsound", write_sprsound(tmp_path_factory.mktemp("sprsound"), patients=10))


def test_frames_by_hand(children):
    """A window from 1 s on, frames of 0.25 s: 1.3–1.7 s holds the middles 1.375 and 1.625, 2.4 s on the last one."""
    segment = next(iter(children.segments))
    (window,) = around([segment], seconds=0.5)
    places = Places(
        [window], {segment.recording.id: [(window.start + 0.3, window.start + 0.7), (window.start + 1.4, 9.0)]}, 0.25
    )
    assert places(0, 6).tolist() == [0, 1, 1, 0, 0, 0]
    assert places(0, 7).tolist() == [0, 1, 1, 0, 0, 0, 1]
    assert Places([window], {}, 0.25)(0, 3).tolist() == [0, 0, 0]


def test_abnormal_is_every_segment_that_is_not_normal(children):
    task = get_task("sprsound-1-2")
    segments = children.segments_of(children.recordings, task)
    found = find_abnormal(children, cut_windows(segments, seconds=1.0), task)
    expected = {(s.recording.id, s.start, s.end) for s in segments if task.classify(s.labels) != "normal"}
    assert {(recording, *span) for recording, spans in found.items() for span in spans} == expected
    assert 0 < len(expected) < len(segments)


def test_batches_hold_the_places_of_their_segments(children):
    """Of annotated segments as they are: all frames of an abnormal one, none of a normal one, none behind the sound."""
    task = get_task("sprsound-1-2")
    recipe = load_recipe("mn-lung", TINY | {"data.units": ["annotated"], "data.around_seconds": None})
    split = children.splits["intra"]
    division = divide_segments(recipe, children, task, split, seed=0)
    side = make_sides(recipe, children, task, split, division, seed=0).learn
    places = Places(side.segments, side.abnormal, recipe.features.frame_seconds)
    data = PictureDataset(side, FrontEnd(bands=8, deltas=False, normalize="mn"), places=places)
    (batch,) = in_order(data, len(side.segments))
    assert batch.places.shape == (len(side.segments), batch.pictures.shape[3])
    truth = class_indices(side.segments, task)
    for row, frames, number in zip(batch.places.numpy(), batch.lengths.tolist(), truth, strict=True):
        assert row[: frames - 1].tolist() == [float(number > 0)] * (frames - 1)
        assert not row[frames:].any()
    assert PictureDataset(side, data.front_end).collate([data[0]]).places is None


@pytest.mark.parametrize("change", [{"augment.crop": {"frames": 50}}, {"augment.stretch": {"share": 0.1}}])
def test_pictures_that_lose_their_time_are_refused(children, tmp_path, change):
    with pytest.raises(AuscultError, match=r"set augment\.crop=null and augment\.stretch=null\.$"):
        train(load_recipe("mn-lung", TINY | change), children, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_the_recipe_trains(children, tmp_path):
    run = train(load_recipe("mn-lung", TINY), children, tmp_path / "run", quiet=True)
    losses = np.genfromtxt(run.path / "log" / "version_0" / "metrics.csv", delimiter=",", names=True)["loss"]
    assert np.isfinite(losses).any()
