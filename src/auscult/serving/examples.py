"""The examples of the page: synthetic sounds as small wav files, which every browser reads at their own rate."""

import io
import json

import soundfile

from auscult.recordings.synthesis import SyntheticRecording, synthesize_heart, synthesize_lung

_SECONDS = 15.0
_LUNG_SEED = 0
_HEART_SEED = 0
_RATE = 4000


def make_examples() -> dict[str, bytes]:
    """Make the examples.

    Returns
    -------
    dict
        ``examples.json``, which lists the others by organ, and each wav file, by its place beside the page.
    """
    sounds = {
        "lung": {
            "wheezes-crackles": synthesize_lung(
                seconds=_SECONDS,
                rate=_RATE,
                breaths_per_minute=26,  # as children breathe, whom the models have learned from
                wheezes=5,
                fine_crackles=12,
                wheeze_snr=12,
                crackle_snr=20,
                seed=_LUNG_SEED,
            ),
            "clear": synthesize_lung(seconds=_SECONDS, rate=_RATE, seed=_LUNG_SEED),
        },
        "heart": {
            "murmur": synthesize_heart(
                seconds=_SECONDS, rate=_RATE, beats_per_minute=60, murmur="systolic", snr=20, seed=_HEART_SEED
            ),
            "clear": synthesize_heart(seconds=_SECONDS, rate=_RATE, beats_per_minute=66, snr=20, seed=_HEART_SEED),
        },
    }
    listed = {organ: {name: f"examples/{organ}-{name}.wav" for name in named} for organ, named in sounds.items()}
    files = {listed[organ][name]: _to_wav(sound) for organ, named in sounds.items() for name, sound in named.items()}
    return {"examples.json": json.dumps(listed, indent=1).encode(), **files}


def _to_wav(sound: SyntheticRecording) -> bytes:
    """A sound as a wav file of 16 bits."""
    file = io.BytesIO()
    soundfile.write(file, sound.samples, sound.rate, format="WAV", subtype="PCM_16")
    return file.getvalue()
