import pytest

from auscult.errors import AuscultError
from auscult.recordings.tasks import TASKS, get_task, merge_classes


@pytest.mark.parametrize(
    ("task", "labels", "answer"),
    [
        ("heart-2", {"abnormal": True}, "abnormal"),
        ("heart-2", {"abnormal": False, "poor_quality": True}, "normal"),
        ("heart-2", {"murmur": True, "crackle": False, "wheeze": False}, None),
        ("circor-outcome", {"abnormal": False, "murmur": True}, "normal"),
        ("circor-murmur", {"murmur": True, "murmur_unknown": False}, "present"),
        ("circor-murmur", {"murmur": False}, "absent"),
        ("circor-murmur", {"murmur_unknown": True}, "unknown"),
        ("circor-murmur", {"abnormal": True}, None),
        ("icbhi-2", {"abnormal": True}, None),
    ],
)
def test_heart_labels(task, labels, answer):
    assert get_task(task).classify(labels) == answer


def test_outcome_and_heart_2_are_the_same_question():
    same = {"normal": "normal", "abnormal": "abnormal"}
    assert merge_classes(TASKS["heart-2"], TASKS["circor-outcome"]) == same
    assert merge_classes(TASKS["circor-outcome"], TASKS["heart-2"]) == same


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [
        ("icbhi-2", "heart-2"),
        ("heart-2", "icbhi-2"),
        ("sprsound-2-1", "heart-2"),
        ("sprsound-2-2", "circor-outcome"),
        ("circor-murmur", "heart-2"),  # a heart without a murmur may be ill
        ("circor-murmur", "circor-outcome"),
    ],
)
def test_questions_about_another_organ_or_finding_are_not_merged(fine, coarse):
    assert merge_classes(TASKS[fine], TASKS[coarse]) is None


def test_organ_of_every_task():
    assert {name for name, task in TASKS.items() if task.organ == "heart"} == {"heart-2", "circor-murmur", "circor-outcome"}


def test_unknown_task():
    with pytest.raises(AuscultError, match="There is no task 'heart-3'; known tasks: icbhi-4"):
        get_task("heart-3")
