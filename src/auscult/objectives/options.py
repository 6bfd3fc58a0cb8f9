"""What an option may be: said by its type, and checked against it in one place."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from auscult.errors import AuscultError

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


def check_option(name: str, value: object, kind: Any) -> None:
    """Check an option of an objective.

    Parameters
    ----------
    name, value
        The option as a recipe gives it.
    kind
        Its type: a plain one, a ``Literal``, or one with a range such as `Positive`. Nothing is converted: ``"1"`` and ``True``
        are no numbers.

    Raises
    ------
    AuscultError
        When the value is of another type or out of range.
    """
    try:
        TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(("objective.options", name, *map(str, problem["loc"])))
        raise AuscultError(f"{place} {problem['msg'].removeprefix('Input ')}, not {problem['input']!r}.") from error
