import shutil

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from auscult.cli.data import app
from auscult.errors import AuscultError
from tests.recordings.layouts import PHYSIONET, write_folder, write_icbhi, write_physionet2016, write_sprsound


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(a) for a in arguments])


def test_list_names_every_data_set_and_where_to_get_it():
    result = run("list")
    assert result.exit_code == 0
    for word in (
        "folder",
        "physionet2016",
        "circor2022",
        "icbhi",
        "icbhi-pictures",
        "sprsound",
        "synthetic",
        "bhichallenge.med.auth.gr",
        "CC-BY-4.0",
    ):
        assert word in result.output


def test_check_of_a_partial_copy_exits_with_1(tmp_path):
    result = run("check", "icbhi", "--root", write_icbhi(tmp_path))
    assert result.exit_code == 1
    row = next(line for line in result.output.splitlines() if line.split()[:1] == ["recordings"])
    assert row.split() == ["recordings", "6", "920", "no"]
    assert "are not as expected" in result.output


def test_check_of_a_complete_folder_exits_with_0(tmp_path):
    result = run("check", "folder", "--root", write_folder(tmp_path, "file,label\na.wav,normal\nb.wav,both\n"))
    assert result.exit_code == 0
    assert "All 4 are as expected" in result.output


def test_audit_names_shared_patients(tmp_path):
    result = run("audit", "icbhi", "--root", write_icbhi(tmp_path), "--split", "official")
    assert result.exit_code == 0
    assert "1 patients on both sides" in result.output
    assert ["156", "1", "1"] in [line.split() for line in result.output.splitlines()]
    assert ["LittC2SE", "1", "0"] in [line.split() for line in result.output.splitlines()]
    assert "No two recordings are the same" in result.output


def test_audit_names_identical_recordings(tmp_path):
    write_folder(tmp_path, "file,label,split\na.wav,normal,train\nb.wav,normal,test\n")
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, np.linspace(-0.5, 0.5, 8000), 8000)
    result = run("audit", "folder", "--root", tmp_path)
    assert "Identical across sides: a (train), b (test)" in result.output
    assert "No patient stands on both sides" in result.output


def test_audit_of_a_data_set_without_split_looks_at_all_of_it(tmp_path):
    root = write_physionet2016(tmp_path)
    shutil.copy(root / "training-a" / "a0001.wav", root / "training-b" / "b0001.wav")
    result = run("audit", "physionet2016", "--root", root)
    assert result.exit_code == 0
    assert "physionet2016, the whole data set" in result.output
    assert ["a", "3"] in [line.split() for line in result.output.splitlines()]
    assert "Identical, said to be of several patients: a0001 (a:C45), b0001 (b:7)" in result.output
    assert "both sides" not in result.output


def test_audit_says_whose_leaks_it_cannot_see(tmp_path):
    root = write_physionet2016(tmp_path, subjects="")
    result = run("audit", "physionet2016", "--root", root)
    assert "Patient unknown: leaks between these recordings cannot be seen" in result.output
    subjects = "record,group\n" + "".join(f"{record},{record}\n" for record in PHYSIONET)
    (root / "subjects.csv").write_text(subjects)
    result = run("audit", "physionet2016", "--root", root)
    assert "Patient unknown" not in result.output
    assert "In a, b every recording counts as another patient" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--split", "outer"), "sprsound has no split 'outer'"),
        (("--task", "nose"), "There is no task 'nose'"),
    ],
)
def test_unknown_split_or_task(tmp_path, options, message):
    result = run("audit", "sprsound", "--root", write_sprsound(tmp_path), *options)
    assert isinstance(result.exception, AuscultError)
    assert message in str(result.exception)


def test_unknown_data_set(tmp_path):
    result = run("check", "icbhj", "--root", tmp_path)
    assert isinstance(result.exception, AuscultError)
    assert "There is no data set 'icbhj'; known data sets: circor2022, folder, icbhi, " in str(result.exception)


def test_the_text_of_every_segment_is_listed(tmp_path):
    root = write_icbhi(tmp_path / "icbhi")
    result = run("texts", "icbhi", "--root", root, "--drop", "device", "--drop", "age")
    assert result.exit_code == 0
    lines = [line.split("\t") for line in result.output.splitlines()]
    assert len(lines) == 11
    assert ["226_1b1_Pl_sc_LittC2SE:1", "This sound was recorded from the left posterior chest of a male patient."] in lines
    assert lines[0][0] == "101_1b1_Al_sc_Meditron:0"


def test_texts_are_written_to_a_csv(tmp_path):
    root, out = write_icbhi(tmp_path / "icbhi"), tmp_path / "texts.csv"
    result = run("texts", "icbhi", "--root", root, "--csv", out, "--published", "--missing", "unknown", "--wording", "bts")
    assert result.output == f"11 segments with 5 texts are in {out}.\n"
    rows = out.read_text().splitlines()
    assert rows[0] == "segment,recording,text"
    text = '"This sound was recorded from the left anterior chest of an adult male patient, using an AKGC417L microphone."'
    assert f"156_2b3_Ar_mc_AKGC417L:0,156_2b3_Ar_mc_AKGC417L,{text}" in rows  # as published: where the patient's first is from


def test_what_cannot_be_swapped_is_one_sentence(tmp_path):
    recordings = {
        "101_1b1_Al_sc_Meditron": ("test", [(0.0, 1.0, 0, 0)]),
        "101_1b1_Ar_sc_Meditron": ("test", [(0.0, 1.0, 0, 0)]),
    }
    root, out = write_icbhi(tmp_path / "icbhi", recordings), tmp_path / "texts.csv"
    result = run("texts", "icbhi", "--root", root, "--swap", "device", "--csv", out)
    assert isinstance(result.exception, AuscultError)
    assert str(result.exception).startswith("Every recording has the same device, Meditron")
    assert not out.exists()
    with pytest.raises(
        AuscultError, match=r"^A text tells age, sex, location, device; there is no 'devise' to drop or swap\.$"
    ):
        raise run("texts", "icbhi", "--root", root, "--drop", "devise").exception
    swapped = run("texts", "icbhi", "--root", root, "--swap", "location", "--seed", "3").output
    assert "Al_sc_Meditron:0\tThis sound was recorded from the right anterior chest" in swapped
