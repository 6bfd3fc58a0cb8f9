import numpy as np

from auscult.export.recording_answers import recording_truths
from auscult.recordings.core import Recording, Segment

FOUR = ("normal", "crackle", "wheeze", "both")
NORMAL = {"crackle": False, "wheeze": False}
CRACKLE, WHEEZE = {"crackle": True, "wheeze": False}, {"crackle": False, "wheeze": True}


class Events:
    """Recordings of some events each, as a data set gives them."""

    tasks = ("icbhi-4",)

    def __init__(self, **labels):
        self.segments = [
            Segment(f"{name}:{n}", Recording(name, name, None, 9.0), float(n), n + 1.0, said)
            for n in range(3)
            for name, events in labels.items()
            for said in events[n : n + 1]
        ]

    def segments_of(self, recordings, task):
        return [s for s in self.segments if s.recording.id in recordings and task.classify(s.labels) is not None]


def test_a_recording_is_what_all_its_events_come_to():
    dataset = Events(a=[NORMAL, NORMAL], b=[NORMAL, CRACKLE], c=[CRACKLE, NORMAL, WHEEZE], d=[WHEEZE], e=[{}])
    everyone = set("abcde")
    assert recording_truths(dataset, everyone, FOUR) == {"a": 0, "b": 1, "c": 3, "d": 2}
    assert recording_truths(dataset, {"a", "c"}, ("normal", "adventitious")) == {"a": 0, "c": 1}


def test_other_classes_have_no_truth():
    assert recording_truths(Events(a=[CRACKLE]), {"a"}, ("normal", "rhonchus", "wheeze")) == {}


def test_sureness_reaches_the_card_and_the_answer(tmp_path):
    import json
    import shutil

    import soundfile

    from auscult.analysis.analyze import analyze
    from auscult.analysis.model import BUNDLED
    from auscult.evaluation.sureness_facts import CardSureness

    facts = CardSureness(
        temperature=1.5,
        normal_bias=1.0,
        threshold=0.99,
        coverage=0.8,
        error=0.1,
        set_level=0.9,
        set_limit=0.0,
        chosen_on="made up",
        recordings=100,
        patients=50,
    )
    shutil.copy(BUNDLED / "lung.onnx", tmp_path / "sure.onnx")
    card = json.loads((BUNDLED / "lung.json").read_text())
    (tmp_path / "sure.json").write_text(json.dumps(card | {"sureness": facts.model_dump(mode="json")}))
    (tmp_path / "plain.json").write_text(json.dumps({k: v for k, v in card.items() if k != "sureness"}))
    shutil.copy(BUNDLED / "lung.onnx", tmp_path / "plain.onnx")
    noise = np.random.default_rng(0).standard_normal(12 * 4000).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", 0.02 * noise, 4000)
    plain, sure = (analyze(tmp_path / "x.wav", tmp_path / f"{name}.onnx") for name in ("plain", "sure"))
    assert plain.sureness is None
    before, after = plain.probabilities, sure.probabilities
    odds = np.log(after["normal"] / after["wheeze"])
    assert np.isclose(odds, np.log(before["normal"] / before["wheeze"]) / 1.5 + 1.0, atol=0.01)
    assert sure.sureness.probability == max(after.values())
    assert sorted(sure.sureness.labels) == sorted(card["classes"])
    assert not sure.told
    fields = json.loads(sure.to_json())
    assert fields["told"] is False
    assert fields["sureness"]["coverage"] == 0.8
    assert {"usable", "faults", "probability"} <= fields["quality"].keys()
