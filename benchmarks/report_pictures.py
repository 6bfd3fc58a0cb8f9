"""The pictures of docs/report.md: reports on synthetic recordings, photographed in chromium.

    python benchmarks/report_pictures.py [--out FOLDER]

Writes docs/pictures/report.png and index.png; with --out both pages in every look (wide, phone, dark, paper) into a folder.
Needs chromium and its driver (Debian: apt-get install chromium chromium-driver) and says so where they are missing.
"""

import argparse
import io
import tempfile
import time
from contextlib import chdir
from pathlib import Path

import soundfile
from PIL import Image

from _browser import Browser, browser, is_there
from auscult.analysis.many import Wanted, find_recordings
from auscult.analysis.model import load_model
from auscult.analysis.report.run import analyze_into
from auscult.recordings.synthesis import synthesize_lung

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
CHILD = {"seconds": 15, "rate": 4000, "breaths_per_minute": 26, "wheeze_snr": 12, "crackle_snr": 20}
RECORDINGS = {
    "patient-01 left lower": {},
    "patient-01 left upper": {"wheezes": 2, "seed": 7},
    "patient-01 right lower": {**CHILD, "wheezes": 5, "fine_crackles": 12, "seed": 0},
    "patient-01 right upper": {},
    "patient-02 left lower": {"coarse_crackles": 8},
    "patient-02 right lower": {"fine_crackles": 12},
    "patient-03 left upper": {"wheezes": 3},
}
LOOKS = {"wide": (1100, False), "phone": (360, False), "dark": (1100, True)}
SHOWN = "patient-01_right_lower"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder for every look of the pages")
    out = parser.parse_args().out
    if not is_there():
        print("No pictures: chromium and chromedriver are not installed (apt-get install chromium chromium-driver).")
        return
    with tempfile.TemporaryDirectory() as folder, browser() as window:
        pages = make_report(Path(folder))
        for name, page in pages.items():
            picture = Image.open(io.BytesIO(photograph(window, page, *LOOKS["wide"]))).convert("RGB")
            picture.quantize(method=Image.Quantize.FASTOCTREE).save(PICTURES / f"{name}.png", optimize=True)
            print(PICTURES / f"{name}.png")
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            photograph_all(window, pages, out)


def make_report(folder: Path) -> dict[str, Path]:
    """Analyse some synthetic patients; the index, and one page."""
    (folder / "visits").mkdir()
    for number, (name, sounds) in enumerate(RECORDINGS.items()):
        recording = synthesize_lung(**({"seconds": 16 + number, "seed": number} | sounds))
        soundfile.write(folder / "visits" / f"{name}.wav", recording.samples, recording.rate)
    soundfile.write(folder / "visits" / "patient-03 trachea.wav", recording.samples * 0, recording.rate)
    (folder / "visits" / "patient-04 left lower.wav").write_text("cut off")
    with chdir(folder):  # so that no path of this machine is seen
        wanted = [Wanted(file) for file in find_recordings([Path("visits")])]
        for answered in analyze_into(Path("report"), wanted, load_model()):
            print(answered.row.finding if answered.row else answered.problem)
    return {"index": folder / "report" / "index.html", "report": folder / "report" / "recordings" / f"{SHOWN}.html"}


def photograph(window: Browser, page: Path, width: int, dark: bool) -> bytes:
    window.resize(width, 900, dark=dark)
    window.open(page)
    time.sleep(0.5)  # pictures and sound are decoded
    window.resize(width, window.run("return document.documentElement.scrollHeight"), dark=dark)
    return window.photograph()


def photograph_all(window: Browser, pages: dict[str, Path], out: Path) -> None:
    for name, page in pages.items():
        for look, (width, dark) in LOOKS.items():
            (out / f"{name}-{look}.png").write_bytes(photograph(window, page, width, dark))
        (out / f"{name}.pdf").write_bytes(window.print())


if __name__ == "__main__":
    main()
