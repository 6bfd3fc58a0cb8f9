"""Imports run one way, and the light rooms need no torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blocking import BLOCK_TRAINING_LIBRARIES

SOURCE = Path(__file__).parents[1] / "src" / "auscult"
ROOMS = ["errors", "options", "files", "figures", "parallel", "recordings", "signal", "features", "augment", "models"]
ROOMS += ["objectives", "evaluation", "training", "reproduction", "analysis", "export", "serving", "cli"]


def imported_rooms(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in getattr(node, "names", [])]
        for name in names if isinstance(node, ast.Import | ast.ImportFrom) else []:
            if name and name.startswith("auscult."):
                yield name.split(".")[1]


@pytest.mark.parametrize("room", [room for room in ROOMS if (SOURCE / room).is_dir()])
def test_a_room_imports_only_from_rooms_below(room):
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    wrong = {
        f"{file.relative_to(SOURCE)} imports {other}"
        for file in (SOURCE / room).rglob("*.py")
        for other in imported_rooms(file)
        if other not in allowed
    }
    assert wrong == set()


def test_the_light_rooms_need_none_of_the_training_libraries():
    code = (
        BLOCK_TRAINING_LIBRARIES + "import importlib, pkgutil\n"
        "for room in ('parallel', 'recordings', 'signal', 'augment', 'evaluation', 'analysis', 'serving', 'cli'):\n"
        "    package = importlib.import_module('auscult.' + room)\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
