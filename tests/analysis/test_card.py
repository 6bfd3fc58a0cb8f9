import json
from pathlib import Path

import numpy as np
import pytest

from auscult.analysis.card import load_card
from auscult.errors import AuscultError
from auscult.signal.preprocess import Preprocess
from tests.analysis.making import COARSE, KINDS


def change(card: Path, folder: Path, **fields: object) -> Path:
    """A copy of a card with other fields; None leaves one out."""
    facts = json.loads(card.read_text()) | fields
    path = folder / "changed.json"
    path.write_text(json.dumps({key: value for key, value in facts.items() if value is not None}))
    return path


@pytest.fixture
def card_file(standin: Path) -> Path:
    return standin.with_suffix(".json")


def test_both_counts_for_crackle_and_for_wheeze(card_file: Path) -> None:
    assert load_card(card_file).labels == {"crackle": (1, 3), "wheeze": (2, 3)}


def test_another_class_is_a_label_of_its_own(card_file: Path, tmp_path: Path) -> None:
    card = load_card(change(card_file, tmp_path, classes=["normal", "murmur"]))
    assert card.labels == {"murmur": (1,)}


def test_a_model_of_seven_classes_answers_in_four_and_tells_the_kinds_beside(card_file: Path, tmp_path: Path) -> None:
    card = load_card(change(card_file, tmp_path, classes=KINDS, coarse=COARSE))
    assert card.answer_classes == ("normal", "crackle", "wheeze", "both")
    answers = card.to_answers(np.array([[0.1, 0.02, 0.03, 0.05, 0.2, 0.4, 0.2], [1, 0, 0, 0, 0, 0, 0]]))
    np.testing.assert_allclose(answers, [[0.1, 0.6, 0.1, 0.2], [1, 0, 0, 0]])
    assert card.labels == {"crackle": (4, 5, 6), "wheeze": (1, 2, 3, 6)}
    assert card.kinds == {
        "crackle": {"coarse_crackle": (4,), "fine_crackle": (5,)},  # which crackles are heard beside a wheeze is not told
        "wheeze": {"rhonchus": (1,), "wheeze": (2, 6), "stridor": (3,)},
    }


def test_without_coarse_classes_the_classes_are_the_answers(card_file: Path) -> None:
    card = load_card(card_file)
    assert (card.answer_classes, card.kinds) == (card.classes, {})
    np.testing.assert_allclose(card.to_answers(np.array([0.1, 0.2, 0.3, 0.4])), [0.1, 0.2, 0.3, 0.4])


def test_fields_of_later_versions_of_the_same_format_are_ignored(card_file: Path, tmp_path: Path) -> None:
    assert load_card(change(card_file, tmp_path, mood="good")).rate == 4000


def test_missing_card_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=r"gone\.json is missing"):
        load_card(tmp_path / "gone.json")


@pytest.mark.parametrize("text", ["not json", "[1]", "{}", "\x00"])
def test_other_files_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(AuscultError, match=r"other\.json is not a model's card"):
        load_card(path)


def test_another_format_version_is_refused(card_file: Path, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match="has format 2, this auscult reads format 1"):
        load_card(change(card_file, tmp_path, format=2))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rate": 0}, "rate: "),
        ({"window_seconds": "long"}, "window_seconds: "),
        ({"band_hz": None}, "band_hz: "),
        ({"classes": ["crackle", "normal"]}, "first must be 'normal'"),
        ({"classes": ["normal", "wheeze", "wheeze"]}, "classes must differ"),
        ({"coarse": {"normal": "normal"}}, "coarse must name an answer for each class"),
        ({"classes": ["normal", "wheeze"], "coarse": {"wheeze": "w", "normal": "normal"}}, "the first must be 'normal'"),
        ({"step_seconds": 3.0}, "must not exceed window_seconds"),
        ({"organ": "liver"}, "organ: .*'lung' or 'heart'"),
        ({"pooling": "median"}, "pooling: .*'top' or 'mean'"),
        ({"preprocess": {"bands": [25, 400]}}, "preprocess.bands: "),
        ({"preprocess": {"band": [400, 25]}}, "preprocess: .*0 < low < high"),
    ],
)
def test_wrong_fields_are_named(fields: dict[str, object], said: str, card_file: Path, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match=said):
        load_card(change(card_file, tmp_path, **fields))


def test_preprocessing_and_pooling_are_nothing_and_top_unless_the_card_says_so(card_file: Path, heart_standin: Path) -> None:
    lung, heart = load_card(card_file), load_card(heart_standin.with_suffix(".json"))
    assert (lung.preprocess, lung.pooling) == (Preprocess(), "top")
    assert (heart.preprocess, heart.pooling) == (Preprocess(band=(25, 800), shortest_seconds=5), "mean")
