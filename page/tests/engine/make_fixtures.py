"""Write what Python makes of some small synthetic sounds, for the engine's unit tests: ``python make_fixtures.py``."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auscult.signal.band_pass import band_pass, settling_samples
from auscult.signal.heart_rate import estimate_heart_rate
from auscult.signal.resample import resample

FIXTURES = Path(__file__).with_name("fixtures.json")
_RATES = ((48_000, 4000), (44_100, 4000), (44_100, 2000), (8000, 4000), (11_127, 4000), (2000, 4000), (96_003, 2000))
_BANDS = ((25.0, 400.0, 4, 2000), (25.0, 200.0, 2, 2000), (100.0, 1000.0, 3, 2000), (100.0, 900.0, 1, 2000))


def make_fixtures() -> dict[str, Any]:
    """All of them, by the name of what is tested."""
    return {
        "resample": [_resampled(rate, new_rate) for rate, new_rate in _RATES],
        "band_pass": [_filtered(*band) for band in _BANDS],
        "noise": _rounded(np.random.default_rng(0).standard_normal(3000)[-300:]),
        "heart_rate": [_heart_rate(0.85, 23.0), _heart_rate(0.45, 3.1)],
    }


def _resampled(rate: int, new_rate: int) -> dict[str, Any]:
    """A sum of sines below, in and above the band that is kept."""
    sound = chirps(rate // 10, rate, new_rate)
    return {"rate": rate, "new_rate": new_rate, "expected": _rounded(resample(sound, rate, new_rate))}


def _filtered(low: float, high: float, order: int, rate: int) -> dict[str, Any]:
    expected = _rounded(band_pass(chirps(400, rate, rate) + np.float32(0.3), rate, low=low, high=high, order=order))
    settling = settling_samples(rate, low=low, high=high, order=order)
    return {"low": low, "high": high, "order": order, "rate": rate, "settling": settling, "expected": expected}


def _heart_rate(cycle: float, seconds: float) -> dict[str, Any]:
    found = estimate_heart_rate(beats(cycle, seconds, 1000), 1000)
    assert found.beats_per_minute is not None
    rate, confidence = found.beats_per_minute, found.confidence
    return {"cycle": cycle, "seconds": seconds, "beats_per_minute": rate, "confidence": confidence}


def chirps(size: int, rate: int, new_rate: int) -> NDArray[np.float32]:
    """Four sines at shares of the lower half rate, the last above it; the unit tests make the same."""
    lower = min(rate, new_rate) / 2
    times = np.arange(size) / rate
    shares = (0.07, 0.5, 0.9, 1.3)
    return sum(0.2 * np.sin(2 * np.pi * share * lower * times + share) for share in shares).astype(np.float32)


def beats(cycle: float, seconds: float, rate: int) -> NDArray[np.float32]:
    """Fading bursts of 60 Hz twice a cycle, the second one lower; the unit tests make the same."""
    times = np.arange(round(seconds * rate)) / rate
    first, second = times % cycle, (times - 0.3 * cycle) % cycle
    loud = np.exp(-first / 0.03) + 0.6 * np.exp(-second / 0.03)
    return (0.3 * loud * np.sin(2 * np.pi * 60 * times)).astype(np.float32)


def _rounded(values: NDArray[np.floating]) -> list[float]:
    return [round(float(value), 7) for value in values]


if __name__ == "__main__":
    FIXTURES.write_text(json.dumps(make_fixtures()) + "\n", encoding="utf-8")
