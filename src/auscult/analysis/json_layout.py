"""Json that can be read line by line: short objects on one line each, floats without noise."""

import json
import math
from collections.abc import Mapping
from typing import Any


def layout_json(fields: Mapping[str, Any]) -> str:
    """Write an object with one line to each field, and to each item of a list of objects or of lists."""
    return "{\n" + ",\n".join(f'"{key}": {_layout(value)}' for key, value in _rounded(fields).items()) + "\n}\n"


def _rounded(value: Any) -> Any:
    """Floats to five digits after the point: 10 µs and a thousandth of a percent."""
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return value if value and isinstance(value[0], int) else [_rounded(item) for item in value]
    return value


def _layout(value: Any) -> str:
    """Json with one line to each item of a list of objects or of lists."""
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        return "[\n " + ",\n ".join(map(_dump, value)) + "\n]"
    if isinstance(value, dict) and any(isinstance(item, list) for item in value.values()):
        return "{\n" + ",\n".join(f'"{key}": {_layout(item)}' for key, item in value.items()) + "\n}"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
