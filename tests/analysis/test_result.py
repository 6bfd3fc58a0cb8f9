"""An analysis in Python: what it answers to, and how it shows itself."""

import json

import pytest

from auscult.errors import AuscultError


def test_the_answer_is_near_at_hand(analysis):
    assert analysis.label == analysis.recording.label == "wheeze"
    assert analysis.probabilities == analysis.recording.probabilities
    assert analysis.told is True
    assert len(analysis.events) == 2


def test_json_and_dictionary_say_the_same(analysis):
    told = json.loads(analysis.to_json())
    fields = analysis.to_dict()
    assert list(told) == list(fields)
    assert (
        [event["label"] for event in told["events"]] == [event["label"] for event in fields["events"]] == ["wheeze", "wheeze"]
    )
    assert told["seconds"] == fields["seconds"]
    json.dumps(fields)  # plain texts, numbers, lists and dictionaries


def test_repr_is_one_line_without_arrays(analysis):
    line = repr(analysis)
    assert line.startswith("<Analysis of chest.wav: wheeze ")
    assert line.endswith("%, 2 events in 15.0 s, model standin>")
    assert "\n" not in line
    assert len(line) < 120


def test_a_notebook_shows_the_picture(analysis):
    assert analysis._repr_png_().startswith(b"\x89PNG")


def test_plot_gives_the_figure_and_writes_it_where_asked(analysis, tmp_path):
    figure = analysis.plot()
    assert type(figure).__name__ == "Figure"
    assert list(tmp_path.iterdir()) == []
    analysis.plot(tmp_path / "chest.png")
    assert (tmp_path / "chest.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(AuscultError, match="no kind of picture"):
        analysis.plot(tmp_path / "chest.gif")
