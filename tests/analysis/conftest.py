from pathlib import Path

import pytest

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
