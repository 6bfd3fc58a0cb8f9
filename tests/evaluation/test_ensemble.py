"""Means of several runs' answers, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.evaluation.ensemble import average_answers


def test_by_hand_whatever_the_order(predictions_of):
    first = replace(predictions_of("icbhi-2", [0, 1], [0, 1]), probabilities=np.array([[0.9, 0.1], [0.6, 0.4]]))
    second = replace(first, probabilities=np.array([[0.5, 0.5], [0.2, 0.8]])).where([1, 0])
    mean = average_answers([first, second], [0.0, 0.0])
    np.testing.assert_allclose(mean.probabilities, [[0.7, 0.3], [0.4, 0.6]])
    assert mean.predicted.tolist() == [0, 1]
    assert average_answers([first, second], [1.0, 0.0]).predicted.tolist() == [0, 0]  # 0.4 · e^0.5 > 0.6


def test_one_run_is_its_own_mean(predictions_of):
    answers = predictions_of("icbhi-4", [0, 1, 2, 3], [0, 1, 1, 3])
    mean = average_answers([answers], [0.0])
    np.testing.assert_allclose(mean.probabilities, answers.probabilities)
    assert mean.predicted.tolist() == answers.probabilities.argmax(axis=1).tolist()


def test_other_segments_or_tasks_are_refused(predictions_of):
    answers = predictions_of("icbhi-2", [0, 1], [0, 1])
    for other in (answers.where([0]), predictions_of("heart-2", [0, 1], [0, 1])):
        with pytest.raises(AuscultError, match="Only answers to the same segments can be averaged"):
            average_answers([answers, other], [0.0, 0.0])
    with pytest.raises(AuscultError, match="no answers to average"):
        average_answers([], [])
