"""Where tests find real recordings, and how many processors each of the processes that run them takes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # there is a process for each processor

SHARED = Path(__file__).parents[2] / "shared" / "data"
FOLDERS = {"icbhi": "icbhi", "sprsound": "sprsound", "physionet": "physionet2016"}


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function from a part (icbhi, sprsound, physionet) to its folder in the official layout.

    Unpacked once into the folder that AUSCULT_REAL_DATA names, or for this session only. Skips where the data is not there.
    """
    cache = os.environ.get("AUSCULT_REAL_DATA")
    base = tmp_path_factory.getbasetemp()  # of this process; its parent is that of all
    home = Path(cache) if cache else (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "real"
    home.mkdir(parents=True, exist_ok=True)

    def folder(part: str) -> Path:
        found = home / FOLDERS[part]
        with FileLock(home / f"{part}.lock"):
            if not found.is_dir():
                if not SHARED.is_dir():
                    pytest.skip(f"needs the real recordings in {SHARED}")
                subprocess.run([sys.executable, str(SHARED / "unpack.py"), str(home), part], check=True, capture_output=True)
        return found

    return folder
