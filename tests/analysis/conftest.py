from pathlib import Path

import pytest
import soundfile

from auscult.analysis.analyze import analyze
from auscult.analysis.result import Analysis
from auscult.recordings.synthesis import synthesize_lung
from tests.analysis.heart_standin import write_heart_standin
from tests.analysis.standin import write_standin


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The onnx file of the stand-in model, its card beside it."""
    return write_standin(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def heart_standin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The onnx file of the heart stand-in, its card beside it."""
    return write_heart_standin(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def analysis(standin: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """Of 15 s with two wheezes; its file is still there."""
    path = tmp_path_factory.mktemp("recording") / "chest.wav"
    recording = synthesize_lung(seconds=15, wheezes=2, seed=1)
    soundfile.write(path, recording.samples, recording.rate)
    return analyze(path, standin)
