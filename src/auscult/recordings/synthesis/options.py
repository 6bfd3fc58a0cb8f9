"""Options of the generators: values out of range are refused in one sentence."""

from collections.abc import Mapping

from auscult.errors import AuscultError


def check_range(limits: Mapping[str, tuple[float, float]], **values: float) -> None:
    """Refuse values outside ``limits``, which gives the lowest and highest of each option.

    Raises
    ------
    AuscultError
        When a value is out of its range or not a number.
    """
    for name, value in values.items():
        low, high = limits[name]
        if not low <= value <= high:
            raise AuscultError(f"{name.replace('_', ' ')} is {value:g}; choose a value from {low:g} to {high:g}.")


def check_counts(**counts: int) -> None:
    """Refuse negative counts and seeds.

    Raises
    ------
    AuscultError
        When one is below 0.
    """
    for name, count in counts.items():
        if count < 0:
            raise AuscultError(f"{name.replace('_', ' ')} is {count}; choose 0 or more.")
