"""Whether the page answers as Python does, and how fast: benchmarks/results/page_parity.csv.

    AUSCULT_REAL_DATA=FOLDER python benchmarks/page_parity.py

Runs page/tests/parity in Chromium (needs node, `npm ci` in page/ and Debian's chromium). FOLDER holds the data sets, as for the
tests; without it there are synthetic recordings alone. Times are of a machine that does nothing else.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "page_parity.csv"


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    environment = os.environ | {
        "AUSCULT_PYTHON": sys.executable,
        "AUSCULT_PARITY_CSV": str(RESULT),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    done = subprocess.run(["npm", "run", "--silent", "parity"], cwd=ROOT / "page", env=environment, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
