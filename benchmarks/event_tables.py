"""Score the events that models find: benchmarks/results/event_choice.csv and event_scores.csv, the tables of docs/events.md.

    python benchmarks/event_tables.py choose --root data/sprsound --model mn-lung.onnx --run runs/sprsound-mn-lung-seed0 --write
    python benchmarks/event_tables.py default --root data/sprsound --model lung mn-lung --run runs/LUNG runs/MN-LUNG
    python benchmarks/event_tables.py test --root data/sprsound --model lung mn-lung.onnx --joined data/icbhi/joined

``choose`` tries the figures by which windows become events (`Card.merging`) on the validation patients of the model's own run,
and with ``--write`` puts the best into its card. ``default`` compares models on the validation patients that none of them has
learned from, to choose the one that answers where none is named. ``test`` scores the test recordings; none was chosen on those.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from _markdown import read
from _runs import write

if TYPE_CHECKING:
    from auscult.analysis.attention_merge import Merged
    from auscult.analysis.card import Card, Merging
    from auscult.analysis.model import OnnxModel
    from auscult.analysis.windows import Windows
    from auscult.evaluation.events import EventScore, ScoredRecording, Span
    from auscult.recordings.core import Dataset, Segment

LABELS = ("crackle", "wheeze")
MEASURES = ("events", "segments")
KEEPS = (0.4, 0.5, 0.6, 0.75, 0.85)
GAPS = (0.1, 0.3, 0.6)
ATTENDED = (0.6, 0.8, 1.0, 1.4)
SMOOTH = (0.1, 0.4)
LEAST = (0.0, 0.7, 0.8, 0.9, 0.95)
FLOORS = {"one event throughout": True, "nothing": False}


class Known(NamedTuple):
    """A recording whose events are known, and what a model said of its windows (None: nothing to hear).

    ``attention`` is merged once, since it does not depend on the figures that are tried.
    """

    recording: "ScoredRecording"
    windows: "Windows | None"
    attention: "Mapping[str, Merged]"


def truth_of(segments: "Iterable[Segment]") -> "Iterator[Span]":
    """What annotators heard, label by label; annotated stretches that touch, as ICBHI's cycles do, are one."""
    from auscult.evaluation.events import Span
    from auscult.recordings.labels import CONTINUOUS, CRACKLES, any_present

    listed = sorted(segments, key=lambda segment: segment.start)
    for label, names in zip(LABELS, (CRACKLES, CONTINUOUS), strict=True):
        joined: list[Span] = []
        for segment in (one for one in listed if any_present(one.labels, names)):
            if joined and segment.start <= joined[-1].end + 1e-3:
                joined[-1] = Span(joined[-1].start, max(joined[-1].end, segment.end), label)
            else:
                joined.append(Span(segment.start, segment.end, label))
        yield from joined


def known_recordings(dataset: "Dataset", ids: Iterable[str]) -> "dict[Path, ScoredRecording]":
    """Recordings by their files, with what was heard and nothing found yet."""
    from auscult.evaluation.events import ScoredRecording

    by_recording: dict[str, list[Segment]] = {}
    for segment in dataset.segments:
        by_recording.setdefault(segment.recording.id, []).append(segment)
    known = {}
    for name in sorted(ids):
        recording = dataset.recordings[name]
        truth = tuple(truth_of(by_recording.get(name, ())))
        known[recording.path] = ScoredRecording(recording.patient, recording.duration, truth, ())
    return known


def hear(model: "OnnxModel", known: "dict[Path, ScoredRecording]") -> "list[Known]":
    """Run a model over recordings."""
    from auscult.analysis.attention_merge import AttentionMerger
    from auscult.analysis.events import label_evidence
    from auscult.analysis.listen import listen, prepare
    from auscult.analysis.timeline import shift_normal
    from auscult.cli.progress import track
    from auscult.signal.read import read_audio

    heard = []
    for path, recording in track(f"Hearing {model.card.name}")(known.items(), len(known)):
        samples, _ = read_audio(path, rate=model.card.rate)
        windows = listen(model, samples, prepare(samples, model.card))
        shown = replace(windows, probabilities=shift_normal(windows.probabilities, model.card.normal_offset))
        merger = AttentionMerger(model.card, recording.seconds)
        merger.feed(shown, label_evidence(shown, model.card))
        heard.append(Known(recording, replace(shown, attention=None) if len(shown) else None, merger.result()))
    return heard


def found_by(card: "Card", heard: "Sequence[Known]") -> "list[ScoredRecording]":
    """The recordings with the events that windows become by a card."""
    from auscult.analysis.events import find_events
    from auscult.evaluation.events import Span

    scored = []
    for recording, windows, attention in heard:
        events = () if windows is None else find_events(windows, card, recording.seconds, attention)
        scored.append(replace(recording, found=tuple(Span(event.start, event.end, event.label) for event in events)))
    return scored


def candidates(*, attention: bool) -> "Iterator[Merging]":
    """Figures to try; what regards attention only where there is any."""
    from auscult.analysis.card import Merging

    for keep, least, gap in product(KEEPS, LEAST, GAPS):
        for attended, smooth in product(ATTENDED, SMOOTH) if attention else [(Merging().attended, Merging().smooth_seconds)]:
            yield Merging(keep=keep, least=least, gap_seconds=gap, attended=attended, smooth_seconds=smooth)


def choose(model: "OnnxModel", dataset: "Dataset", run: Path) -> "Iterator[dict[str, Any]]":
    """A line for each candidate, on the run's validation patients; first the best by the mean of both F1."""
    from auscult.evaluation.events import score_events
    from auscult.evaluation.predictions import Predictions

    answers = Predictions.load(run / "predictions.csv")
    validation = answers.where(answers.splits == "validation")
    heard = hear(model, known_recordings(dataset, set(validation.recordings.tolist())))
    lines = []
    for rule in candidates(attention=any(one.attention for one in heard)):
        scored = found_by(model.card.model_copy(update={"merging": rule}), heard)
        f1 = {f"{by}_f1": round(100 * score_events(scored, LABELS, by=by, draws=1)["all"].f1, 2) for by in MEASURES}
        known = {"model": model.card.name, "recordings": len(heard), "patients": len({one.recording.patient for one in heard})}
        lines.append(known | rule.model_dump() | f1)
    yield from sorted(lines, key=lambda line: -line["events_f1"] - line["segments_f1"])


def write_choice(model: "OnnxModel", onnx: Path, dataset: "Dataset", run: Path, *, into_card: bool) -> None:
    from auscult.analysis.card import Merging
    from auscult.export.onnx_file import write_card

    lines = list(choose(model, dataset, run))
    others = [row for row in read("event_choice") if row["model"] != model.card.name]
    write("event_choice", [*others, *lines])
    best = {name: lines[0][name] for name in Merging.model_fields}
    print(f"best of {len(lines)}: {best}, F1 by events {lines[0]['events_f1']}, by segments {lines[0]['segments_f1']}")
    if into_card:
        card = onnx.with_suffix(".json")
        write_card(card, json.loads(card.read_text(encoding="utf-8")) | {"merging": best})


def default_lines(models: "Sequence[OnnxModel]", dataset: "Dataset", runs: Sequence[Path]) -> "Iterator[dict[str, Any]]":
    """A line for each model: events, and how well whole recordings are ranked, on patients that no run has learned from."""
    from sklearn.metrics import roc_auc_score

    from auscult.evaluation.events import score_events
    from auscult.export.heard import unheard_recordings
    from auscult.export.recording_answers import answer_recordings
    from auscult.training.run import RunFolder

    ids = set.intersection(*(unheard_recordings(RunFolder(run)) for run in runs))
    known = known_recordings(dataset, ids)
    for model in models:
        scored = found_by(model.card, hear(model, known))
        line: dict[str, Any] = {"model": model.card.name, "recordings": len(ids)}
        line["patients"] = len({one.patient for one in scored})
        line["events"] = sum(len(one.truth) for one in scored)
        for by in MEASURES:
            line |= {f"{by}_{name}": value for name, value in figures(score_events(scored, LABELS, by=by)["all"]).items()}
        answers = answer_recordings(model, dataset, ids)
        assert answers is not None
        line["auroc"] = round(float(roc_auc_score(answers.truth != 0, 1 - answers.probabilities[:, 0])), 4)
        yield line


def score_lines(name: str, data: str, scored: "Sequence[ScoredRecording]") -> "Iterator[dict[str, Any]]":
    """A line for each measure and label."""
    from auscult.evaluation.events import score_events

    known = {"model": name, "data": data, "recordings": len(scored), "patients": len({one.patient for one in scored})}
    for by in MEASURES:
        for label, score in score_events(scored, LABELS, by=by).items():
            yield known | {"by": by, "label": label} | figures(score)


def figures(score: "EventScore") -> dict[str, Any]:
    counts = {name: getattr(score, name) for name in ("hits", "misses", "false_alarms")}
    shares = {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    shares |= {"f1_low": score.interval.low, "f1_high": score.interval.high}
    return counts | {name: "" if value != value else round(100 * value, 2) for name, value in shares.items()}


def floors(known: "Iterable[ScoredRecording]", *, throughout: bool) -> "list[ScoredRecording]":
    """What needs no sound: an event of each label over the whole recording, or nothing."""
    from auscult.evaluation.events import Span

    return [replace(one, found=tuple(Span(0.0, one.seconds, label) for label in LABELS) if throughout else ()) for one in known]


def test_lines(models: "Sequence[OnnxModel]", sides: "dict[str, dict[Path, ScoredRecording]]") -> "Iterator[dict[str, Any]]":
    for data, known in sides.items():
        for model in models:
            yield from score_lines(model.card.name, data, found_by(model.card, hear(model, known)))
        for name, throughout in FLOORS.items():
            yield from score_lines(name, data, floors(known.values(), throughout=throughout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["choose", "default", "test"])
    parser.add_argument("--root", type=Path, required=True, help="SPRSound")
    parser.add_argument("--model", nargs="+", default=["lung"], help="bundled models, or onnx files with their cards")
    parser.add_argument("--run", type=Path, nargs="+", help="choose, default: the runs that the models were exported from")
    parser.add_argument("--write", action="store_true", help="choose: put the best into the model's card")
    parser.add_argument("--joined", type=Path, help="test: a folder of ICBHI recordings with their annotations")
    given = parser.parse_args()

    from auscult.analysis.model import BUNDLED, list_bundled, load_model
    from auscult.recordings.core import load_dataset

    dataset, models = load_dataset("sprsound", given.root), [load_model(name) for name in given.model]
    if given.what == "choose":
        if given.run is None:
            parser.error("choose needs --run: its validation patients")
        name = given.model[0]
        onnx = BUNDLED / f"{name}.onnx" if name in list_bundled() else Path(name)
        write_choice(models[0], onnx, dataset, given.run[0], into_card=given.write)
        return
    if given.what == "default":
        write(
            "event_default",
            default_lines(models, dataset, given.run or parser.error("default needs --run: those of all models")),
        )
        return
    sides = {"sprsound intra": known_recordings(dataset, dataset.splits["intra"].test)}
    if given.joined is not None:
        joined = load_dataset("icbhi", given.joined)
        sides["icbhi joined"] = known_recordings(joined, joined.recordings)
    write("event_scores", test_lines(models, sides))


if __name__ == "__main__":
    main()
