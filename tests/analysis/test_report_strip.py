"""The drawings of a page: pixels, curves and boxes, by hand."""

import io

import matplotlib.image
import numpy as np
import pytest

from auscult.analysis.report.axes import clock, pitches
from auscult.analysis.report.curves import draw_curves
from auscult.analysis.report.png import png_bytes
from auscult.analysis.report.strip import make_strips
from auscult.analysis.report.words import length, moment, sentence, span
from auscult.analysis.timeline import Timeline


def test_a_png_has_the_colours_it_was_given():
    palette = np.array([[0, 0, 0, 255], [255, 0, 0, 51], [1, 2, 3, 0]], dtype=np.uint8)
    values = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)
    picture = matplotlib.image.imread(io.BytesIO(png_bytes(values, palette)), format="png")
    assert np.array_equal(np.round(picture * 255).astype(int), palette[values])


def test_curves_leave_out_what_is_not_known():
    timeline = Timeline(1.0, np.array([0.5, 0.25, np.nan, 1.0]), {"wheeze": np.array([0.1, 0.2, np.nan, 0.0])})
    area, labels = draw_curves(timeline, 0.0, 4.0)
    assert area == "M125.0 100L125.0 50.0L375.0 75.0L375.0 100Z M875.0 100L875.0 0.0L875.0 100Z"
    assert labels == {"wheeze": "M125.0 90.0L375.0 80.0 M875.0 100.0"}
    assert draw_curves(timeline, 2.0, 4.0)[0] == "M750.0 100L750.0 0.0L750.0 100Z"
    assert draw_curves(None, 0.0, 4.0) == ("", {})


def test_a_recording_is_cut_into_strips_and_events_lie_where_they_are_heard(analysis):
    (strip,) = make_strips(analysis)
    assert (strip.start, strip.end) == (0.0, analysis.seconds)
    assert len(strip.boxes) == len(analysis.events) == 2
    for box, event in zip(strip.boxes, analysis.events, strict=True):
        assert box.left == pytest.approx(100 * event.start / analysis.seconds, abs=0.01)
        assert box.left + box.width == pytest.approx(100 * event.end / analysis.seconds, abs=0.01)
        assert box.top == pytest.approx(100 - 100 * event.focus.high / (analysis.rate / 2), abs=0.01)
    assert strip.map is not None
    assert [tick.text for tick in strip.times][:3] == ["0 s", "2 s", "4 s"]


def test_numbers_are_written_as_people_read_them():
    assert [tick.text for tick in pitches(2000.0)] == ["0", "500", "1000", "1500"]
    assert [tick.text for tick in pitches(400.0)] == ["0", "100", "200", "300"]
    assert [clock(s) for s in (0, 7.5, 60, 3723)] == ["0 s", "7.5 s", "1:00", "62:03"]
    assert [moment(s) for s in (7.531, 59.994, 727.53)] == ["7.53 s", "59.99 s", "12:07.53"]
    assert [length(s) for s in (15, 727.6)] == ["15.0 s", "12:08 min"]
    assert sentence("hum: all of it") == "Hum: all of it."
    assert sentence("Done!") == "Done!"


@pytest.mark.parametrize(("start", "end", "text"), [(3.2, 3.9, "3.20–3.90 s"), (59.0, 61.0, "59.00 s–1:01.00")])
def test_spans(start, end, text):
    from auscult.analysis.events import Event

    assert span(Event(start, end, "wheeze", 0.5, None)) == text
