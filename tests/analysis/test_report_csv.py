"""The table for spreadsheets."""

import csv
import io

import pytest

from auscult.analysis.report.csv_file import harmless, make_csv
from auscult.analysis.report.row import CANNOT_TELL, Row

ROW = Row(
    file="visits/a, b.wav",
    organ="lung",
    seconds=15.0,
    finding="wheeze",
    told=True,
    label="wheeze",
    probability=0.8123456,
    sureness=None,
    quality="good",
    quality_probability=0.9,
    abnormal_seconds=1.5,
    events={"wheeze": 2},
    breaths_per_minute=14.96,
    beats_per_minute=None,
    warnings=("hum: 50 Hz", "narrow: 4000 Hz"),
    moments=(),
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_row_says_what_was_found_and_a_problem_stands_in_its_own_column():
    untold = ROW.model_copy(update={"file": "silent.wav", "finding": CANNOT_TELL, "told": False, "label": None, "events": {}})
    text = make_csv([ROW, untold, ("torn.wav", "torn.wav is not audio.")])
    assert text.startswith("\ufefffile,organ,seconds,")
    assert text.count("\r\n") == 4
    first, second, third = read(text)
    assert first == {
        "file": "visits/a, b.wav",
        "organ": "lung",
        "seconds": "15.00",
        "finding": "wheeze",
        "told": "yes",
        "label": "wheeze",
        "probability": "0.8123",
        "sureness": "",
        "quality": "good",
        "quality_probability": "0.9000",
        "abnormal_seconds": "1.50",
        "crackle_events": "0",
        "wheeze_events": "2",
        "breaths_per_minute": "15.0",
        "beats_per_minute": "",
        "warnings": "hum: 50 Hz; narrow: 4000 Hz",
        "problem": "",
    }
    assert (second["finding"], second["told"], second["label"]) == ("cannot be told", "no", "")
    assert {name: value for name, value in third.items() if value} == {"file": "torn.wav", "problem": "torn.wav is not audio."}


def test_a_heart_has_no_events():
    (row,) = read(make_csv([ROW.model_copy(update={"organ": "heart", "events": {}, "beats_per_minute": 71.96})]))
    assert (row["crackle_events"], row["wheeze_events"], row["beats_per_minute"]) == ("", "", "72.0")


@pytest.mark.parametrize("name", ["=1+1.wav", "+49.wav", "-1.wav", "@SUM(A1).wav", "\tx.wav", "\rx.wav", "\nx.wav", "＝1.wav"])
def test_no_name_is_a_formula(name):
    (row,) = read(make_csv([ROW.model_copy(update={"file": name})]))
    assert row["file"] == f"'{name}"
    assert read(make_csv([(name, "=bad")]))[0]["problem"] == "'=bad"


def test_what_is_no_formula_stays():
    assert [harmless(cell) for cell in ("", "a=1", "1-2", "'=1")] == ["", "a=1", "1-2", "'=1"]
