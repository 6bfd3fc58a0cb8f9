"""The labels that a contrast is about: the class, or what is known of a recording, or several of them at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError
from auscult.recordings.core import Segment
from auscult.recordings.groups import GROUPINGS, OF_AGE, groups_of

NOT_ANNOTATED = -1


def contrast_labels(
    name: str, segments: Sequence[Segment], truth: NDArray[np.int64], *, adult_years: float = OF_AGE
) -> NDArray[np.int64]:
    """A label of each segment as a number.

    Parameters
    ----------
    name
        ``class``; ``segment``, ``recording`` or ``patient``; one of `GROUPINGS`; or several joined by ``+``, which are alike
        where all of them are: ``sex+age+class``.
    segments, truth
        Segments and their class indices (n,).
    adult_years
        From this age on a patient is an adult.

    Returns
    -------
    NDArray[np.int64]
        (n,), `NOT_ANNOTATED` where a part of the label is not known.

    Raises
    ------
    AuscultError
        When there is no such label, or when a part of it tells no two of the segments apart.
    """
    columns = {part: _column(part, segments, truth, adult_years) for part in name.split("+")}
    for part, column in columns.items():
        _check(part, column)
    values = list(zip(*columns.values(), strict=True))  # of each segment, its parts
    distinct = sorted({value for value in values if "" not in value})
    if not distinct:
        raise AuscultError(f"Of no training segment all of '{name}' is known; choose another label or objective.")
    numbers = {value: number for number, value in enumerate(distinct)}
    return np.array([numbers.get(value, NOT_ANNOTATED) for value in values], dtype=np.int64)


def _check(part: str, column: list[str]) -> None:
    """A part that is the same everywhere would leave a joined label without it, and nobody would notice."""
    known = set(column) - {""}
    if not known:
        raise AuscultError(f"The data set does not tell '{part}' of any training segment; choose another label or objective.")
    if len(known) == 1:
        hint = "choose another label or objective (data.adult_years moves the age groups)"
        raise AuscultError(f"All training segments that tell '{part}' have the same; {hint}.")


def _column(part: str, segments: Sequence[Segment], truth: NDArray[np.int64], adult_years: float) -> list[str]:
    """One part of a label in words (n,), "" where it is not known."""
    if part == "class":
        return [str(number) for number in truth]
    if part == "segment":
        return [segment.id for segment in segments]
    recordings = [segment.recording for segment in segments]
    if part == "recording":
        return [recording.id for recording in recordings]
    if part == "patient":
        return ["" if recording.extra.get("patient") == "unknown" else recording.patient for recording in recordings]
    if part in GROUPINGS:
        return [groups_of(recording, adult_years=adult_years)[part] for recording in recordings]
    known = ", ".join(("class", "segment", "recording", "patient", *GROUPINGS))
    raise AuscultError(f"There is no label '{part}' to contrast; known labels: {known}, or several joined by '+'.")
