"""Fitting the learned quality: standardised logistic regression, judged by patients that it has not seen."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.tree import DecisionTreeClassifier

from _quality_data import Measured
from auscult.analysis.quality_model import FURTHEST
from auscult.evaluation.metrics import auroc

NAMES_LEFT_OUT = ("hum_share", "syllables")
"""Another figure says the same."""
STRENGTH = 0.03
"""C of the regression: between 0.01 and 1 the AUROC of the cross-validations moves by less than 0.01."""
REFUSED, DOUBTED = 0.002, 0.02
"""Shares of the good recordings of patients unseen that may fall below the two limits."""
FOLDS = 5
DRAWS = 1000


def names_of(measured: Measured) -> list[str]:
    """The figures that are learned from."""
    told = next(m.figures for m in measured.measures if m.figures)
    return [name for name in told if name not in NAMES_LEFT_OUT]


class Fitted:
    """A logistic regression of good on standardised figures, (n, figures)."""

    def __init__(self, figures: NDArray[np.float64], poor: NDArray[np.bool_]) -> None:
        self.mean, self.scale = figures.mean(axis=0), figures.std(axis=0) + 1e-9
        fit = LogisticRegression(C=STRENGTH, max_iter=5000).fit(self._standard(figures), ~poor)
        self.weights, self.intercept = fit.coef_[0], float(fit.intercept_[0])

    def good(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of good, (n,)."""
        return 1 / (1 + np.exp(-(self._standard(figures) @ self.weights + self.intercept)))

    def _standard(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip((figures - self.mean) / self.scale, -FURTHEST, FURTHEST)


def folds(measured: Measured) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows to learn from and rows to ask, by patient."""
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    yield from split.split(measured.poor, measured.poor, measured.patients)


def by_database(measured: Measured) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The same, each database asked once."""
    for database in np.unique(measured.databases):
        yield np.flatnonzero(measured.databases != database), np.flatnonzero(measured.databases == database)


def out_of_fold(measured: Measured, *, split: str = "patient") -> NDArray[np.float64]:
    """Probability of good of each recording by the model that has not heard its patient, or its database; (n,)."""
    figures, poor = measured.figures(names_of(measured)), measured.poor
    answers = np.zeros(len(poor))
    for learn, ask in folds(measured) if split == "patient" else by_database(measured):
        answers[ask] = Fitted(figures[learn], poor[learn]).good(figures[ask])
    return answers


def floor(measured: Measured, column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of good from one column alone, by a small tree, out of fold; (n,)."""
    answers = np.zeros(len(column))
    for learn, ask in folds(measured):
        tree = DecisionTreeClassifier(max_depth=3, min_samples_leaf=20, random_state=0)
        tree.fit(column[learn, None], ~measured.poor[learn])
        answers[ask] = tree.predict_proba(column[ask, None])[:, 1]
    return answers


def scored(measured: Measured, good: NDArray[np.float64], limit: float, doubt: float) -> dict[str, Any]:
    """AUROC with its patient-bootstrap interval, and what the limits do to good and to poor recordings."""
    poor, refused = measured.poor, good < limit
    low, high = _interval(measured.patients, poor, good)
    return {
        "recordings": len(poor),
        "poor": int(poor.sum()),
        "patients": len(np.unique(measured.patients)),
        "auroc": round(auroc(poor, -good), 4),
        "auroc_low": round(low, 4),
        "auroc_high": round(high, 4),
        "good_refused": round(float(refused[~poor].mean()), 4),
        "poor_refused": round(float(refused[poor].mean()), 4),
        "good_doubted": round(float((good < doubt)[~poor].mean()), 4),
        "poor_doubted": round(float((good < doubt)[poor].mean()), 4),
    }


def _interval(patients: NDArray[np.str_], poor: NDArray[np.bool_], good: NDArray[np.float64]) -> tuple[float, float]:
    names, number = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(number == patient) for patient in range(len(names))]
    rng = np.random.default_rng(0)
    drawn = (np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]) for _ in range(DRAWS))
    low, high = np.nanquantile([auroc(poor[d], -good[d]) for d in drawn], (0.025, 0.975))
    return float(low), float(high)
