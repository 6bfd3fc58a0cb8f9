"""Learn from training patients what the beginning of a breath looks like; writes weights into bundled/breathing.json.

    python benchmarks/breath_filter.py --sprsound data/sprsound --icbhi data/icbhi --physionet data/physionet2016

Frames within 0.1 s of an annotated beginning against frames more than 0.3 s from any, logistic regression. Then, on the same
patients, what speaks for cycles (`Support`) against whether the rate was right, logistic regression too: the confidence; sounds
of no breathing (noise, noise of drifting level, syllables, heart sounds) are among them and never right. No recording of a test
side of lung sounds is opened.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from _cycle_data import SECONDS_A_FRAME, Annotated, of_icbhi_pictures, of_sprsound
from auscult.analysis.breathing import rate_of, search
from auscult.analysis.json_layout import layout_json
from auscult.evaluation.cycles import annotated_rate, rate_is_right
from auscult.recordings.synthesis.faults import add_speech
from auscult.signal.breath.envelope import BreathEnvelope
from auscult.signal.breath.onsets import smooth_tracks, stretch_offsets, tracks
from auscult.signal.breath.rules import RULES, BreathRules, breath_rules
from auscult.signal.read import read_audio

_NEAR, _FAR = 0.1, 0.3
_EDGE = 0.3  # seconds beyond a chain: further out nobody annotated
_PENALTY = 0.003
_RATE = 4000
_MEASURES = ("height", "evidence", "regularity")


def frames_of(one: Annotated, rules: BreathRules) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Frames about annotated beginnings as the filter sees them, (frames, tracks · phases), and which are beginnings.

    The beginnings are shown at half and at twice the tempo, too, and are none there.
    """
    found = tracks(one.decibels, SECONDS_A_FRAME, rules.envelope)
    tempo = 60 / annotated_rate(one.chains)
    times = (np.arange(found.shape[1]) + 0.5) * SECONDS_A_FRAME
    seen, truth = [], []
    for chain in one.chains:
        inside = np.flatnonzero((times > chain[0] - _EDGE) & (times < chain[-1] + _EDGE))
        distance = np.abs(times[inside, None] - np.array(chain)).min(axis=1)
        begins = distance < _NEAR
        for other, frames in ((1.0, inside[begins | (distance > _FAR)]), (0.5, inside[begins]), (2.0, inside[begins])):
            seen.append(_look(found, frames, tempo * other, rules))
            truth.append(begins[begins | (distance > _FAR)] if other == 1 else np.zeros(len(frames), dtype=bool))
    return np.concatenate(seen), np.concatenate(truth)


def _look(found: NDArray[np.float64], frames: NDArray[np.intp], tempo: float, rules: BreathRules) -> NDArray[np.float64]:
    """The tracks around frames, (frames, tracks · phases)."""
    around = frames[:, None] + stretch_offsets(tempo, SECONDS_A_FRAME, rules.onset)
    smooth = smooth_tracks(found, tempo, SECONDS_A_FRAME, rules.onset)
    return np.concatenate(smooth[:, np.clip(around, 0, found.shape[1] - 1)], axis=1)


def learn_onsets(data: Sequence[Annotated], rules: BreathRules) -> dict[str, Any]:
    seen, truth = (np.concatenate(part) for part in zip(*(frames_of(one, rules) for one in data), strict=True))
    model = LogisticRegression(C=_PENALTY, max_iter=500).fit(seen, truth)
    print(f"beginnings: {truth.sum()} of {len(truth)} frames, AUROC {roc_auc_score(truth, model.decision_function(seen)):.3f}")
    odds = truth.mean() / (1 - truth.mean())
    weights = model.coef_[0].reshape(len(rules.envelope.bands), -1).round(4)
    intercept = round(float(model.intercept_[0] - np.log(odds)), 4)
    return {**rules.onset.model_dump(), "weights": weights.tolist(), "intercept": intercept}


def learn_confidence(data: Sequence[Annotated], others: Sequence[NDArray[np.float32]], rules: BreathRules) -> dict[str, float]:
    seen, right = [], []
    for decibels, chains in [*((one.decibels, one.chains) for one in data), *((other, None) for other in others)]:
        found, support = search(decibels, SECONDS_A_FRAME, rules)
        if support is None:
            continue
        rate = rate_of([np.array(chain) * SECONDS_A_FRAME for chain in found])
        seen.append([getattr(support, name) for name in _MEASURES])
        right.append(chains is not None and rate_is_right(rate, chains))
    model = LogisticRegression().fit(seen, right)
    auroc = roc_auc_score(right, model.decision_function(seen))
    print(f"rate right in {np.sum(right)} of {len(data)}, and of {len(others)} without breathing in none; AUROC {auroc:.3f}")
    weights = dict(zip(_MEASURES, (round(float(weight), 3) for weight in model.coef_[0]), strict=True))
    return {**rules.confidence.model_dump(), "intercept": round(float(model.intercept_[0]), 3), **weights}


def no_breathing(physionet: Path, generator: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Loudness in bands of noise, drifting noise and syllables of 5 to 60 s, and of every tenth heart recording."""
    for seconds in (5, 10, 15, 30, 60):
        for _ in range(12):
            noise = pink_noise(seconds * _RATE, generator)
            drift = np.interp(
                np.arange(noise.size), np.arange(0, noise.size, 2 * _RATE), generator.normal(0, 0.4, -(-seconds // 2))
            )
            syllables = add_speech(noise, _RATE, decibel=20, rng=generator)
            for samples in (noise, noise * np.exp(drift).astype(np.float32), syllables):
                yield loudness(samples, _RATE)
    for path in sorted(physionet.glob("training-?/*.wav"))[::10]:
        yield loudness(*read_audio(path, rate=_RATE))


def loudness(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    envelope = BreathEnvelope(rate)
    envelope.feed(samples)
    return envelope.decibels()


def pink_noise(size: int, generator: np.random.Generator) -> NDArray[np.float32]:
    frequencies = np.fft.rfftfreq(size)
    frequencies[0] = frequencies[1]
    noise = np.fft.irfft(np.fft.rfft(generator.standard_normal(size)) / np.sqrt(frequencies), size)
    return (0.02 * noise / noise.std()).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprsound", type=Path, required=True)
    parser.add_argument("--icbhi", type=Path, required=True)
    parser.add_argument("--physionet", type=Path, required=True)
    given = parser.parse_args()
    data = [*of_sprsound(given.sprsound, "train"), *of_icbhi_pictures(given.icbhi, "train")]
    others = list(no_breathing(given.physionet, np.random.default_rng(0)))
    rules = breath_rules()
    rules = BreathRules.model_validate({**rules.model_dump(), "onset": learn_onsets(data, rules)})
    rules = BreathRules.model_validate({**rules.model_dump(), "confidence": learn_confidence(data, others, rules)})
    RULES.write_text(layout_json(rules.model_dump()), encoding="utf-8")
    print(f"wrote {RULES}")


if __name__ == "__main__":
    main()
