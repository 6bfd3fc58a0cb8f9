"""The page of one recording: what it says, that it needs nothing else, and that no file name can do harm."""

import dataclasses
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.gate import Fault, Quality
from auscult.analysis.report.index import Listed, render_index
from auscult.analysis.report.page import render_page
from auscult.analysis.report.row import make_row
from auscult.analysis.sureness import Sureness
from auscult.errors import AuscultError
from tests.analysis.making import make_heart

HOSTILE = '<script>alert("1")</script>&\'"><img src=x onerror=alert(1)>{{ 7 * 7 }}.wav'


class Page(HTMLParser):
    """Elements by name, and the text that is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: dict[str, list[dict[str, str | None]]] = {}
        self.shown: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.setdefault(tag, []).append(dict(attrs))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.shown).split())


def test_a_page_tells_the_answer_and_needs_no_other_file(analysis):
    text = render_page(analysis)
    page = Page(text)
    assert "An aid, not a diagnosis" in page.text
    assert "Wheeze" in page.text
    assert "chest.wav" in page.text
    assert len([row for row in page.elements["tr"] if "data-event" in row]) == len(analysis.events) == 2
    places = [
        value for tags in page.elements.values() for tag in tags for name, value in tag.items() if name in ("src", "href")
    ]
    assert places
    assert all(place.startswith("data:") for place in places)
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"(?<!w3\.org)https?://", text)
    assert page.elements["audio"][0]["src"].startswith("data:audio/flac;base64,")


def test_only_the_page_s_own_script_may_run(analysis):
    from base64 import b64encode
    from hashlib import sha256

    text = render_page(analysis)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    allowed = re.search(r"script-src 'sha256-([^']+)'", text).group(1)
    assert allowed == b64encode(sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in text


def test_names_are_text_and_nothing_else(analysis):
    hostile = dataclasses.replace(analysis, file=f"visits/{HOSTILE}")
    plain, named = Page(render_page(analysis)), Page(render_page(hostile))
    counts = [{tag: len(found) for tag, found in page.elements.items()} for page in (plain, named)]
    assert counts[0] == counts[1]
    assert f"visits/{HOSTILE}" in named.text
    rows = [Listed(one.file, None, make_row(one)) for one in (analysis, hostile)]
    index = Page(render_index([*rows, Listed(HOSTILE, None, None, f"{HOSTILE} is not audio.")]))
    assert "img" not in index.elements
    assert len(index.elements["script"]) == 1
    assert f"{HOSTILE} is not audio." in index.text


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_name_that_is_no_text_is_read_and_told(analysis, standin, tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xe9 \xff.wav"
    Path(os.fsdecode(name)).write_bytes(analysis.path.read_bytes())
    odd = analyze(os.fsdecode(name), standin)
    odd.to_html(tmp_path / "odd.html")
    page = Page((tmp_path / "odd.html").read_text(encoding="utf-8"))
    assert "caf\ufffd \ufffd.wav" in page.text
    assert "audio" in page.elements


def test_what_cannot_be_told_stands_in_place_of_a_finding(analysis):
    fault = Fault("rubbing", "rubbing: in 80 % of it", "hold the stethoscope still", serious=True)
    page = Page(render_page(dataclasses.replace(analysis, quality=Quality(False, (fault,)))))
    assert "Cannot be told Rubbing: in 80 % of it. Hold the stethoscope still." in page.text
    assert "Not good enough" in page.text
    assert page.elements["section"][0]["class"] == "answer untold"
    unsure = Sureness(told=False, probability=0.5, threshold=0.8, coverage=0.7, error=0.1, labels=("wheeze", "normal"))
    text = Page(render_page(dataclasses.replace(analysis, quality=None, sureness=unsure))).text
    assert "Cannot be told Not sure enough: wheeze with 50%, told from 80% on." in text
    assert (
        "Answers are told from 80 % on: 70 % of the recordings of patients kept for validation, of which 90 % were right."
        in text
    )
    assert "Cannot be ruled out: Wheeze, Normal." in text


def test_a_doubtful_recording_is_answered_and_its_faults_stand_beside_the_answer(analysis):
    fault = Fault("hum", "hum: 50 Hz", "unplug the charger", serious=False)
    doubtful = dataclasses.replace(analysis, quality=Quality(True, (fault,), 0.4), warnings=("hum: 50 Hz", "narrow: 4000 Hz"))
    page = Page(render_page(doubtful))
    assert "Quality is doubtful. Hum: 50 Hz." in page.text
    assert "Hum: 50 Hz. Unplug the charger." in page.text
    assert "call it good enough with 40 %" in page.text
    assert page.text.count("Narrow: 4000 Hz.") == 1


def test_silence_and_a_heart_have_pages_too(standin, heart_standin, tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros(16_000), 8000)
    text = Page(render_page(analyze(tmp_path / "silent.wav", standin))).text
    assert "Cannot be told" in text
    soundfile.write(tmp_path / "apex.wav", make_heart(6, (1.0, 1.3, 200), (3.0, 3.3, 200)), 2000)
    page = Page(render_page(analyze(tmp_path / "apex.wav", heart_standin)))
    assert "What each pitch adds" in page.text
    assert "Heart rate" in page.text


def test_a_page_is_written_whole_and_never_over_the_recording(analysis, tmp_path):
    analysis.to_html(tmp_path / "chest.html")
    assert [file.name for file in tmp_path.iterdir()] == ["chest.html"]
    with pytest.raises(AuscultError, match="is the recording itself"):
        analysis.to_html(analysis.path)
    with pytest.raises(AuscultError, match="could not be written"):
        analysis.to_html(tmp_path / "nowhere" / "chest.html")


def test_a_recording_that_is_gone_has_a_page_without_player(analysis, tmp_path):
    text = render_page(dataclasses.replace(analysis, path=tmp_path / "gone.wav"))
    assert "audio" not in Page(text).elements
    assert "there is nothing to play" in text
