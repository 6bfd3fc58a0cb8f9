"""Batches: views, labels, masks, padding, changed copies."""

import numpy as np
import pytest
import torch

from auscult.augment.colour import RandomColour
from auscult.augment.crop import RandomCrop
from auscult.augment.mask import RandomMask
from auscult.features.front_end import FrontEnd
from auscult.features.pictures import SegmentPictures
from auscult.recordings.core import Recording, Segment
from auscult.training.contrast_labels import contrast_labels
from auscult.training.data import PictureDataset, SegmentData, Side, in_order
from auscult.training.recipe import TrainingPart

BANDS = 4
FRAMES = (7, 3, 5, 9, 2, 6)
TRUTH = np.array([0, 2, 1, 0, 1, 1])


def stored(arrays):
    """Pictures one a segment, which nobody may change."""
    for array in arrays:
        array.flags.writeable = False
    return SegmentPictures(arrays, [(i, 0, array.shape[1]) for i, array in enumerate(arrays)])


def a_side(frames=FRAMES, truth=TRUTH, copies=()):
    recordings = [Recording(f"r{i}", f"p{i // 2}", None, 1.0) for i in range(len(frames))]
    segments = [Segment(f"{recording.id}:0", recording, 0.0, 1.0, {}) for recording in recordings]
    rng = np.random.default_rng(0)
    pictures = [rng.normal(0, 1, (BANDS, n)).astype(np.float32) for n in frames]
    return Side(segments, stored(pictures), truth, copies=copies)


def a_dataset(side=None, **options):
    return PictureDataset(side or a_side(), FrontEnd(bands=BANDS, deltas=False), **options)


def a_batch(dataset):
    """All segments at once, in order."""
    return next(iter(in_order(dataset, len(dataset))))


def test_first_all_first_views_and_then_all_second_ones():
    side = a_side()
    batch = a_batch(a_dataset(side, views=3))
    assert batch.pictures.shape == (3 * 6, 1, BANDS, max(FRAMES))
    assert batch.lengths.tolist() == 3 * list(FRAMES)
    assert batch.truth.tolist() == 3 * TRUTH.tolist()
    for view in range(3):
        for number, picture in enumerate(side.pictures):
            made = batch.pictures[view * 6 + number, 0, :, : FRAMES[number]]
            np.testing.assert_array_equal(made.numpy(), picture)


def test_pictures_are_padded_with_zeros_behind_and_only_there():
    batch = a_batch(a_dataset())
    for picture, length in zip(batch.pictures, batch.lengths, strict=True):
        assert (picture[:, :, :length] != 0).all()
        assert (picture[:, :, length:] == 0).all()


def test_views_differ_where_there_are_random_changes_and_are_alike_where_not():
    plain = a_batch(a_dataset(views=2))
    torch.testing.assert_close(plain.pictures[:6], plain.pictures[6:])
    for options in ({"changes": [RandomColour()]}, {"mask": RandomMask(bands=8, frame_share=0.5)}):
        batch = a_batch(a_dataset(views=2, **options))
        assert batch.lengths.tolist() == 2 * list(FRAMES)
        for one, other in zip(batch.pictures[:6], batch.pictures[6:], strict=True):
            assert not torch.equal(one, other)


def test_views_are_cut_independently_of_each_other():
    side = a_side(frames=(40,) * 6)
    batch = a_batch(a_dataset(side, views=2, changes=[RandomCrop(5)]))
    assert batch.pictures.shape == (12, 1, BANDS, 5)
    assert any(not torch.equal(one, other) for one, other in zip(batch.pictures[:6], batch.pictures[6:], strict=True))


def test_the_label_of_the_segment_pairs_its_two_views_and_nothing_else():
    side = a_side()
    labels = {"segment": contrast_labels("segment", side.segments, side.truth)}
    batch = a_batch(a_dataset(side, views=2, labels=labels))
    alike = batch.labels["segment"][:, None] == batch.labels["segment"]
    expected = torch.zeros(12, 12, dtype=torch.bool)
    for number in range(12):
        expected[number, number] = expected[number, (number + 6) % 12] = True
    assert torch.equal(alike, expected)


def test_labels_go_with_their_segments_in_every_order():
    side = a_side()
    labels = {"patient": np.array([0, 0, 1, 1, -1, 2]), "class": TRUTH}
    dataset = a_dataset(side, views=2, labels=labels)
    order = [4, 1, 5]
    batch = dataset.collate([dataset[number] for number in order])
    assert batch.labels["patient"].tolist() == 2 * [-1, 0, 2]
    assert batch.labels["class"].tolist() == batch.truth.tolist() == 2 * [1, 2, 1]
    assert batch.lengths.tolist() == 2 * [FRAMES[number] for number in order]
    assert dict(a_batch(a_dataset(side)).labels) == {}


def test_each_picture_of_a_batch_has_masks_of_its_own():
    frames = (30,) * 64
    side = a_side(frames, np.zeros(64, dtype=np.int64))
    mask = RandomMask(bands=0, frames=1, frame_share=0.5, probability=0.5)
    batch = a_batch(a_dataset(side, mask=mask))
    blotted = (batch.pictures[:, 0] == 0).all(dim=1)  # (pictures, frames)
    places = {tuple(picture.tolist()) for picture in blotted}
    assert len(places) > 20
    assert 15 < blotted.any(dim=1).sum() < 49  # not all or none: half of 64, and four deviations of 4 to each side


def test_the_same_seed_gives_the_same_batches():
    def drawn(seed):
        dataset = a_dataset(views=2, changes=[RandomColour(), RandomCrop(3)], mask=RandomMask(), seed=seed)
        return [batch.pictures for _ in range(2) for batch in in_order(dataset, 4)]

    one, again, other = drawn(3), drawn(3), drawn(4)
    assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert not torch.equal(one[0], one[2])  # the second epoch is not the first again


def test_the_original_and_its_copies_are_drawn_alike():
    def levels(value):
        return stored([np.full((BANDS, n), value, dtype=np.float32) for n in FRAMES])

    plain = a_side()
    side = Side(plain.segments, levels(1.0), TRUTH, copies=(levels(2.0), levels(3.0)))
    dataset = a_dataset(side, views=2)
    batches = [a_batch(dataset).pictures[:, 0, 0, 0] for _ in range(250)]
    drawn = torch.stack(batches).long()  # (250, 12)
    counts = torch.bincount(drawn.flatten(), minlength=4)
    assert counts.sum() == counts[1:].sum() == 3000
    assert (counts[1:] - 1000).abs().max() < 5 * np.sqrt(3000 * 1 / 3 * 2 / 3)
    same = (drawn[:, :6] == drawn[:, 6:]).double().mean()  # of two views, a third by chance
    assert same.item() == pytest.approx(1 / 3, abs=5 * np.sqrt(1 / 3 * 2 / 3 / 1500))


def test_an_epoch_is_every_segment_once_or_as_many_as_asked():
    learn = a_dataset(labels={"segment": np.arange(6)}, views=2)

    def segments(**settings):
        batches = list(SegmentData(learn, [], TrainingPart(batch_size=4, **settings)).train_dataloader())
        return [number for batch in batches for number in batch.labels["segment"][: len(batch.truth) // 2].tolist()]

    assert sorted(segments()) == [0, 1, 2, 3, 4, 5]
    assert len(set(segments(samples=3))) == 3
    assert len(segments(samples=50, sampling="balanced")) == 50


def test_what_is_chosen_on_comes_in_order():
    data = SegmentData(a_dataset(), [a_dataset(), a_dataset(a_side((2, 2), TRUTH[:2]))], TrainingPart(batch_size=4))
    truths = [[batch.truth.tolist() for batch in loader] for loader in data.val_dataloader()]
    assert truths == [[[0, 2, 1, 0], [1, 1]], [[0, 2]]]
