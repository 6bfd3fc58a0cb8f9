"""Which wavelet and how many levels take most noise out of heart sounds; writes benchmarks/results/wavelet_choice.csv.

    python benchmarks/wavelet_choice.py --root data/physionet2016

Noise of a known level is added to recordings that the annotators called usable, all within the band of the band-pass, and the
gain in signal-to-noise ratio is measured. A recording's own noise counts as sound, so the true gain is larger.
"""

import argparse
import csv
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pywt
from numpy.typing import NDArray
from rich.progress import track

from auscult.signal.band_pass import band_pass
from auscult.signal.read import read_audio
from auscult.signal.wavelet import LEVELS, WAVELET, denoise, sure_threshold

RESULTS = Path(__file__).parent / "results" / "wavelet_choice.csv"
RATE = 2000
WAVELETS = ("db4", "db6", "db10", "sym8", "coif5")
EACH_DATABASE, SECONDS = 7, 20.0
Samples = NDArray[np.float32]


def usable_recordings(root: Path, generator: np.random.Generator) -> list[Path]:
    """Some recordings of good signal quality from each database."""
    chosen = []
    for table in sorted(root.glob("annotations/updated/training-?/REFERENCE_withSQI.csv")):
        rows = list(csv.reader(table.open(encoding="utf-8")))
        good = sorted(record for record, _, quality in rows if quality == "1")
        some = generator.choice(good, size=min(EACH_DATABASE, len(good)), replace=False)
        chosen += [root / table.parent.name / f"{record}.wav" for record in some]
    return chosen


def coloured_noise(colour: str, size: int, generator: np.random.Generator) -> Samples:
    """White or pink noise within the band, (size,), deviation 1."""
    noise = generator.standard_normal(size)
    if colour == "pink":
        frequencies = np.fft.rfftfreq(size)
        frequencies[0] = frequencies[1]
        noise = np.fft.irfft(np.fft.rfft(noise) / np.sqrt(frequencies), size)
    in_band = band_pass(noise.astype(np.float32), RATE)
    return in_band / in_band.std()


def denoise_by_finest(noisy: Samples) -> Samples:
    """As `denoise`, but the noise of the finest level stands for all levels, as in the paper of SureShrink."""
    approximation, *details = pywt.wavedec(noisy.astype(np.float64), WAVELET, level=LEVELS)
    deviation = np.median(np.abs(details[-1])) / 0.6745
    thresholds = [deviation * sure_threshold(detail / deviation) for detail in details]
    cleaned = [pywt.threshold(detail, limit, "soft") for detail, limit in zip(details, thresholds, strict=True)]
    return pywt.waverec([approximation, *cleaned], WAVELET)[: noisy.size].astype(np.float32)


def variants() -> dict[tuple[str, int, str], Callable[[Samples], Samples]]:
    """What is compared, by wavelet, levels and manner."""
    found: dict[tuple[str, int, str], Callable[[Samples], Samples]] = {
        (wavelet, levels, "shrink"): partial(denoise, wavelet=wavelet, levels=levels)
        for wavelet, levels in product(WAVELETS, range(3, 7))
    }
    found[WAVELET, LEVELS, "shrink, noise of the finest level"] = denoise_by_finest
    found[WAVELET, LEVELS, "remove-large"] = partial(denoise, reading="remove-large")
    return found


def decibels(clean: Samples, other: Samples) -> float:
    """Signal-to-noise ratio of ``other``."""
    return float(10 * np.log10(np.sum(clean**2) / np.sum((other - clean) ** 2)))


def measure(paths: list[Path], generator: np.random.Generator) -> list[dict[str, Any]]:
    """One row a variant and condition, and one a variant over all conditions."""
    gains: dict[tuple[Any, ...], list[float]] = {}
    for path in track(paths, "recordings"):
        for colour, snr in product(("white", "pink"), (10.0, 5.0)):
            for variant, gain in gains_of(path, colour, snr, generator).items():
                gains.setdefault((*variant, colour, snr), []).append(gain)
                gains.setdefault((*variant, "both", "both"), []).append(gain)
    names = ("wavelet", "levels", "manner", "noise", "snr_in")
    rows = [dict(zip(names, key, strict=True)) | summary(values, len(paths)) for key, values in gains.items()]
    return sorted(rows, key=lambda row: (row["noise"], str(row["snr_in"]), -row["gain_db"]))


def gains_of(path: Path, colour: str, snr: float, generator: np.random.Generator) -> dict[tuple[str, int, str], float]:
    clean = band_pass(read_audio(path, rate=RATE, end=SECONDS)[0], RATE)
    noise = coloured_noise(colour, clean.size, generator)
    noisy = clean + noise * np.float32(clean.std() * 10 ** (-snr / 20))
    return {variant: decibels(clean, function(noisy)) - decibels(clean, noisy) for variant, function in variants().items()}


def summary(gains: list[float], recordings: int) -> dict[str, Any]:
    return {"gain_db": round(np.mean(gains), 2), "sd": round(np.std(gains, ddof=1), 2), "recordings": recordings}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, help="folder of physionet2016, with its annotations")
    given = parser.parse_args()
    generator = np.random.default_rng(0)
    rows = measure(usable_recordings(given.root, generator), generator)
    with open(RESULTS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print("{gain_db:>6} ± {sd:<5} dB  {wavelet:<6} {levels} levels, {noise} noise at {snr_in} dB, {manner}".format(**row))


if __name__ == "__main__":
    main()
