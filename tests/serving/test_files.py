import io
import json

import numpy as np
import pytest
import soundfile

from auscult.analysis.model import BUNDLED, list_bundled
from auscult.errors import AuscultError
from auscult.serving.examples import make_examples
from auscult.serving.files import collect_files, write_page
from tests.serving.making import build_page


def test_the_page_has_the_built_files_the_models_and_the_examples(tmp_path):
    files = collect_files(build_page(tmp_path))
    assert files["index.html"].kind == "text/html; charset=utf-8"
    assert files["assets/run.wasm"].kind == "application/wasm"
    assert files["assets/run.mjs"].kind.startswith("text/javascript")
    for name in list_bundled():
        assert files[f"models/{name}.onnx"].content == (BUNDLED / f"{name}.onnx").read_bytes()
        assert json.loads(files[f"models/{name}.json"].content)["name"] == name


def test_models_are_listed_by_organ_with_one_that_answers(tmp_path):
    listed = json.loads(collect_files(build_page(tmp_path))["models.json"].content)
    assert set(listed) == {"lung", "heart"}
    assert sorted(name for organ in listed.values() for name in organ["models"]) == list_bundled()
    assert all(organ["default"] in organ["models"] for organ in listed.values())


def test_the_list_of_what_to_keep_names_every_file_and_changes_with_any_of_them(tmp_path):
    def precache(built):
        files = collect_files(built)
        text = files["precache.js"].content.decode()
        told = json.loads(text.removeprefix("self.PRECACHE = ").rstrip(";\n"))
        assert set(told["files"]) == set(files) - {"precache.js", "sw.js"}
        return told["version"]

    built = build_page(tmp_path)
    first = precache(built)
    assert precache(built) == first
    (built / "assets" / "run.mjs").write_text("export const other = 2;")
    assert precache(built) != first


def test_a_missing_build_is_one_sentence_with_the_command(tmp_path):
    with pytest.raises(AuscultError, match=r"has not been built; .*npm --prefix page run build"):
        collect_files(tmp_path)


def test_examples_are_small_sounds_that_are_the_same_every_time():
    examples = make_examples()
    assert examples == make_examples()
    listed = json.loads(examples["examples.json"])
    assert {place for organ in listed.values() for place in organ.values()} == set(examples) - {"examples.json"}
    for place in listed["lung"].values():
        samples, rate = soundfile.read(io.BytesIO(examples[place]))
        assert rate == 4000
        assert 10 <= len(samples) / rate <= 20
        assert 0.05 < np.abs(samples).max() <= 1
        assert len(examples[place]) < 130_000


def test_the_page_is_written_for_any_web_server(tmp_path):
    files = collect_files(build_page(tmp_path))
    folder = tmp_path / "public"
    write_page(folder, files)
    write_page(folder, files)  # again, over itself
    written = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert written == {place: file.content for place, file in files.items()}


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "index.html").write_text("mine")
    with pytest.raises(AuscultError, match="letters is not an empty folder; name a new one with --write"):
        write_page(tmp_path / "letters", collect_files(build_page(tmp_path)))
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["index.html"]
    assert (tmp_path / "letters" / "index.html").read_text() == "mine"
