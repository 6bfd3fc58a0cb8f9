"""Segments answered in the context of their recordings: how far is chosen, kept with the model, and exported with it."""

import json

import numpy as np
import pytest
from scipy.special import log_softmax

from auscult.analysis.answer import answer_segments
from auscult.analysis.model import OnnxModel
from auscult.errors import AuscultError
from auscult.evaluation import recording_context
from auscult.evaluation.calibration import untemper
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.recording_context import in_recording
from auscult.export.of_run import export_run
from auscult.models.trained import load_trained
from auscult.recordings.core import load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.recipe_file import load_recipe
from auscult.training.train import train

TINY = {
    "data.name": "synthetic",
    "data.task": "icbhi-4",
    "data.split": None,
    "features.bands": 8,
    "features.deltas": False,
    "model.options": {"trees": 12, "depth": [3], "leaf": [3]},
}
CONTEXT = TINY | {"training.recording_context": True}


@pytest.fixture(scope="module")
def data(root):
    return load_dataset("synthetic", root)


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    """The same training without and with context, which in so small a collection would tell nothing if a share were chosen."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording_context, "SHARES", np.array([0.5]))
        return [
            train(load_recipe("random-forest", made), data, folder / str(made is CONTEXT), quiet=True)
            for made in (TINY, CONTEXT)
        ]


def test_answers_lean_on_their_recordings_by_the_share_in_the_model(runs):
    alone, together = (Predictions.load(run.predictions) for run in runs)
    before, facts = load_trained(runs[0].path).facts, load_trained(runs[1].path).facts
    assert before.recording_share == 0
    assert facts.recording_share == 0.5
    plain = np.log(untemper(alone.probabilities, np.full(len(alone), before.temperature)))
    expected = log_softmax(in_recording(plain, alone.recordings, facts.recording_share) / facts.temperature, axis=1)
    np.testing.assert_allclose(np.log(together.probabilities), expected, atol=1e-3)


def test_the_exported_model_answers_segments_in_context_too(runs, data, tmp_path):
    onnx = tmp_path / "model.onnx"
    export_run(runs[1].path, onnx, name="model")
    segments = data.segments_of(data.select("test"), get_task("icbhi-4"))
    together = answer_segments(OnnxModel(onnx), data, segments, split="test")
    card = json.loads(onnx.with_suffix(".json").read_text())
    assert card["recording_share"] == 0.5
    onnx.with_suffix(".json").write_text(json.dumps(card | {"recording_share": 0.0}))
    alone = answer_segments(OnnxModel(onnx), data, segments, split="test")
    expected = np.exp(in_recording(np.log(alone.probabilities), alone.recordings, 0.5))
    np.testing.assert_allclose(together.probabilities, expected, atol=1e-6)
    assert np.abs(together.probabilities - alone.probabilities).max() > 0.01


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training.protocol": "published"}, "set protocol to honest or both, or recording_context to false"),
        ({"data.name": "sprsound", "data.task": "sprsound-2-1"}, r"set training\.recording_context=false\.$"),
    ],
)
def test_where_there_is_none_to_choose_it_is_refused(data, tmp_path, changes, said):
    with pytest.raises(AuscultError, match=said):
        train(load_recipe("random-forest", CONTEXT | changes), data, tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()
