"""The page's own tests, run by npm where node, the page's packages and Chromium are there; and what it shares with Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import auscult
from auscult.analysis.card import Card, Merging
from auscult.signal.preprocess import Preprocess

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "page"


def run_npm(script: str) -> None:
    """Run a script of the page's package; what it printed is shown where it fails."""
    environment = os.environ | {
        "AUSCULT_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT / "src"),
        "NO_COLOR": "1",
        "OMP_NUM_THREADS": "1",
        "AUSCULT_PARITY_FEW": "1",  # all of them: npm run parity
    }
    done = subprocess.run(
        ["npm", "run", "--silent", script], cwd=PAGE, env=environment, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0, f"npm run {script}"


needs_npm = pytest.mark.skipif(
    shutil.which("npm") is None or not (PAGE / "node_modules").is_dir(), reason="needs node, and `npm ci` in page/"
)
needs_chromium = pytest.mark.skipif(
    not Path(os.environ.get("AUSCULT_CHROMIUM", "/usr/bin/chromium")).exists(),
    reason="needs Chromium (Debian: apt-get install chromium)",
)


@needs_npm
def test_types_of_the_page_are_sound():
    run_npm("check")


@needs_npm
def test_unit_tests_of_the_page():
    run_npm("test")


@needs_npm
@needs_chromium
def test_engine_in_chromium_answers_as_python_does():
    run_npm("parity")


def test_page_has_the_version_of_the_package():
    assert json.loads((PAGE / "package.json").read_text())["version"] == auscult.__version__


def test_engine_fills_a_card_up_as_python_does():
    defaults: dict[str, Any] = json.loads((PAGE / "src/engine/analysis/defaults.json").read_text())
    preprocess, merging = defaults.pop("preprocess"), defaults.pop("merging")
    assert merging == Merging().model_dump()
    assert preprocess.items() <= Preprocess().model_dump().items()
    assert set(Preprocess.model_fields) - set(preprocess) == {"levels", "reading"}, (
        "of the wavelet, which the page does not have"
    )
    for name, value in defaults.items():
        field = Card.model_fields[name]
        assert value == field.get_default(call_default_factory=True), name


def test_fixtures_of_the_engine_are_what_python_makes():
    sys.path.insert(0, str(PAGE / "tests/engine"))
    try:
        from make_fixtures import FIXTURES, make_fixtures
    finally:
        sys.path.pop(0)
    held, made = json.loads(FIXTURES.read_text()), json.loads(json.dumps(make_fixtures()))
    assert flatten(held) == pytest.approx(flatten(made), abs=1e-6)


def flatten(value: Any) -> list[float]:
    """All numbers in nested lists and dictionaries, in order."""
    if isinstance(value, dict | list):
        return [number for item in (value.values() if isinstance(value, dict) else value) for number in flatten(item)]
    return [float(value)]
