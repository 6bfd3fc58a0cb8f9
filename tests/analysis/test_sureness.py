import numpy as np
import pytest

from auscult.analysis.gate import Fault, Quality
from auscult.analysis.model import load_model
from auscult.analysis.reasons import find_reasons
from auscult.analysis.sureness import Sureness, calibrated, find_sureness
from auscult.evaluation.sureness_facts import CardSureness

FACTS = CardSureness(
    temperature=2.0,
    normal_bias=0.0,
    threshold=0.6,
    coverage=0.8,
    error=0.1,
    set_level=0.9,
    set_limit=0.3,
    chosen_on="made up",
    recordings=100,
    patients=50,
)
CARD = load_model("heart").card.model_copy(update={"sureness": FACTS})


def test_a_sure_answer_by_hand():
    answer = calibrated(np.array([0.2, 0.8]), CARD)
    found = find_sureness(dict(zip(CARD.classes, answer.tolist(), strict=True)), CARD)
    assert found == Sureness(True, pytest.approx(2 / 3), 0.6, 0.8, 0.1, ("abnormal", "normal"))
    assert find_reasons("abnormal", Quality(), found) == ()


def test_an_unsure_answer_is_not_told():
    found = find_sureness({"normal": 0.55, "abnormal": 0.45}, CARD)
    assert not found.told
    [reason] = find_reasons("normal", None, found)
    assert reason.sentence == "not sure enough: normal with 55%, told from 60% on"
    assert "record again" in reason.advice


def test_a_card_without_sureness_says_nothing():
    assert find_sureness({"normal": 0.6, "abnormal": 0.4}, CARD.model_copy(update={"sureness": None})) is None
    assert find_reasons("normal", None, None) == ()


def test_a_serious_fault_comes_first():
    faults = (Fault("clipped", "clipped: much", "lower it", False), Fault("poor", "poor: very", "hold still", True))
    unsure = find_sureness({"normal": 0.55, "abnormal": 0.45}, CARD)
    assert [(r.sentence, r.advice) for r in find_reasons("normal", Quality(False, faults, 0.1), unsure)] == [
        ("poor: very", "hold still")
    ]


def test_nothing_heard():
    [reason] = find_reasons(None, Quality(), None)
    assert "nothing is left" in reason.sentence
