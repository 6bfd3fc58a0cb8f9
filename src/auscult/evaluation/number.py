"""Numbers that may have no meaning: NaN in memory, null in json, NaN again when read back."""

import math
from typing import Annotated

from pydantic import BeforeValidator


def _nan_for_null(value: object) -> object:
    return math.nan if value is None else value


Number = Annotated[float, BeforeValidator(_nan_for_null)]
"""A float; null in json stands for NaN."""
