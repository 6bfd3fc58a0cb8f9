from pathlib import Path

import numpy as np
import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.answer import answer_segments
from auscult.analysis.model import OnnxModel
from auscult.analysis.timeline import shift_normal
from auscult.recordings.core import Dataset, load_dataset
from auscult.recordings.tasks import get_task
from tests.analysis.heart_standin import write_heart_standin
from tests.analysis.making import make_heart


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Three heart sounds: a normal one, a short abnormal one, and silence."""
    folder = tmp_path_factory.mktemp("hearts")
    sounds = {"calm": make_heart(12, (2, 3, 500)), "loud": make_heart(3.2, (1, 2, 200)), "mute": np.zeros(20_000)}
    for name, samples in sounds.items():
        soundfile.write(folder / f"{name}.wav", samples, 2000)
    (folder / "labels.csv").write_text(
        "file,label,patient,device\ncalm.wav,normal,P1,Littmann\nloud.wav,abnormal,P2,\nmute.wav,normal,P3,\n"
    )
    return load_dataset("folder", folder)


@pytest.mark.parametrize("pooling", ["mean", "top"])
@pytest.mark.parametrize("offset", [0.0, 3.0])
def test_recordings_are_answered_as_an_analysis_answers_them(
    pooling: str, offset: float, dataset: Dataset, tmp_path: Path
) -> None:
    model = OnnxModel(write_heart_standin(tmp_path, pooling=pooling, normal_offset=offset))
    segments = dataset.segments_of(dataset.select("all"), get_task("heart-2"))
    predictions = answer_segments(model, dataset, segments, split="all")
    assert predictions.ids.tolist() == predictions.recordings.tolist() == ["calm", "loud", "mute"]
    assert predictions.truth.tolist() == [0, 1, 0]
    for recording, probabilities, predicted in zip(
        predictions.recordings[:2], predictions.probabilities, predictions.predicted, strict=False
    ):
        answer = analyze(dataset.root / f"{recording}.wav", model).recording
        assert answer.probabilities is not None
        assert model.card.classes[predicted] == answer.label
        np.testing.assert_allclose(shift_normal(probabilities, offset), list(answer.probabilities.values()), atol=1e-5)


def test_a_silent_recording_is_answered_too_since_every_answer_is_scored(dataset: Dataset, heart_standin: Path) -> None:
    segments = dataset.segments_of({"mute"}, get_task("heart-2"))
    predictions = answer_segments(OnnxModel(heart_standin), dataset, segments, split="all")
    assert predictions.probabilities.sum() == pytest.approx(1)


def test_groups_go_with_the_answers(dataset: Dataset, heart_standin: Path) -> None:
    segments = dataset.segments_of(dataset.select("all"), get_task("heart-2"))
    predictions = answer_segments(OnnxModel(heart_standin), dataset, segments, split="all")
    assert {name: column.tolist() for name, column in predictions.groups.items()} == {"device": ["Littmann", "", ""]}


def test_segments_are_answered_from_their_own_sound(standin: Path, tmp_path: Path) -> None:
    samples = make_heart(8, (4.5, 5.5, 400), rate=4000, level=0.1)
    soundfile.write(tmp_path / "lung.wav", samples, 4000)
    (tmp_path / "labels.csv").write_text("file,start,end,label\nlung.wav,0,4,normal\nlung.wav,4,8,wheeze\n")
    dataset = load_dataset("folder", tmp_path)
    segments = dataset.segments_of(dataset.select("all"), get_task("icbhi-4"))
    predictions = answer_segments(OnnxModel(standin), dataset, segments, split="test")
    assert predictions.ids.tolist() == ["lung:0", "lung:1"]
    assert predictions.predicted.tolist() == predictions.truth.tolist() == [0, 2]
