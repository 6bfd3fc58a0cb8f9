"""A folder of reports: names of pages, what is kept and what is not, and what is never overwritten."""

import os
import shutil
from pathlib import Path

import pytest

from auscult.analysis.many import Wanted
from auscult.analysis.model import load_model
from auscult.analysis.report.folder import PAGES, _page_name, maker, open_folder, page_paths
from auscult.analysis.report.run import analyze_into
from auscult.errors import AuscultError


def names(*files):
    return [page.name for page in page_paths(Path("out"), [Path(file) for file in files])]


def test_pages_are_named_after_recordings_and_no_two_alike():
    assert names("a/one.wav", "b/one.wav", "ONE.flac", "one-2.wav", "two.wav") == [
        "one.html",
        "one-2.html",
        "ONE-3.html",
        "one-2-2.html",
        "two.html",
    ]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a b#c?d%20e&f.wav", "a_b_c_d_20e_f"),
        ("<script>.wav", "script"),
        ("../..wav", "recording"),
        ("…/.wav", "wav"),
        ("ナメ.wav", "ナメ"),
        ("=cmd|' C calc'!A0.wav", "cmd_C_calc_A0"),
        (os.fsdecode(b"caf\xe9.wav"), "caf"),
        ("x" * 250 + ".wav", "x" * 120),
    ],
)
def test_names_of_pages_can_stand_in_any_address(file, name):
    assert _page_name(Path(file)) == name


@pytest.fixture
def recordings(analysis, tmp_path):
    """A recording, the same under another name, and one that is none."""
    folder = tmp_path / "visits"
    folder.mkdir()
    for name in ("a.wav", "b.wav"):
        shutil.copy(analysis.path, folder / name)
    (folder / "torn.wav").write_text("not audio")
    return [Wanted(folder / name) for name in ("a.wav", "b.wav", "torn.wav")]


def content(out):
    return {str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}


def test_what_is_finished_is_kept_and_what_has_changed_is_not(recordings, standin, tmp_path):
    model, out = load_model(standin), tmp_path / "out"
    first = list(analyze_into(out, recordings, model))
    assert [answered.row.finding if answered.row else None for answered in first] == ["wheeze", "wheeze", None]
    assert "torn.wav is not audio" in first[2].problem
    before = content(out)
    assert set(before) == {"index.html", "recordings/a.html", "recordings/b.html"}
    assert b"torn.wav is not audio" in before["index.html"]
    times = {page: (out / page).stat().st_mtime_ns for page in before}

    os.utime(recordings[0].file, (1, 1))  # as by a copy: the content is the same
    (out / PAGES / "b.html.99.partial").write_text("left by a killed run")
    again = list(analyze_into(out, recordings, model))
    assert [answered.row for answered in again] == [answered.row for answered in first]
    assert content(out) == before
    assert (out / PAGES / "a.html").stat().st_mtime_ns == times["recordings/a.html"]

    recordings[1].file.write_bytes(recordings[1].file.read_bytes() + b"\0\0")
    (out / PAGES / "a.html").write_bytes(before["recordings/a.html"].replace(b'"made_by"', b'"made_on"'))
    list(analyze_into(out, recordings, model))
    for page in ("a", "b"):
        assert (out / PAGES / f"{page}.html").stat().st_mtime_ns > times[f"recordings/{page}.html"]

    made = maker(model.card)
    assert made != maker(model.card.model_copy(update={"sha256": "0"}))
    assert made != maker(model.card.model_copy(update={"thresholds": {"wheeze": 0.9}}))


def test_an_interruption_leaves_what_is_finished_and_says_what_is_missing(recordings, standin, tmp_path):
    model, out = load_model(standin), tmp_path / "out"
    answers = analyze_into(out, recordings, model)
    next(answers)
    answers.close()
    assert "2 more have not been analysed yet" in (out / "index.html").read_text()
    assert [page.name for page in (out / PAGES).iterdir()] == ["a.html"]
    list(analyze_into(out, recordings, model))
    assert "not been analysed yet" not in (out / "index.html").read_text()


def test_a_file_that_is_no_report_is_not_overwritten(recordings, standin, tmp_path):
    model, out = load_model(standin), tmp_path / "out"
    (out / PAGES).mkdir(parents=True)
    for mine in (out / "index.html", out / PAGES / "a.html"):
        mine.write_text("<p>mine</p>")
        with pytest.raises(AuscultError, match=f"{mine.name} is no report of auscult"):
            list(analyze_into(out, recordings, model))
        assert mine.read_text() == "<p>mine</p>"
        mine.unlink()
    with pytest.raises(AuscultError, match="is a file: name a folder"):
        open_folder(recordings[0].file, model.card, [])
