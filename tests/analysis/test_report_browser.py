"""The pages in a real browser: scripts run without an error, sound plays where one clicks, tables sort, paper has one page.

Needs Debian's chromium and chromium-driver, and is skipped without them.
"""

import dataclasses
import importlib.util
import re
import time
from pathlib import Path

import pytest

from auscult.analysis.events import Event
from auscult.analysis.report.index import Listed, render_index
from auscult.analysis.report.page import render_page
from auscult.analysis.report.row import make_row

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def chromium():
    """The browser of benchmarks/_browser.py."""
    spec = importlib.util.spec_from_file_location("_browser", ROOT / "benchmarks" / "_browser.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not module.is_there():
        pytest.skip("needs chromium and chromedriver (Debian: apt-get install chromium chromium-driver)")
    with module.browser() as browser:
        yield browser


def soon(chromium, script, seconds=20):
    """What a script returns, once it is true."""
    deadline = time.monotonic() + seconds
    while not (value := chromium.run(script)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def is_fine(chromium):
    """Whether the page's script has run to its end, without an error."""
    ready = soon(chromium, "return document.documentElement.dataset.ready === 'true'")
    return ready and chromium.run("return document.documentElement.dataset.errors") == "0" and chromium.log() == []


def test_a_click_on_an_event_or_the_picture_plays_from_there(chromium, analysis, tmp_path):
    (tmp_path / "a.html").write_text(render_page(analysis))
    chromium.resize(1000, 900)
    chromium.open(tmp_path / "a.html")
    assert is_fine(chromium)
    assert soon(chromium, "return document.querySelector('audio').duration") == pytest.approx(15.0, abs=0.01)
    assert chromium.run("return [...document.images].every((one) => one.complete && one.naturalWidth > 100)")
    playing = "const audio = document.querySelector('audio'); return !audio.paused && audio.currentTime"
    chromium.run("document.querySelector('tr[data-event=\"1\"] button').click()")
    start = analysis.events[1].start
    assert start <= soon(chromium, playing) < start + 5
    shown = "const c = document.querySelector('.cursor'); return c.style.display === 'block' && parseFloat(c.style.left)"
    assert soon(chromium, shown) >= 100 * start / 15 - 1
    chromium.run(
        "const sound = document.querySelector('.sound'), box = sound.getBoundingClientRect();"
        "sound.dispatchEvent(new MouseEvent('click', {clientX: box.left + 0.2 * box.width, bubbles: true}))"
    )
    assert soon(chromium, f"{playing} < 8") is True
    assert 2.8 <= float(chromium.run("return document.documentElement.dataset.time")) < 8
    chromium.run("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: ' ', bubbles: true}))")
    assert soon(chromium, "return document.querySelector('audio').paused") is True
    chromium.run("document.querySelector('[data-toggle=map]').click()")
    assert chromium.run("return getComputedStyle(document.querySelector('.map')).display") == "none"
    assert is_fine(chromium)


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_is_wider_than_the_screen_and_the_disclaimer_is_seen(chromium, analysis, width, tmp_path):
    (tmp_path / "a.html").write_text(render_page(analysis))
    (tmp_path / "index.html").write_text(render_index([Listed(analysis.file, None, make_row(analysis))] * 30))
    chromium.resize(width, 700)
    for page in ("a.html", "index.html"):
        chromium.open(tmp_path / page)
        assert is_fine(chromium)
        assert chromium.run("return document.documentElement.scrollWidth") == width
        box = chromium.run("const b = document.querySelector('.disclaimer').getBoundingClientRect(); return [b.top, b.bottom]")
        assert 0 < box[0] < box[1] <= 700


@pytest.mark.parametrize("seconds", [15.0, 90.0, 3600.0])
def test_a_report_is_one_page_of_paper_whatever_its_length(chromium, analysis, seconds, tmp_path):
    events = tuple(Event(seconds * n / 100, seconds * n / 100 + 0.1, "wheeze", 0.9, None) for n in range(100))
    long = dataclasses.replace(
        analysis, seconds=seconds, events=events, warnings=tuple(f"warning {n}: something" for n in range(4))
    )
    (tmp_path / "a.html").write_text(render_page(long))
    chromium.resize(1200, 900)
    chromium.open(tmp_path / "a.html")
    pdf = chromium.print()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_a_thousand_recordings_are_sorted_and_searched(chromium, analysis, tmp_path):
    row = make_row(analysis)
    findings = ["wheeze", "normal", "cannot be told", "crackle"]
    listed = [
        Listed(
            f"{number}.wav",
            tmp_path / "recordings" / f"{number}.html",
            row.model_copy(update={"file": f"{number}.wav", "finding": findings[number % 4], "probability": number / 1000}),
        )
        for number in range(1000)
    ]
    (tmp_path / "index.html").write_text(render_index([*listed, Listed("torn.wav", None, None, "torn.wav is not audio.")]))
    chromium.resize(1200, 900)
    chromium.open(tmp_path / "index.html")
    assert is_fine(chromium)
    first = "return document.querySelector('#recordings tbody tr th').textContent"
    order = "return document.querySelector('[data-sort=%s]').getAttribute('aria-sort')"
    press = "document.querySelector('[data-sort=%s] button').click()"
    assert chromium.run(first) == "0.wav"
    chromium.run(press % "sure")
    assert (chromium.run(first), chromium.run(order % "sure")) == ("999.wav", "descending")
    chromium.run(press % "sure")
    assert (chromium.run(first), chromium.run(order % "sure")) == ("0.wav", "ascending")
    chromium.run(press % "finding")
    assert chromium.run(first) == "999.wav"  # crackles first, the surest of them
    chromium.run(press % "name")
    assert (chromium.run(first), chromium.run(order % "finding")) == ("0.wav", "none")
    chromium.run("document.querySelector('[data-finding=\"cannot be told\"].chip').click()")
    assert chromium.run("return document.getElementById('shown').textContent") == "250 of 1000 shown"
    chromium.run("const s = document.getElementById('search'); s.value = '99'; s.dispatchEvent(new Event('input'))")
    assert chromium.run("return document.getElementById('shown').textContent") == "3 of 1000 shown"
    assert "torn.wav is not audio." in chromium.run("return document.getElementById('failed').textContent")
    assert is_fine(chromium)
