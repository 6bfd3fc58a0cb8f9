import csv
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from auscult.cli.synth import app
from auscult.errors import AuscultError
from auscult.recordings.datasets.physionet2016 import Dataset as HeartDataset
from auscult.recordings.datasets.synthetic import Dataset


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_lung_writes_wav_and_csv_and_lists_the_events(tmp_path):
    result = run("lung", tmp_path / "out.wav", "--wheeze", 2, "--crackles", 12, "--coarse", 3, "--seed", 0)
    assert result.exit_code == 0
    assert soundfile.info(tmp_path / "out.wav").duration == 15
    with (tmp_path / "out.csv").open() as file:
        labels = [row["label"] for row in csv.DictReader(file)]
    assert {label: labels.count(label) for label in set(labels)} == {"wheeze": 2, "fine_crackle": 12, "coarse_crackle": 3}
    shown = [line for line in result.output.splitlines() if "crackle" in line or "wheeze" in line]
    assert len(shown) == 17
    assert "17 events" in result.output


def test_lung_options_reach_the_sound(tmp_path):
    result = run("lung", tmp_path / "out.wav", "--seconds", 4, "--rate", 4000, "--breaths", 30, "--heart", "--hum")
    assert result.exit_code == 0
    info = soundfile.info(tmp_path / "out.wav")
    assert (info.duration, info.samplerate) == (4, 4000)
    assert "2 breaths" in result.output
    loud, _ = soundfile.read(tmp_path / "out.wav")
    run("lung", tmp_path / "plain.wav", "--seconds", 4, "--rate", 4000, "--breaths", 30)
    plain, _ = soundfile.read(tmp_path / "plain.wav")
    assert loud.std() > 1.2 * plain.std()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--wheeze", "-1"], "wheezes is -1; choose 0 or more"),
        (["--crackles", "9999"], "9999 fine crackles do not fit"),
        (["--seconds", "0"], "seconds is 0"),
    ],
)
def test_lung_refuses_in_one_sentence_and_writes_nothing(tmp_path, arguments, sentence):
    result = run("lung", tmp_path / "out.wav", *arguments)
    assert isinstance(result.exception, AuscultError)
    assert sentence in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_set_makes_the_data_set(tmp_path):
    result = run("set", tmp_path / "set", "--patients", 2, "--seconds", 5, "--seed", 3)
    assert result.exit_code == 0
    assert "8 recordings of 2 patients" in result.output
    assert len(Dataset(tmp_path / "set").recordings) == 8
    again = run("set", tmp_path / "set")
    assert "is not an empty folder; choose another one" in str(again.exception)


def test_heart_writes_wav_and_csv_and_lists_the_first_beats(tmp_path):
    result = run("heart", tmp_path / "out.wav", "--bpm", 60, "--murmur", "systolic", "--seconds", 10, "--rate", 2000)
    assert result.exit_code == 0
    info = soundfile.info(tmp_path / "out.wav")
    assert (info.duration, info.samplerate) == (10, 2000)
    with (tmp_path / "out.csv").open() as file:
        labels = [row["label"] for row in csv.DictReader(file)]
    assert labels[:3] == ["S1", "systolic_murmur", "S2"]
    assert labels.count("S1") == pytest.approx(10, abs=1)
    shown = [line.split("│")[3].strip() for line in result.output.splitlines() if "│" in line]
    assert shown == ["S1", "systolic murmur", "S2"] * 6
    assert f"{labels.count('S1')} beats" in result.output
    assert f"{len(labels)} events, the first 18 above" in result.output


def test_heart_options_reach_the_sound(tmp_path):
    def pause_level(*options):
        run("heart", tmp_path / "out.wav", "--seconds", 5, *options)
        with (tmp_path / "out.csv").open() as file:
            rows = list(csv.DictReader(file))
        samples, rate = soundfile.read(tmp_path / "out.wav")
        pauses = [(float(a["end"]), float(b["start"])) for a, b in pairwise(rows) if (a["label"], b["label"]) == ("S2", "S1")]
        return np.std(np.concatenate([samples[int(start * rate) + 1 : int(end * rate)] for start, end in pauses]))

    plain = pause_level()
    assert pause_level("--noise", 0) == pytest.approx(10 * plain, rel=0.1)
    assert pause_level("--breathing") != pytest.approx(plain, rel=0.01)
    assert pause_level("--seed", 1) != plain


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bpm", "300"], "beats per minute is 300; choose a value from 40 to 150"),
        (["--noise", "99"], "snr is 99"),
        (["--seed", "-1"], "seed is -1"),
    ],
)
def test_heart_refuses_in_one_sentence_and_writes_nothing(tmp_path, arguments, sentence):
    result = run("heart", tmp_path / "out.wav", *arguments)
    assert isinstance(result.exception, AuscultError)
    assert sentence in str(result.exception)
    assert list(tmp_path.iterdir()) == []


def test_heart_knows_two_murmurs(tmp_path):
    result = run("heart", tmp_path / "out.wav", "--murmur", "loud")
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_set_makes_the_data_set_of_hearts(tmp_path):
    result = run("set", tmp_path / "set", "--organ", "heart", "--patients", 6, "--seconds", 5)
    assert result.exit_code == 0
    assert "12 recordings of 6 patients (data set 'physionet2016')" in " ".join(result.output.split())
    assert len(HeartDataset(tmp_path / "set").recordings) == 12
    few = run("set", tmp_path / "few", "--organ", "heart", "--patients", 2)
    assert "subjects is 2; choose a value from 6 to 1000" in str(few.exception)


def test_help_gives_an_example():
    assert "auscult synth heart out.wav --bpm 72" in " ".join(run("heart", "--help").output.split())
    assert "auscult synth lung out.wav --wheeze 2" in " ".join(run("lung", "--help").output.split())
