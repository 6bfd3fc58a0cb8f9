"""How scores spread over the folds of a cross-validation."""

from auscult.errors import AuscultError
from auscult.evaluation.binary import BINARY_NAMES, binary_scores
from auscult.evaluation.metrics import SCORE_NAMES, auroc, score
from auscult.evaluation.predictions import Predictions
from auscult.evaluation.scored import as_scored
from auscult.evaluation.spread import Spread, spread_of
from auscult.recordings.tasks import get_task


def spread_over_folds(predictions: Predictions) -> dict[str, Spread]:
    """Scores of each fold by itself, then their mean and standard deviation over the folds in which they have a meaning.

    Parameters
    ----------
    predictions
        Of a cross-validation (`auscult.training.crossval`): with the grouping ``fold``.

    Returns
    -------
    dict[str, Spread]
        Two-class tasks: accuracy, recall, precision, f1, specificity, macc (positive = the class that is not normal) and
        auroc. Others: specificity, sensitivity, AS, HS, Score and auroc.

    Raises
    ------
    AuscultError
        When the predictions are of no cross-validation.
    """
    each = list(scores_by_fold(predictions).values())
    return {name: spread_of([scores[name] for scores in each]) for name in each[0]}


def scores_by_fold(predictions: Predictions) -> dict[str, dict[str, float]]:
    """The scores of `spread_over_folds` for each fold, by the fold's name."""
    if "fold" not in predictions.groups:
        raise AuscultError("These predictions are of no cross-validation: the column 'fold' is missing.")
    folds = predictions.groups["fold"]
    return {name: _scores(predictions.where(folds == name)) for name in dict.fromkeys(folds.tolist())}


def _scores(answers: Predictions) -> dict[str, float]:
    fold = as_scored(answers)
    task = get_task(fold.task)
    if len(task.classes) == 2:
        scores = binary_scores(fold.truth, fold.predicted)
        named = {name: float(getattr(scores, name)) for name in BINARY_NAMES}
    else:
        several = score(fold.truth, fold.predicted, task)
        named = {name: float(getattr(several, name)) for name in SCORE_NAMES}
    return named | {"auroc": auroc(fold.truth > 0, -fold.probabilities[:, 0])}
