"""Batches with partners, counted on files and classes written by hand; and how they stand among the others."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch.utils.data import BatchSampler, SequentialSampler

from auscult.augment.noise import RandomNoise
from auscult.errors import AuscultError
from auscult.features.front_end import FrontEnd
from auscult.features.pictures import SegmentPictures
from auscult.objectives.cross_entropy import CrossEntropy
from auscult.objectives.file_adversarial import FileAdversarial
from auscult.objectives.file_contrast import FileContrast
from auscult.recordings.core import Recording, Segment
from auscult.training.build import find_partners
from auscult.training.data import PictureDataset, SegmentData, Side
from auscult.training.partners import Alternation, PartnerBatches
from auscult.training.recipe import TrainingPart

# By file, the classes of its segments: mixed, mixed, one segment alone, of one class, many, and the only one of class 3.
CLASSES = {"a": [0, 0, 1], "b": [1, 1, 0, 2], "c": [0], "d": [0, 0], "e": [2] * 6 + [0] * 5 + [1], "f": [1, 3]}
FILES = np.array([number for number, classes in enumerate(CLASSES.values()) for _ in classes])
TRUTH = np.array([label for classes in CLASSES.values() for label in classes])
N = len(TRUTH)
EVERY = np.arange(N)
BOTH = ("either", "positive", "negative", "neither")
METHODS = {FileContrast: ("label", "file"), FileAdversarial: ("file", "label")}


def wanted(method=FileContrast, **options):
    return method(class_counts=torch.ones(4), embedding_size=4, **options).partners


def batches(partners, batch_size=6, **options):
    return PartnerBatches(partners, TRUTH, FILES, batch_size=batch_size, **options)


def allowed(rule, may_be_both, anchor):
    """What may be a partner of an anchor, written down without the sampler's arrays."""
    found = set()
    for other in range(N):
        label, file = TRUTH[other] == TRUTH[anchor], FILES[other] == FILES[anchor]
        shares = label if rule == "label" else file
        if other != anchor and shares and (may_be_both or not (label and file)):
            found.add(other)
    return found


@pytest.mark.parametrize("both", BOTH)
@pytest.mark.parametrize("method", METHODS)
def test_every_partner_of_every_batch_keeps_the_rules(method, both):
    positive_rule, negative_rule = METHODS[method]
    drawn = batches(wanted(method, both=both, negatives=5))
    pools = {
        anchor: (
            allowed(positive_rule, both in ("either", "positive"), anchor),
            allowed(negative_rule, both in ("either", "negative"), anchor),
        )
        for anchor in range(N)
    }
    assert set(drawn.anchors) == {anchor for anchor, (positives, negatives) in pools.items() if positives and negatives}
    assert 7 not in drawn.anchors  # the one segment of file c
    seen, seen_positives = Counter(), {anchor: set() for anchor in range(N)}
    for _ in range(300):
        picks = drawn.draw()
        anchors = [pick for pick in picks if pick.partners]
        assert picks[: len(anchors)] == anchors
        assert len({pick.segment for pick in anchors}) == len(anchors) == min(6, len(drawn.anchors))
        for anchor in anchors:
            positives, negatives = pools[anchor.segment]
            first, *others = (picks[place].segment for place in anchor.partners)
            assert first in positives
            assert len(others) == 5
            times = Counter(others)
            assert set(times) <= negatives
            assert len(times) == min(5, len(negatives))  # again only where there are too few, and then all alike
            assert max(times.values()) - min(times.values()) <= 1
            assert len(set(anchor.partners)) == 6  # again is another view
            seen[anchor.segment] += 1
            seen_positives[anchor.segment].add(first)
    assert set(seen) == set(drawn.anchors)
    for anchor in drawn.anchors:
        assert seen_positives[anchor] == pools[anchor][0]


def test_a_segment_stands_in_a_batch_once_unless_an_anchor_needs_it_again():
    drawn = batches(wanted(negatives=8), batch_size=4)
    for _ in range(100):
        picks = drawn.draw()
        most = Counter()
        for anchor in picks:
            times = Counter(picks[place].segment for place in anchor.partners)
            for segment, number in times.items():
                most[segment] = max(most[segment], number)
        for segment, number in Counter(pick.segment for pick in picks).items():
            assert number == max(most[segment], 1)


def test_anchors_are_drawn_alike():
    drawn = batches(wanted(both="either"), batch_size=5)
    times = Counter(pick.segment for _ in range(2000) for pick in drawn.draw() if pick.partners)
    expected = 2000 * 5 / len(drawn.anchors)
    assert all(abs(times[anchor] - expected) < 5 * np.sqrt(expected) for anchor in drawn.anchors)


def test_the_objective_may_say_how_many_anchors():
    assert sum(bool(pick.partners) for pick in batches(wanted(anchors=3)).draw()) == 3
    few = batches(wanted(anchors=100, both="positive"))
    assert sum(bool(pick.partners) for pick in few.draw()) == len(few.anchors) < N


def test_the_same_seed_draws_the_same():
    one, again, other = ([batches(wanted(), seed=seed).draw() for _ in range(3)] for seed in (3, 3, 4))
    assert one == again != other


@pytest.mark.parametrize("both", BOTH)
def test_files_of_one_segment_are_one_sentence(both):
    with pytest.raises(AuscultError, match=r"^Every training recording has one segment only, .*\(objective\.name\).*\.$"):
        PartnerBatches(wanted(both=both), TRUTH, EVERY, batch_size=4)


def test_files_of_one_class_are_one_sentence_where_negatives_must_be_of_another():
    with pytest.raises(AuscultError, match=r"^No training segment has a positive and .*objective\.both=either .*\.$"):
        PartnerBatches(wanted(), np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), batch_size=4)
    other = PartnerBatches(wanted(FileAdversarial), np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), batch_size=4)
    assert other.anchors.tolist() == [0, 1, 2]  # 3 is the only one of its class


def kinds(plain, steps):
    """``.`` for a plain batch and ``+`` for one with partners."""
    rows = BatchSampler(SequentialSampler(range(plain)), 1, drop_last=False)
    epoch = Alternation(rows, batches(wanted(classify_steps=steps)))
    found = ["." if isinstance(batch[0], int) else "+" for batch in epoch]
    assert len(found) == len(epoch)
    assert [batch for batch in epoch if batch[0] in range(plain)] == [[number] for number in range(plain)]
    return "".join(found)


@pytest.mark.parametrize(
    ("plain", "steps", "expected"),
    [
        (4, 1, ".+.+.+.+"),
        (6, 3, "...+...+"),
        (7, 3, "...+...+.+"),  # an epoch ends with a contrast
        (2, 9, "..+"),
        (10, 5, ".....+.....+"),
    ],
)
def test_n_plain_batches_and_one_with_partners(plain, steps, expected):
    assert kinds(plain, steps) == expected


def a_side():
    recordings = [Recording(name, f"p{number % 3}", None, 1.0) for number, name in enumerate(CLASSES)]
    segments = [Segment(f"{recordings[file].id}:{n}", recordings[file], 0.0, 1.0, {}) for n, file in enumerate(FILES)]
    pictures = [np.full((4, 3 + number % 5), number, dtype=np.float32) for number in EVERY]
    return Side(segments, SegmentPictures(pictures, [(i, 0, p.shape[1]) for i, p in enumerate(pictures)]), TRUTH)


def loaded(objective, batch_size=4, changes=(), **settings):
    """The batches of an epoch as the training gets them."""
    side = a_side()
    labels = {"segment": EVERY, "recording": FILES}
    learn = PictureDataset(side, FrontEnd(bands=4, deltas=False), labels=labels, changes=changes)
    partners = find_partners(objective, side.segments, side.truth, batch_size=batch_size)
    loader = SegmentData(learn, [], TrainingPart(batch_size=batch_size, **settings), partners).train_dataloader()
    found = list(loader)
    assert len(found) == len(loader)
    return found


def test_a_loaded_batch_holds_the_partners_where_it_says():
    objective = FileContrast(class_counts=torch.ones(4), embedding_size=4, both="neither", classify_steps=2)
    found = loaded(objective)
    assert [batch.partners is None for batch in found] == [True, True, False] * 3
    plain = torch.cat([batch.labels["segment"] for batch in found if batch.partners is None])
    assert sorted(plain.tolist()) == EVERY.tolist()
    for batch in found:
        assert (batch.pictures[:, 0, 0, 0] == batch.labels["segment"]).all()
        if batch.partners is None:
            continue
        assert batch.partners.shape == (4, 9)
        files, classes = batch.labels["recording"], batch.truth
        positive, negatives = batch.partners[:, 0], batch.partners[:, 1:]
        assert (classes[positive] == classes[:4]).all()
        assert (files[positive] != files[:4]).all()
        assert (files[negatives] == files[:4, None]).all()
        assert (classes[negatives] != classes[:4, None]).all()
        rows = batch.labels["segment"][batch.partners].tolist()
        assert batch.repeated == sum(len(row) - len(set(row)) for row in rows) > 0


def test_a_segment_that_is_repeated_is_another_view():
    objective = FileContrast(class_counts=torch.ones(4), embedding_size=4)
    batch = next(batch for batch in loaded(objective, changes=[RandomNoise(probability=1.0)]) if batch.partners is not None)
    row = batch.partners[0, 1:]
    segments = batch.labels["segment"][row]
    same = row[segments == segments.mode().values]
    assert len(same) > 1
    assert not torch.equal(batch.pictures[same[0]], batch.pictures[same[1]])


def test_sampling_and_number_of_segments_hold_for_plain_batches():
    objective = FileAdversarial(class_counts=torch.ones(4), embedding_size=4, classify_steps=3)
    found = loaded(objective, sampling="balanced", samples=40)
    assert [batch.partners is None for batch in found] == [True, True, True, False] * 3 + [True, False]
    assert sum(len(batch.truth) for batch in found if batch.partners is None) == 40


def test_an_objective_without_partners_has_plain_batches_only():
    found = loaded(CrossEntropy(class_counts=torch.ones(4)))
    assert [(batch.partners, batch.repeated) for batch in found] == [(None, 0)] * 6
