"""What a page plays: all of a recording, or the parts around its events."""

import base64
import io

import numpy as np
import pytest
import soundfile

from auscult.analysis.events import Event
from auscult.analysis.report.sound import MOST_SECONDS, PLAYED_RATE, Part, choose_parts, pack_sound


def event(start, end, probability):
    return Event(start, end, "wheeze", probability, None)


def unpack(uri):
    kind, _, text = uri.partition(",")
    assert kind == "data:audio/flac;base64"
    return soundfile.read(io.BytesIO(base64.b64decode(text)))


def test_a_short_recording_is_played_as_it_is(tmp_path):
    samples = np.random.default_rng(0).normal(0, 0.1, 2 * PLAYED_RATE).clip(-1, 1)
    soundfile.write(tmp_path / "a.wav", samples, PLAYED_RATE, subtype="PCM_16")
    sound = pack_sound(tmp_path / "a.wav", 2.0, [])
    played, rate = unpack(sound.uri)
    assert rate == PLAYED_RATE
    assert np.array_equal(played, soundfile.read(tmp_path / "a.wav")[0])
    assert (sound.parts, sound.note) == ((Part(0.0, 2.0),), "")


@pytest.mark.parametrize("rate", [2000, 44_100])
def test_other_rates_keep_their_duration(rate, tmp_path):
    time = np.arange(3 * rate) / rate
    soundfile.write(tmp_path / "a.wav", np.column_stack([0.5 * np.sin(2 * np.pi * 300 * time)] * 2), rate)
    played, _ = unpack(pack_sound(tmp_path / "a.wav", 3.0, []).uri)
    assert abs(len(played) / PLAYED_RATE - 3.0) < 0.002
    assert abs(np.abs(np.fft.rfft(played[:PLAYED_RATE])).argmax() - 300) <= 1


def test_of_a_long_recording_the_surest_events_are_played_in_order():
    events = [event(1000, 1001, 0.6), event(2000, 2001, 0.9), event(2002, 2003, 0.5), event(0.5, 1, 0.4)]
    assert choose_parts(3000, events) == (Part(0, 3), Part(998, 1003), Part(1998, 2005))
    assert choose_parts(3000, []) == (Part(0, MOST_SECONDS),)
    assert choose_parts(3000, [event(5, 2900, 0.9)]) == (Part(5, 5 + MOST_SECONDS),)
    many = [event(10 * number, 10 * number + 2, 0.5 + number / 1000) for number in range(100)]
    parts = choose_parts(3000, many)
    assert sum(part.end - part.start for part in parts) <= MOST_SECONDS
    assert parts[-1].end == 994  # the surest
    assert list(parts) == sorted(parts, key=lambda part: part.start)


def test_parts_follow_each_other_in_the_sound_and_that_is_said(tmp_path):
    rate = 2000
    samples = np.repeat(np.arange(400) % 2, rate) * 0.5  # a second of nothing, a second of something, and so on
    soundfile.write(tmp_path / "long.wav", samples, rate)
    sound = pack_sound(tmp_path / "long.wav", 400.0, [event(101.0, 102.0, 0.9), event(302.0, 303.0, 0.9)])
    assert sound.parts == (Part(99, 104), Part(300, 305))
    played, _ = unpack(sound.uri)
    middle = [float(played[int((second + 0.5) * PLAYED_RATE)]) for second in range(10)]
    assert np.allclose(middle, [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0], atol=0.01)
    assert sound.note == "To keep this page small it plays 10.0 s of 6:40 min: the stretches around its surest events. " + (
        "The file itself has all of it."
    )


def test_a_file_that_is_gone_leaves_a_page_without_sound(tmp_path):
    sound = pack_sound(tmp_path / "gone.wav", 3.0, [])
    assert sound.uri is None
    assert "nothing to play" in sound.note
