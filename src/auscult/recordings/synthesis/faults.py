"""What goes wrong while recording, added to a good recording: mains hum, speech, rubbing, clipping, a phone's narrow band."""

import numpy as np
from numpy.typing import NDArray

_FORMANTS = ((300.0, 800.0, 80.0), (900.0, 2200.0, 120.0))  # Hz: from, to, width


def add_hum(
    samples: NDArray[np.float32], rate: int, *, decibel: float, rng: np.random.Generator, mains: float = 50.0
) -> NDArray[np.float32]:
    """Add mains hum with four overtones, each 6 dB below the one before.

    Parameters
    ----------
    samples
        Mono, (n,).
    rate
        Samples a second.
    decibel
        Level of the hum against the whole recording.
    rng
        Draws the phases.
    mains
        Hz.
    """
    times = np.arange(samples.size) / rate
    hum = sum(0.5**k * np.sin(2 * np.pi * mains * (k + 1) * times + rng.uniform(0, 2 * np.pi)) for k in range(5))
    return _mixed(samples, np.asarray(hum), decibel)


def add_speech(samples: NDArray[np.float32], rate: int, *, decibel: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Add something like a voice: syllables of 0.1 to 0.3 s of a gliding pitch with two formants, and pauses.

    Parameters
    ----------
    samples, rate, rng
        As in `add_hum`.
    decibel
        Level of the voice, its pauses included, against the whole recording.
    """
    voice = np.zeros(samples.size)
    start = 0
    pitch = rng.uniform(110, 280)
    while start < samples.size:
        length = round(rng.uniform(0.1, 0.3) * rate)
        syllable = _syllable(length, rate, pitch * rng.uniform(0.85, 1.2), rng)[: samples.size - start]
        voice[start : start + syllable.size] = syllable
        pause = rng.uniform(0.3, 0.9) if rng.random() < 0.2 else rng.uniform(0.04, 0.12)
        start += length + round(pause * rate)
    return _mixed(samples, voice, decibel)


def add_rubbing(
    samples: NDArray[np.float32], rate: int, *, decibel: float, rng: np.random.Generator, each_second: float = 0.3
) -> NDArray[np.float32]:
    """Add bursts of noise of 30 to 300 ms, as of a sliding stethoscope, a sleeve or a knock.

    Parameters
    ----------
    samples, rate, rng
        As in `add_hum`.
    decibel
        Level of a burst against the whole recording.
    each_second
        How many.
    """
    out = samples.copy()
    level = float(samples.std()) * 10 ** (decibel / 20)
    for start in rng.integers(0, samples.size, max(1, round(each_second * samples.size / rate))):
        length = min(round(rng.uniform(0.03, 0.3) * rate), samples.size - int(start))
        burst = rng.standard_normal(length) * np.hanning(length + 2)[1:-1]
        out[start : start + length] += (level * burst).astype(np.float32)
    return out


def clip(samples: NDArray[np.float32], *, share: float) -> NDArray[np.float32]:
    """Raise the gain until ``share`` of the samples are at full scale."""
    gain = 1 / float(np.quantile(np.abs(samples), 1 - share))
    return np.clip(samples * np.float32(gain), -1, 1)


def narrow(samples: NDArray[np.float32], rate: int, *, highest: float) -> NDArray[np.float32]:
    """Take out all above ``highest`` Hz, as resampling to a lower rate and back does."""
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(samples.size, 1 / rate) > highest] = 0
    return np.fft.irfft(spectrum, samples.size).astype(np.float32)


def _syllable(length: int, rate: int, pitch: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Harmonics of a gliding pitch, each as loud as two formants let it be, (length,)."""
    glide = pitch * np.linspace(1, rng.uniform(0.85, 1.15), length)  # Hz
    phase = 2 * np.pi * np.cumsum(glide) / rate
    formants = [(rng.uniform(low, high), width) for low, high, width in _FORMANTS]
    sound = np.zeros(length)
    for harmonic in range(1, int(0.45 * rate / (1.2 * pitch)) + 1):
        hz = harmonic * pitch
        loud = sum(1 / (1 + ((hz - centre) / width) ** 2) for centre, width in formants)
        sound += (loud + 0.05) * np.sin(harmonic * phase)
    return sound * np.hanning(length)


def _mixed(samples: NDArray[np.float32], sound: NDArray[np.float64], decibel: float) -> NDArray[np.float32]:
    """Add a sound at a level relative to the recording's own."""
    gain = float(samples.std()) * 10 ** (decibel / 20) / (float(sound.std()) or 1.0)
    return (samples + gain * sound).astype(np.float32)
