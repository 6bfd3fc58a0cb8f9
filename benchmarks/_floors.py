"""Floors of lung sounds: answers that need no sound, computed from the data alone by the code that scores the runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _runs import AROUND_SECONDS, figures

if TYPE_CHECKING:
    from auscult.evaluation.predictions import Predictions
    from auscult.recordings.core import Segment

LUNG = (  # data set, its folder, task
    ("icbhi-pictures", "icbhi", "icbhi-4"),
    ("icbhi-pictures", "icbhi", "icbhi-2"),
    ("sprsound", "sprsound", "sprsound-1-1"),
    ("sprsound", "sprsound", "sprsound-1-2"),
    ("sprsound", "sprsound", "icbhi-4"),
    ("sprsound", "sprsound", "sprsound-2-1"),
    ("sprsound", "sprsound", "sprsound-2-2"),
)


def lung_floors(root: Path) -> Iterator[dict[str, Any]]:
    """A line for each floor of each board of lung sounds, on the data set's first split; ``root`` holds the data sets."""
    from auscult.recordings.core import load_dataset
    from auscult.recordings.tasks import get_task

    for data, folder, name in LUNG:
        dataset, task = load_dataset(data, root / folder), get_task(name)
        split = dataset.get_split()
        train, test = (dataset.segments_of(side, task) for side in (split.train, split.test))
        known = {"data": data, "side": split.name}
        test_side = truth_of(test, name, split.name)
        for floor, answers in floors(test_side, truth_of(train, name, "train"), test, train).items():
            yield {"model": floor, **known, **answers}


def floors(
    asked: "Predictions", learned: "Predictions", test: "Sequence[Segment]", train: "Sequence[Segment]"
) -> dict[str, dict[str, Any]]:
    """The figures of each floor, by its name."""
    from auscult.evaluation.floors import TELLING_GROUPS, always_normal, duration_tree, group_alone
    from auscult.evaluation.summary import summarize
    from auscult.recordings.tasks import get_task
    from auscult.recordings.windows import around

    durations, train_durations = ([segment.duration for segment in side] for side in (test, train))
    tree = duration_tree(asked, durations, train_durations=train_durations, train_truth=learned.truth)
    found = {
        "always normal": figures(summarize(always_normal(asked))),
        "class frequencies": drawn(asked, learned),
        "duration alone": figures(summarize(tree)),
    }
    if asked.task.startswith("sprsound") and get_task(asked.task).level == "segment":
        # what is left of the duration in a fixed window of real sound
        windows, known = ([window.duration for window in around(side, seconds=AROUND_SECONDS)] for side in (test, train))
        tree = duration_tree(asked, windows, train_durations=known, train_truth=learned.truth)
        found[f"duration alone, {AROUND_SECONDS:g} s around"] = figures(summarize(tree))
    for by in TELLING_GROUPS:
        if len(set(learned.groups.get(by, ())) - {""}) > 1:
            alone = group_alone(asked, asked.groups[by], train_groups=learned.groups[by], train_truth=learned.truth)
            found[f"{by} alone"] = figures(summarize(alone))
    return found


def drawn(asked: "Predictions", learned: "Predictions") -> dict[str, Any]:
    """Figures of answers drawn by the class frequencies of the training side: expected values of the scores."""
    import numpy as np

    from auscult.evaluation.floors import class_frequencies
    from auscult.evaluation.summary import summarize

    shares = np.bincount(learned.truth, minlength=len(learned.classes)) / len(learned)
    expected = class_frequencies(asked, train_truth=learned.truth)
    summary = summarize(asked.answered(np.tile(shares, (len(asked), 1))))  # of everything but the decisions
    return figures(summary.model_copy(update={"scores": expected.scores, "intervals": expected.intervals}))


def truth_of(segments: "Sequence[Segment]", task_name: str, side: str) -> "Predictions":
    """The true classes of segments as predictions, to be given a floor's answers."""
    import numpy as np

    from auscult.evaluation.grouping import group_columns
    from auscult.evaluation.predictions import Predictions
    from auscult.recordings.tasks import get_task

    task, recordings = get_task(task_name), [segment.recording for segment in segments]
    truth = np.array([task.classes.index(task.classify(segment.labels) or "") for segment in segments])
    return Predictions(
        task=task_name,
        ids=np.array([segment.id for segment in segments]),
        recordings=np.array([recording.id for recording in recordings]),
        patients=np.array([recording.patient for recording in recordings]),
        splits=np.array([side] * len(segments)),
        truth=truth,
        predicted=truth,
        probabilities=np.eye(len(task.classes), dtype=np.float32)[truth],
        groups=group_columns(recordings),
    )
