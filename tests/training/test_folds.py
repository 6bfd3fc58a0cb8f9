"""Folds: who may stand on both sides, and in what mixture."""

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.recordings.core import Recording, Segment
from auscult.training.folds import UNITS, make_folds, strata
from auscult.training.validation import take_out_patients


def pieces(subjects=12, recordings=2, parts=3):
    """Pieces of recordings of subjects; the second half of the subjects is abnormal, databases a and b in turn."""
    segments, truth = [], []
    for subject in range(subjects):
        for number in range(recordings):
            extra = {"database": "ab"[subject % 2]}
            recording = Recording(f"r{subject}-{number}", f"s{subject}", None, 30.0, extra=extra)
            segments += [Segment(f"{recording.id}:w{p}", recording, 10.0 * p, 10.0 * (p + 1), {}) for p in range(parts)]
            truth += [int(subject >= subjects // 2)] * parts
    return segments, np.array(truth)


def names_on(segments, ids, what):
    return {what(s) for s in segments if s.id in ids or s.recording.id in ids}


@pytest.mark.parametrize("by", UNITS)
def test_every_segment_is_tested_on_once_and_never_learned_from_then(by):
    segments, truth = pieces()
    folds = make_folds(segments, truth, by=by, folds=3, seed=0)
    assert len(folds) == (2 if by == "database" else 3)
    for fold in folds:
        assert fold.train.isdisjoint(fold.test)
        assert fold.by == by
    tested = [i for fold in folds for i in fold.test]
    assert sorted(tested) == sorted({s.id if by == "piece" else s.recording.id for s in segments})
    again = make_folds(segments, truth, by=by, folds=3, seed=0)
    assert again == folds


def test_only_folds_by_subject_and_by_database_keep_subjects_apart():
    segments, truth = pieces()

    def shared(by):
        folds = make_folds(segments, truth, by=by, folds=3, seed=0)
        sides = ((names_on(segments, side, lambda s: s.recording.patient) for side in (f.train, f.test)) for f in folds)
        return sum(len(train & test) for train, test in sides)

    assert shared("subject") == shared("database") == 0
    assert shared("recording") > 0
    assert shared("piece") > shared("recording")


def test_classes_and_databases_are_in_proportion():
    segments, truth = pieces()
    by_id = {s.recording.id: (s.recording.extra["database"], t) for s, t in zip(segments, truth, strict=True)}
    for fold in make_folds(segments, truth, by="subject", folds=3, seed=1):
        kinds = [by_id[i] for i in fold.test]
        assert {kinds.count(kind) for kind in set(by_id.values())} == {2}  # one subject of each kind, two recordings each


def test_strata_are_classes_where_no_database_is_known():
    segments, truth = pieces()
    assert len(np.unique(strata(segments, truth))) == 4
    plain = [Segment(s.id, Recording(s.recording.id, s.recording.patient, None, 1.0), 0.0, 1.0, {}) for s in segments]
    np.testing.assert_array_equal(strata(plain, truth), truth)
    with pytest.raises(AuscultError, match="Nobody says which database r0-0 is of"):
        make_folds(plain, truth, by="database", folds=2, seed=0)


def test_more_folds_than_subjects_is_one_sentence():
    segments, truth = pieces(subjects=4)
    with pytest.raises(AuscultError, match="10 folds need at least as many subjects; here are 4: lower --folds"):
        make_folds(segments, truth, by="subject", folds=10, seed=0)
    with pytest.raises(AuscultError, match="at least two databases; here is a"):
        make_folds(segments[:6], truth[:6], by="database", folds=2, seed=0)


def test_few_subjects_of_each_kind_are_divided_all_the_same():
    segments, truth = pieces(subjects=8, recordings=1, parts=1)  # two subjects in each layer
    folds = make_folds(segments, truth, by="subject", folds=8, seed=0)
    assert sorted(i for fold in folds for i in fold.test) == sorted(s.recording.id for s in segments)


def test_validation_subjects_are_normal_and_abnormal_where_that_can_be():
    patients = [f"p{n}" for n in range(10)]
    truth = np.array([0] * 7 + [1] * 3)
    for seed in range(20):
        _, validate = take_out_patients(patients, truth, share=0.2, seed=seed, layers=np.arange(10) % 2)
        assert set(truth[validate]) == {0, 1}
