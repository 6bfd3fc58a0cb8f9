import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auscult.errors import AuscultError
from auscult.evaluation.metrics import score
from auscult.evaluation.predictions import Predictions, coarser_tasks, concatenate
from auscult.recordings.tasks import TASKS, get_task


def columns_of(predictions):
    return {f.name: getattr(predictions, f.name) for f in dataclasses.fields(predictions)}


def assert_same(one, other):
    for name, column in columns_of(one).items():
        np.testing.assert_array_equal(column, getattr(other, name), err_msg=name)
        assert np.asarray(column).dtype.kind == np.asarray(getattr(other, name)).dtype.kind


@pytest.fixture
def four(predictions_of):
    return predictions_of("icbhi-4", [0, 1, 2, 3, 0], [0, 2, 2, 1, 3])


@pytest.fixture
def saved(four, tmp_path) -> Path:
    four.save(tmp_path / "predictions.csv")
    return tmp_path / "predictions.csv"


def test_what_is_saved_is_loaded_to_the_last_bit(tmp_path, predictions_of):
    probabilities = np.random.default_rng(0).dirichlet([1, 1, 1, 1], size=5).astype(np.float32)
    predictions = predictions_of("icbhi-4", [0, 1, 2, 3, 0], [0, 2, 2, 1, 3]).answered(probabilities)
    predictions.save(tmp_path / "p.csv")
    assert_same(Predictions.load(tmp_path / "p.csv"), predictions)


def test_the_file_reads_as_agreed(saved):
    lines = saved.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "task,id,recording,patient,split,truth,predicted,p_normal,p_crackle,p_wheeze,p_both"
    assert lines[2] == "icbhi-4,test1:0,test1,p0,test,crackle,wheeze,0.100000001,0.100000001,0.699999988,0.100000001"
    assert len(lines) == 6


def test_odd_names_survive(tmp_path, predictions_of):
    patients = ["a, b", 'q"uote', "Jürgen", "latin\udce9", "line"]
    predictions = predictions_of("icbhi-2", [0, 1, 1, 0, 0], [0, 1, 0, 0, 1], patients=patients)
    predictions.save(tmp_path / "p.csv")
    assert Predictions.load(tmp_path / "p.csv").patients.tolist() == patients


def test_the_task_may_have_seven_classes(tmp_path, predictions_of):
    predictions = predictions_of("sprsound-1-2", [0, 6, 4], [6, 6, 0])
    predictions.save(tmp_path / "p.csv")
    assert_same(Predictions.load(tmp_path / "p.csv"), predictions)


@pytest.fixture
def grouped(predictions_of):
    groups = {"device": ["Meditron", "", '3M, "Littmann"', "Meditron", ""], "age": ["child", "adult", "", "adult", "adult"]}
    return predictions_of("icbhi-4", [0, 1, 2, 3, 0], [0, 2, 2, 1, 3], groups=groups)


def groups_as_lists(predictions):
    return {name: column.tolist() for name, column in predictions.groups.items()}


def test_groupings_stand_behind_the_split_and_survive_the_file(tmp_path, grouped):
    grouped.save(tmp_path / "p.csv")
    lines = (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "task,id,recording,patient,split,device,age,truth,predicted,p_normal,p_crackle,p_wheeze,p_both"
    assert lines[1].startswith("icbhi-4,test0:0,test0,p0,test,Meditron,child,normal,normal,")
    loaded = Predictions.load(tmp_path / "p.csv")
    assert groups_as_lists(loaded) == groups_as_lists(grouped)
    assert loaded.probabilities.tolist() == grouped.probabilities.tolist()


def test_groupings_are_kept_by_all_that_makes_predictions_of_predictions(grouped):
    assert groups_as_lists(grouped.where(grouped.truth > 0)) == {
        "device": ["", '3M, "Littmann"', "Meditron"],
        "age": ["adult", "", "adult"],
    }
    assert groups_as_lists(grouped.merge("icbhi-2")) == groups_as_lists(grouped)
    assert groups_as_lists(grouped.answered(np.full((5, 4), 0.25))) == groups_as_lists(grouped)


def test_concatenate_leaves_a_grouping_empty_where_a_part_lacks_it(grouped, predictions_of):
    plain = predictions_of("icbhi-4", [1], [1], split="intra")
    other = predictions_of("icbhi-4", [0], [1], split="inter", groups={"sex": ["female"], "age": ["child"]})
    assert groups_as_lists(concatenate([grouped, plain, other])) == {
        "device": [*grouped.groups["device"], "", ""],
        "age": [*grouped.groups["age"], "", "child"],
        "sex": [""] * 6 + ["female"],
    }
    assert concatenate([plain]).groups == {}


def test_a_grouping_of_another_length_or_with_a_taken_name_is_refused(predictions_of):
    with pytest.raises(AuscultError, match="one entry a segment in every column"):
        predictions_of("icbhi-2", [0, 1], [0, 1], groups={"age": ["child"]})
    for taken in ("patient", "p_normal", "truth"):
        with pytest.raises(AuscultError, match=f"grouping cannot be called '{taken}'"):
            predictions_of("icbhi-2", [0, 1], [0, 1], groups={taken: ["a", "b"]})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("truth,predicted", "reality,predicted", "column 'truth' is missing"),
        ("p_both", "p_neither", "column 'p_both' is missing"),
        ("p0,test,crackle", "p0,test,squawk", "line 3: unknown class 'squawk' under truth"),
        ("icbhi-4,test2:0", "icbhi-2,test2:0", "line 4: unknown class 'icbhi-2' under task"),
        ("icbhi-4,test0:0", "icbhi-5,test0:0", "no task 'icbhi-5'"),
        ("test1:0", "test0:0", "segment test0:0 stands twice"),
        ("0.699999988", "0.2", "segment test0:0 must be numbers from 0 to 1 that add up to 1"),
        ("0.699999988", "nan", "segment test0:0 must be numbers"),
        ("0.699999988,0.100000001", "0.9,-0.1", "segment test0:0 must be numbers"),
        ("0.699999988", "seven", "line 2: 'seven' under p_normal is not a number"),
    ],
)
def test_a_damaged_file_is_refused_by_name(saved, old, new, message):
    text = saved.read_text(encoding="utf-8")
    assert old in text
    saved.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AuscultError, match=message) as caught:
        Predictions.load(saved)
    assert "predictions.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_cut_off_in_the_middle_of_a_line_is_refused(saved):
    text = saved.read_text(encoding="utf-8")
    saved.write_text(text[: text.rindex(",")], encoding="utf-8")
    with pytest.raises(AuscultError, match="line 6: '' under p_both is not a number"):
        Predictions.load(saved)


def test_no_file_no_rows_and_no_csv_are_refused(tmp_path):
    empty, binary = tmp_path / "empty.csv", tmp_path / "song.wav"
    empty.write_text("task,id\n", encoding="utf-8")
    binary.write_bytes(b"RIFF\xff\xfe\x00\x01WAVE\n\x00\x00")
    for path, message in [
        (tmp_path / "none.csv", "no file"),
        (empty, "no rows"),
        (binary, "missing"),
        (tmp_path, "cannot be read"),
    ]:
        with pytest.raises(AuscultError, match=message) as caught:
            Predictions.load(path)
        assert path.name in str(caught.value)


def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(saved, four):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    before = saved.read_bytes()
    saved.with_name(f"predictions.csv.{os.getpid()}.partial").symlink_to("/dev/full")  # writing to it fails like a full disk
    with pytest.raises(AuscultError, match=r"predictions\.csv could not be written"):
        four.save(saved)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["predictions.csv"]


def test_a_folder_in_the_way_is_refused_and_nothing_remains(tmp_path, four):
    (tmp_path / "p.csv").mkdir()
    for path in (tmp_path / "p.csv", tmp_path / "missing" / "p.csv"):
        with pytest.raises(AuscultError, match="could not be written"):
            four.save(path)
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"truth": [0, 1]}, "one entry a segment in every column"),
        ({"probabilities": np.full((5, 2), 0.5)}, "4 probabilities each"),
        ({"predicted": [0, 1, 2, 3, 4]}, "predicted holds a number that is no class"),
        ({"truth": [-1, 1, 2, 3, 0]}, "truth holds a number that is no class"),
        ({"task": "heart-9"}, "no task 'heart-9'"),
    ],
)
def test_predictions_that_do_not_fit_together_are_refused(four, change, message):
    with pytest.raises(AuscultError, match=message):
        Predictions(**{**columns_of(four), **change})


def test_where_keeps_rows_whole(four):
    some = four.where(four.truth > 0)
    assert some.ids.tolist() == ["test1:0", "test2:0", "test3:0"]
    assert some.predicted.tolist() == [2, 2, 1]
    assert some.probabilities.shape == (3, 4)
    assert len(four.where(four.splits == "intra")) == 0


def test_concatenate_joins_splits_and_refuses_what_does_not_belong_together(four, predictions_of):
    intra = predictions_of("icbhi-4", [1], [1], split="intra")
    both = concatenate([four, intra])
    assert both.splits.tolist() == ["test"] * 5 + ["intra"]
    assert_same(both.where(both.splits == "test"), four)
    with pytest.raises(AuscultError, match="test0:0 stands twice"):
        concatenate([four, four])
    for parts in ([], [four, four.merge("icbhi-2")]):
        with pytest.raises(AuscultError, match="Only predictions of one task"):
            concatenate(parts)


def test_merging_sums_probabilities_and_maps_the_answer(four):
    # normal .4 is the answer although crackle + wheeze + both = .6: a merged answer is not decided anew
    torn = four.where([0]).answered([[0.4, 0.3, 0.2, 0.1]])
    merged = torn.merge("icbhi-2")
    np.testing.assert_allclose(merged.probabilities, [[0.4, 0.6]])
    assert merged.predicted.tolist() == [0]
    assert merged.classes == ("normal", "abnormal")

    two = four.merge("sprsound-1-1")
    assert two.truth.tolist() == [0, 1, 1, 1, 0]
    assert two.predicted.tolist() == [0, 1, 1, 1, 1]
    np.testing.assert_allclose(two.probabilities.sum(axis=1), 1, atol=1e-6)


def test_merging_seven_events_into_four_lung_classes(predictions_of):
    every = range(7)  # normal, rhonchus, wheeze, stridor, coarse crackle, fine crackle, wheeze+crackle
    merged = predictions_of("sprsound-1-2", every, every).merge("icbhi-4")
    assert [merged.classes[i] for i in merged.truth] == ["normal", "wheeze", "wheeze", "wheeze", "crackle", "crackle", "both"]
    np.testing.assert_array_equal(merged.predicted, merged.truth)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_merging_keeps_specificity_and_never_lowers_sensitivity(pairs):
    truth, predicted = np.array(pairs).T
    names = np.array([f"s{i}" for i in range(len(pairs))])
    fine = Predictions("icbhi-4", names, names, names, names, truth, predicted, np.full((len(pairs), 4), 0.25))
    coarse = fine.merge("icbhi-2")
    four_class = score(truth, predicted, get_task("icbhi-4"))
    two_class = score(coarse.truth, coarse.predicted, get_task("icbhi-2"))
    np.testing.assert_array_equal(two_class.specificity, four_class.specificity)
    if not np.isnan(four_class.sensitivity):
        assert two_class.sensitivity >= four_class.sensitivity


def test_what_cannot_be_merged_is_refused_with_what_can(four):
    with pytest.raises(AuscultError, match="cannot be scored as sprsound-2-2; choose one of icbhi-4, icbhi-2, sprsound-1-1"):
        four.merge("sprsound-2-2")


def test_coarser_tasks_have_fewer_classes_and_can_be_merged_into():
    assert coarser_tasks("icbhi-4") == ["icbhi-2", "sprsound-1-1"]
    assert coarser_tasks("sprsound-1-2") == ["icbhi-4", "icbhi-2", "sprsound-1-1"]
    assert coarser_tasks("sprsound-2-2") == ["sprsound-2-1"]
    assert coarser_tasks("icbhi-2") == []
    assert all(len(TASKS[c].classes) < len(t.classes) for t in TASKS.values() for c in coarser_tasks(t.name))
