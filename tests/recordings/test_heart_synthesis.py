import csv
import resource
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfiltfilt, welch

from auscult.errors import AuscultError
from auscult.recordings.datasets.physionet2016 import Dataset
from auscult.recordings.synthesis import (
    Colour,
    Valves,
    read_events,
    synthesize_heart,
    write_heart_collection,
    write_recording,
)
from auscult.recordings.synthesis.heart import S1_LEVEL


def events_of(recording, label):
    return [event for event in recording.events if event.label == label]


def part(recording, start, end):
    return recording.samples[int(np.ceil(start * recording.rate)) : int(np.ceil(end * recording.rate))].astype(float)


def level(samples):
    return np.sqrt(np.mean(np.square(samples, dtype=float)))


def decibels(ratio):
    return 20 * np.log10(ratio)


@pytest.mark.parametrize("bpm", [40, 72, 110, 150])
def test_beats_come_at_the_rate_asked_for(bpm):
    starts = [e.start for e in events_of(synthesize_heart(seconds=60, beats_per_minute=bpm), "S1")]
    assert len(starts) == pytest.approx(bpm, abs=1)
    assert np.mean(np.diff(starts)) == pytest.approx(60 / bpm, rel=0.01)
    assert np.ptp(np.diff(starts)) < 0.1 * 60 / bpm
    regular = [e.start for e in events_of(synthesize_heart(beats_per_minute=bpm, variability=0), "S1")]
    np.testing.assert_allclose(np.diff(regular), 60 / bpm)


def test_breathing_in_quickens_the_beat_and_splits_the_second_sound():
    recording = synthesize_heart(seconds=120, variability=0.08)
    first, second = events_of(recording, "S1"), events_of(recording, "S2")
    inward, outward = [], []
    for (s1, after), s2 in zip(pairwise(first), second[: len(first) - 1], strict=True):
        breath = next(b for b in recording.breaths if b.start <= s1.start < b.end)
        phase = inward if s1.start < breath.turn else outward if s1.start < breath.rest else []
        phase.append((after.start - s1.start, s2.end - s2.start))
    (cycle_in, length_in), (cycle_out, length_out) = np.mean(inward, axis=0), np.mean(outward, axis=0)
    assert cycle_in < 0.96 * 60 / 72 < 1.04 * 60 / 72 < cycle_out
    assert length_in - length_out == pytest.approx(2 * 0.015 * 2 / np.pi, abs=0.003)  # a half sine's mean is 2/π
    assert all(0.075 <= s2.end - s2.start <= 0.105 for s2 in second)


@pytest.mark.parametrize(("bpm", "systole"), [(40, 0.41), (72, 0.346), (100, 0.29), (150, 0.19)])
def test_systole_shortens_with_the_rate_as_measured_in_people(bpm, systole):
    recording = synthesize_heart(beats_per_minute=bpm, variability=0)
    for s1, s2 in zip(events_of(recording, "S1"), events_of(recording, "S2"), strict=False):
        assert s2.start - s1.start == pytest.approx(systole)
        assert s1.end - s1.start == pytest.approx(0.12)
        assert s1.end < s2.start


@pytest.mark.parametrize("label", ["S1", "S2"])
def test_a_sound_lies_exactly_where_its_event_says(label):
    recording = synthesize_heart(snr=60, murmur=None, rate=8000)
    quiet = level(np.concatenate([part(recording, s2.end, s2.end + 0.15) for s2 in events_of(recording, "S2")]))
    for event in events_of(recording, label):
        sounding = part(recording, event.start, event.end)
        assert level(sounding) > 100 * quiet
        assert level(part(recording, event.start - 0.02, event.start)) < 2 * quiet
        assert level(part(recording, event.end, event.end + 0.02)) < 2 * quiet
        assert level(sounding[:40]) > 20 * quiet  # it begins at once, in 5 ms
    assert level(part(recording, *(lambda e: (e.start, e.end))(events_of(recording, "S1")[0]))) == pytest.approx(
        S1_LEVEL, rel=0.01
    )


def test_second_sound_is_shorter_and_higher_than_the_first():
    recording = synthesize_heart(seconds=30, snr=60)

    def centre(label):
        sounds = np.concatenate([part(recording, e.start, e.end) for e in events_of(recording, label)])
        frequencies, power = welch(sounds, recording.rate, nperseg=2048)
        assert power[(frequencies > 20) & (frequencies < 250)].sum() > 0.97 * power.sum()
        return np.sum(frequencies * power) / power.sum()

    assert 50 < centre("S1") < 90
    assert centre("S2") > 1.2 * centre("S1")
    lengths = [np.mean([e.end - e.start for e in events_of(recording, label)]) for label in ("S1", "S2")]
    assert lengths[0] > lengths[1]


def test_valves_set_pitch_and_level():
    recording = synthesize_heart(snr=60, valves=Valves(s1_hz=40, s2_hz=80, s2_level=-12))
    (s1, *_), (s2, *_) = events_of(recording, "S1"), events_of(recording, "S2")
    assert (s1.start_hz, s2.start_hz) == (40, 80)
    ratio = level(part(recording, s2.start, s2.end)) / level(part(recording, s1.start, s1.end))
    assert decibels(ratio) == pytest.approx(-12, abs=0.1)


@pytest.mark.parametrize(("murmur", "other"), [("systolic", "diastolic"), ("diastolic", "systolic")])
def test_a_murmur_is_heard_in_its_phase_only(murmur, other):
    options = {"seconds": 30, "seed": 3}
    plain, ill = synthesize_heart(**options), synthesize_heart(murmur=murmur, **options)
    murmurs = events_of(ill, f"{murmur}_murmur")
    assert len(murmurs) in (len(events_of(ill, "S1")), len(events_of(ill, "S1")) - 1)
    assert events_of(ill, f"{other}_murmur") == events_of(plain, f"{murmur}_murmur") == []
    assert [e for e in ill.events if e.label in ("S1", "S2")] == list(plain.events)

    band = butter(4, [100, 400], "bandpass", fs=4000, output="sos")

    def phase_level(recording, phase):
        first, second = events_of(recording, "S1"), events_of(recording, "S2")
        pairs = zip(first, second, strict=False) if phase == "systolic" else zip(second, first[1:], strict=False)
        filtered = sosfiltfilt(band, recording.samples)
        between = [filtered[int((a.end + 0.01) * 4000) : int((b.start - 0.01) * 4000)] for a, b in pairs]
        return level(np.concatenate(between))

    assert decibels(phase_level(ill, murmur) / phase_level(plain, murmur)) > 10
    assert decibels(phase_level(ill, other) / phase_level(plain, other)) < 2  # the noise is set against louder sounds


def test_a_systolic_murmur_swells_and_fades_and_a_diastolic_one_fades():
    def thirds(murmur):
        recording = synthesize_heart(seconds=60, murmur=murmur, snr=60)
        parts = [np.array_split(part(recording, e.start, e.end), 3) for e in events_of(recording, f"{murmur}_murmur")]
        return [level(np.concatenate(third)) for third in zip(*parts, strict=True)]

    early, middle, late = thirds("systolic")
    assert middle > 1.5 * max(early, late)
    assert early == pytest.approx(late, rel=0.15)
    early, middle, late = thirds("diastolic")
    assert early > 1.4 * middle > 1.4 * 1.4 * late


def test_a_murmur_fills_the_time_between_its_heart_sounds():
    recording = synthesize_heart(murmur="systolic", seconds=10)
    for s1, murmur, s2 in zip(recording.events[::3], recording.events[1::3], recording.events[2::3], strict=False):
        assert (s1.label, murmur.label, s2.label) == ("S1", "systolic_murmur", "S2")
        assert (murmur.start, murmur.end) == (s1.end, s2.start)
    recording = synthesize_heart(murmur="diastolic", seconds=10)
    for s2, murmur, s1 in zip(recording.events[1::3], recording.events[2::3], recording.events[3::3], strict=False):
        assert (s2.label, murmur.label, s1.label) == ("S2", "diastolic_murmur", "S1")
        assert murmur.start == s2.end
        assert murmur.end - murmur.start == pytest.approx(0.7 * (s1.start - s2.end))


def test_murmur_level_is_set_against_the_first_sound():
    recording = synthesize_heart(seconds=60, murmur="systolic", murmur_level=-6, snr=60)
    middles = [(e.start + e.end) / 2 for e in events_of(recording, "systolic_murmur")]
    loudest = level(np.concatenate([part(recording, middle - 0.01, middle + 0.01) for middle in middles]))
    assert decibels(loudest / S1_LEVEL) == pytest.approx(-6, abs=0.7)


@pytest.mark.parametrize("snr", [0, 10, 20])
@pytest.mark.parametrize("options", [{}, {"murmur": "diastolic"}, {"breathing": True}])
def test_noise_is_as_far_below_as_asked(snr, options):
    clean, noisy = synthesize_heart(snr=60, **options), synthesize_heart(snr=snr, **options)
    noise = noisy.samples.astype(float) - clean.samples
    assert np.abs(noisy.samples).max() < 0.89  # not turned down: both have the same scale
    assert decibels(level(clean.samples) / level(noise)) == pytest.approx(snr, abs=0.5)


def test_breathing_makes_the_noise_come_and_go():
    recording = synthesize_heart(seconds=60, snr=-15, breathing=True)

    def mean_level(begin, end):
        return level(np.concatenate([part(recording, begin(b), end(b)) for b in recording.breaths]))

    inspiration = mean_level(lambda b: b.start, lambda b: b.turn)
    assert inspiration > 1.5 * mean_level(lambda b: b.turn, lambda b: b.rest)
    assert inspiration > 1.5 * mean_level(lambda b: b.rest, lambda b: b.end)


def test_noise_has_the_colour_asked_for():
    def above_400(colour):
        frequencies, power = welch(synthesize_heart(snr=0, colour=colour).samples, 4000, nperseg=1024)
        return power[frequencies > 400].sum()

    assert above_400(Colour(corner_hz=400, expiration_slope=12)) > 10 * above_400(Colour(corner_hz=100, expiration_slope=20))


def test_same_seed_same_sound_and_the_beat_does_not_depend_on_the_rest():
    options = {"seconds": 8, "murmur": "systolic", "breathing": True}
    first, again = synthesize_heart(seed=5, **options), synthesize_heart(seed=5, **options)
    assert first.samples.tobytes() == again.samples.tobytes()
    assert first.events == again.events
    other = synthesize_heart(seed=6, **options)
    assert other.events != first.events
    plain = synthesize_heart(seed=5, seconds=8, snr=3)
    assert list(plain.events) == [e for e in first.events if e.label in ("S1", "S2")]


@pytest.mark.parametrize("rate", [2000, 4000, 44_100])
@pytest.mark.parametrize("murmur", [None, "systolic", "diastolic"])
@pytest.mark.parametrize(("seconds", "bpm"), [(1, 40), (1, 150), (7.3, 90)])
def test_any_rate_and_duration(rate, murmur, seconds, bpm):
    for seed in range(3):
        recording = synthesize_heart(
            seconds=seconds,
            rate=rate,
            beats_per_minute=bpm,
            variability=0.1,
            murmur=murmur,
            murmur_level=20,
            snr=-20,
            seed=seed,
        )
        assert recording.samples.shape == (round(seconds * rate),)
        assert recording.samples.dtype == np.float32
        assert np.isfinite(recording.samples).all()
        assert np.abs(recording.samples).max() <= 0.9 + 1e-6
        assert recording.events[0].label == "S1"
        assert all(0 <= e.start < e.end <= recording.duration for e in recording.events)
        assert all(a.end <= b.start for a, b in pairwise(recording.events))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"seconds": 0}, r"^seconds is 0; choose a value from 1 to 600\.$"),
        ({"rate": 1000}, "rate is 1000; choose a value from 2000 to 48000"),
        ({"beats_per_minute": 200}, "beats per minute is 200; choose a value from 40 to 150"),
        ({"beats_per_minute": float("nan")}, "beats per minute is nan"),
        ({"variability": 0.5}, "variability is 0.5; choose a value from 0 to 0.1"),
        ({"murmur_level": 40}, "murmur level is 40"),
        ({"snr": 100}, "snr is 100; choose a value from -20 to 60"),
        ({"murmur": "loud"}, "murmur is 'loud'; choose systolic or diastolic"),
        ({"seed": -1}, "seed is -1; choose 0 or more"),
    ],
)
def test_values_out_of_range_are_refused(options, sentence):
    with pytest.raises(AuscultError, match=sentence):
        synthesize_heart(**options)


def test_written_files_say_what_the_recording_is(tmp_path):
    recording = synthesize_heart(seconds=6, murmur="diastolic")
    table = write_recording(tmp_path / "heart.wav", recording)
    samples, rate = soundfile.read(tmp_path / "heart.wav", dtype="float32")
    assert rate == 4000
    np.testing.assert_allclose(samples, recording.samples, atol=1 / 32768)
    assert table.read_text().splitlines()[0] == "start,end,label,start_hz,end_hz"
    for read, made in zip(read_events(table, duration=6), recording.events, strict=True):
        assert read.label == made.label
        np.testing.assert_allclose((read.start, read.end), (made.start, made.end), atol=1e-5)
    write_recording(tmp_path / "heart.wav", synthesize_heart(seconds=2))
    assert soundfile.info(tmp_path / "heart.wav").duration == 2


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    root = tmp_path_factory.mktemp("made") / "set"
    assert write_heart_collection(root, seconds=6, seed=1) == 24
    return root


def read_rows(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_the_collection_has_the_official_layout(collection):
    assert sorted(p.name for p in collection.iterdir()) == ["annotations", "subjects.csv", *(f"training-{x}" for x in "abc")]
    for letter in "abc":
        folder = collection / f"training-{letter}"
        names = [f"{letter}{number:04d}" for number in range(1, 9)]
        assert sorted(p.name for p in folder.iterdir()) == ["REFERENCE.csv", *(f"{name}.wav" for name in names)]
        labels = read_rows(folder / "REFERENCE.csv")
        assert [name for name, _ in labels] == names
        assert sorted(label for _, label in labels) == ["-1"] * 4 + ["1"] * 4
        quality = read_rows(collection / "annotations" / "updated" / folder.name / "REFERENCE_withSQI.csv")
        assert [row[:2] for row in quality] == labels
        assert {row[2] for row in quality} <= {"0", "1"}
        for name in names:
            info = soundfile.info(folder / f"{name}.wav")
            assert (info.samplerate, info.channels, info.duration) == (2000, 1, 6)


def test_the_collection_is_read_as_physionet2016(collection):
    dataset = Dataset(collection)
    recordings = dataset.recordings.values()
    assert len(recordings) == 24
    patients = {r.patient: r.labels["abnormal"] for r in recordings}
    assert len(patients) == 12
    assert sum(patients.values()) == 6
    assert {r.extra["database"] for r in recordings} == {"a", "b", "c"}
    assert all([r.patient for r in recordings].count(patient) == 2 for patient in patients)
    assert all(r.labels["abnormal"] == patients[r.patient] for r in recordings)
    assert {r.extra["diagnosis"] for r in recordings if r.labels["abnormal"]} == {"Systolic murmur", "Diastolic murmur"}
    assert {r.extra["diagnosis"] for r in recordings if not r.labels["abnormal"]} == {"Normal"}
    assert {r.sex for r in recordings} == {"female", "male"}
    poor = [r for r in recordings if r.labels["poor_quality"]]
    assert poor
    assert {r.extra["database"] for r in poor} == {"b"}  # the only one below 8 dB
    failing = {finding.what for finding in dataset.check() if not finding.ok and not isinstance(finding.expected, int)}
    assert failing <= {"databases that are missing"}  # of totals it has fewer than the official data


def test_databases_differ_in_band_and_noise(collection):
    def spectrum(letter):
        samples = [soundfile.read(path)[0] for path in (collection / f"training-{letter}").glob("*.wav")]
        frequencies, power = welch(np.array(samples), 2000, nperseg=512)
        return frequencies, power.mean(axis=0)

    frequencies, a = spectrum("a")
    _, b = spectrum("b")
    _, c = spectrum("c")
    high = frequencies > 400
    assert b[high].sum() / b.sum() < 0.1 * a[high].sum() / a.sum() < 0.1 * c[high].sum() / c.sum()


def test_same_seed_same_collection(tmp_path, collection):
    write_heart_collection(tmp_path / "again", seconds=6, seed=1)
    files = sorted(p.relative_to(collection) for p in collection.rglob("*") if p.is_file())
    assert len(files) == 24 + 3 + 3 + 1
    assert all((collection / file).read_bytes() == (tmp_path / "again" / file).read_bytes() for file in files)
    write_heart_collection(tmp_path / "other", subjects=6, seconds=6, seed=2)
    assert (collection / "subjects.csv").read_text() != (tmp_path / "other" / "subjects.csv").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"subjects": 5}, "subjects is 5; choose a value from 6 to 1000"),
        ({"seconds": 2}, "seconds is 2; choose a value from 5 to 600"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_collection_that_cannot_be_made_leaves_no_folder(tmp_path, options, sentence):
    with pytest.raises(AuscultError, match=sentence):
        write_heart_collection(tmp_path / "set", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_a_stop_or_a_full_folder_leaves_nothing_new(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(AuscultError, match=r"set cannot be written \(File too large\); choose another folder"):
            write_heart_collection(tmp_path / "set", subjects=6, seconds=5)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    def stop(done, total):
        assert total == 12
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_heart_collection(tmp_path / "set", subjects=6, seconds=5, report=stop)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(AuscultError, match="exists and is not an empty folder"):
        write_heart_collection(tmp_path, subjects=6, seconds=5)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
