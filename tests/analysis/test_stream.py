from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

import auscult
from auscult.analysis.analyze import analyze
from auscult.analysis.events import Event
from auscult.analysis.model import OnnxModel
from auscult.analysis.stream import Stream
from auscult.analysis.stream_events import LONGEST_SECONDS
from auscult.errors import AuscultError
from auscult.recordings.synthesis import synthesize_lung
from tests.analysis.standin import RATE, write_standin


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    """Steps of a whole number of frames, as exported models have."""
    return OnnxModel(write_standin(tmp_path_factory.mktemp("model"), step_seconds=0.512))


@pytest.fixture(scope="module")
def breath() -> NDArray[np.float32]:
    """Forty seconds with five wheezes and some crackles."""
    return synthesize_lung(seconds=40, wheezes=5, fine_crackles=6, seed=1, rate=RATE).samples


def hear(stream: Stream, samples: NDArray[np.float32], size: int) -> list[Event]:
    found = [event for first in range(0, samples.size, size) for event in stream.feed(samples[first : first + size])]
    return sorted(found + stream.finish(), key=lambda event: (event.start, event.label))


def times(events: object) -> list[tuple[float, float, str]]:
    return [(round(event.start, 3), round(event.end, 3), event.label) for event in events]


def test_a_steady_recording_has_the_events_that_analyze_finds(
    model: OnnxModel, breath: NDArray[np.float32], tmp_path: Path
) -> None:
    path = tmp_path / "breath.wav"
    soundfile.write(path, breath, RATE, subtype="FLOAT")
    whole, found = analyze(path, model).events, hear(Stream(model, rate=RATE), breath, 777)
    assert len(whole) >= 5
    assert [event.label for event in found] == [event.label for event in whole]
    for one, other in zip(found, whole, strict=True):
        assert (one.start, one.end) == (pytest.approx(other.start, abs=0.1), pytest.approx(other.end, abs=0.1))
        assert one.probability == pytest.approx(other.probability, abs=0.1)
        assert one.focus is not None
        assert other.focus is not None
        assert one.focus.low == pytest.approx(other.focus.low, abs=300)
        assert one.start <= one.focus.start < one.focus.end <= one.end


@pytest.mark.parametrize("size", [100, 4096, 10 * RATE, 60 * RATE])
def test_how_the_samples_are_cut_makes_no_difference(size: int, model: OnnxModel, breath: NDArray[np.float32]) -> None:
    assert times(hear(Stream(model, rate=RATE), breath, size)) == times(hear(Stream(model, rate=RATE), breath, 1999))


def test_single_samples_at_another_rate_make_no_difference(model: OnnxModel) -> None:
    samples = synthesize_lung(seconds=8, wheezes=1, seed=1, rate=8000).samples
    one, other = (hear(Stream(model, rate=8000), samples, size) for size in (1, 3000))
    assert times(one) == times(other)
    assert len(one) >= 1


def test_the_filter_of_a_card_runs_along(tmp_path: Path, breath: NDArray[np.float32]) -> None:
    model = OnnxModel(write_standin(tmp_path, step_seconds=0.512, preprocess={"band": [50, 1900]}))
    path = tmp_path / "breath.wav"
    rumble = np.float32(0.3) * np.sin(2 * np.pi * 5 * np.arange(breath.size) / RATE).astype(np.float32)
    soundfile.write(path, breath + rumble, RATE, subtype="FLOAT")
    whole, found = analyze(path, model).events, hear(Stream(model, rate=RATE), breath + rumble, 1234)
    assert [event.label for event in found] == [event.label for event in whole]
    assert [event.start for event in found] == pytest.approx([event.start for event in whole], abs=0.1)


def test_events_come_within_the_delay(model: OnnxModel) -> None:
    samples = synthesize_lung(seconds=60, wheezes=12, fine_crackles=6, seed=3, rate=RATE).samples
    stream, told = Stream(model, rate=RATE), []
    for first in range(0, samples.size, 400):
        told += [(event, (first + 400) / RATE) for event in stream.feed(samples[first : first + 400])]
    assert len(told) >= 6
    assert max(now - event.end for event, now in told) <= stream.delay
    assert stream.delay < 16


def test_what_never_ends_is_told_in_parts_within_the_delay(model: OnnxModel) -> None:
    time = np.arange(60 * RATE) / RATE
    samples = (0.05 * np.sin(2 * np.pi * 700 * time) + 0.002 * np.random.default_rng(0).normal(size=time.size)).astype(
        np.float32
    )
    stream, told = Stream(model, rate=RATE), []
    for first in range(0, samples.size, RATE):
        told += [(event, first / RATE + 1) for event in stream.feed(samples[first : first + RATE]) if event.label == "wheeze"]
    assert len(told) >= 4
    assert all(event.end - event.start <= LONGEST_SECONDS + 1e-6 for event, _ in told)
    assert max(now - event.end for event, now in told) <= stream.delay
    ends, starts = [event.end for event, _ in told][:-1], [event.start for event, _ in told][1:]
    assert np.subtract(starts, ends).max() < 0.5  # nothing is left out between them


def test_memory_does_not_grow(model: OnnxModel, breath: NDArray[np.float32]) -> None:
    stream = Stream(model, rate=RATE)
    for _ in range(4):
        stream.feed(breath)
    assert stream._sound._samples.size < 8 * RATE
    assert stream._sound._rms.size <= 700
    assert len(stream._events._windows) < 40


def test_the_level_follows_the_sound(model: OnnxModel, breath: NDArray[np.float32]) -> None:
    """A stethoscope turned down to a hundredth is heard as before, once its last minute is as quiet."""
    quiet = np.concatenate([breath, *[breath / 100] * 4])
    late = [event for event in hear(Stream(model, rate=RATE), quiet, 5000) if event.start > 160]
    alone = hear(Stream(model, rate=RATE), breath, 5000)
    assert [event.label for event in late] == [event.label for event in alone]


def test_silence_and_stumps_have_no_events(model: OnnxModel) -> None:
    assert hear(Stream(model, rate=RATE), np.zeros(20 * RATE, np.float32), 999) == []
    assert Stream(model, rate=RATE).finish() == []
    for size in (1, 300, 5000):
        assert len(hear(Stream(model, rate=RATE), np.full(size, 0.1, np.float32), 100)) == 0


def test_a_short_recording_is_answered_at_its_end(model: OnnxModel) -> None:
    tone = (0.1 * np.sin(2 * np.pi * 700 * np.arange(6000) / RATE)).astype(np.float32)
    stream = Stream(model, rate=RATE)
    assert stream.feed(tone) == []
    (event,) = stream.finish()
    assert (event.label, event.start, event.end) == ("wheeze", pytest.approx(0, abs=0.2), pytest.approx(1.5, abs=0.2))


@pytest.mark.parametrize(
    ("samples", "sentence"),
    [
        ([0.1, float("nan")], "samples that are not numbers"),
        ([0.1, float("inf")], "samples that are not numbers"),
        (np.zeros((10, 2)), r"shape \(10, 2\)"),
        (np.zeros(10, np.int16), "divide 16-bit numbers by 32768"),
    ],
)
def test_what_is_no_sound_is_refused_and_does_no_harm(samples: object, sentence: str, model: OnnxModel) -> None:
    stream = Stream(model, rate=RATE)
    with pytest.raises(AuscultError, match=sentence):
        stream.feed(samples)
    assert stream.feed([]) == []
    assert stream.feed(np.zeros(100)) == []


@pytest.mark.parametrize("rate", [0, 50, 1_000_000, 44100.5])
def test_a_rate_that_no_recorder_has_is_refused(rate: float, model: OnnxModel) -> None:
    with pytest.raises(AuscultError, match=r"A rate of .* cannot be"):
        Stream(model, rate=rate)


def test_models_without_events_are_refused(heart_standin: Path, tmp_path: Path) -> None:
    with pytest.raises(AuscultError, match="heart sounds, which have no events"):
        Stream(heart_standin, rate=2000)
    with pytest.raises(AuscultError, match="denoises whole recordings"):
        Stream(write_standin(tmp_path, preprocess={"wavelet": "coif5"}), rate=RATE)


def test_a_finished_stream_is_over(model: OnnxModel) -> None:
    stream = auscult.Stream(model, rate=RATE)
    stream.finish()
    for again in (stream.finish, lambda: stream.feed([0.0])):
        with pytest.raises(AuscultError, match="finished: make another one"):
            again()
