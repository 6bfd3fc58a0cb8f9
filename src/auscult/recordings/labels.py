"""The label vocabulary: what annotators can say of a sound, in one spelling for every data set.

A set of labels is a mapping from label to present (True) or absent (False). **A label that is not in the mapping was not
annotated**: nobody listened for it, which is not the same as absent.
"""

from collections.abc import Mapping
from typing import Literal

Label = Literal[
    "crackle",  # any discontinuous adventitious sound
    "fine_crackle",
    "coarse_crackle",
    "wheeze",
    "rhonchus",
    "stridor",
    "continuous",  # any continuous adventitious sound (SPRSound's CAS)
    "poor_quality",
    "murmur",  # heart
    "murmur_unknown",  # annotators listened for a murmur and could not tell
    "abnormal",  # of heart sounds: a diagnosis or outcome that is not healthy
]
Labels = Mapping[Label, bool]

CRACKLES: tuple[Label, ...] = ("crackle", "fine_crackle", "coarse_crackle")
CONTINUOUS: tuple[Label, ...] = ("wheeze", "rhonchus", "stridor", "continuous")


def any_present(labels: Labels, names: tuple[Label, ...]) -> bool | None:
    """True where one of ``names`` is present, False where all that were annotated are absent, None where none was."""
    said = [labels[name] for name in names if name in labels]
    return any(said) if said else None
