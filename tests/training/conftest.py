"""What most tests of trainings share: a cache for prepared pictures, and a synthetic collection to learn from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auscult.recordings.synthesis.collection import write_collection


@pytest.fixture(autouse=True, scope="package")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUSCULT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the data set ``synthetic``: twelve patients, recordings of 8 s."""
    folder = tmp_path_factory.mktemp("synthetic")
    write_collection(folder, patients=12, seconds=8, seed=0)
    return folder
