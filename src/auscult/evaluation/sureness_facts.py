"""The part of a model's card that says how sure its answers to whole recordings are."""

from pydantic import BaseModel, ConfigDict, Field


class OperatingPoint(BaseModel):
    """One threshold, and what it would give: coverage and error on validation patients."""

    model_config = ConfigDict(frozen=True)

    threshold: float
    coverage: float
    error: float


class CardSureness(BaseModel):
    """How answers are calibrated, and from which probability they are told.

    Attributes
    ----------
    temperature, normal_bias
        Of `auscult.evaluation.sureness.calibrate`.
    threshold
        Calibrated probability of the label from which it is told.
    coverage, error
        Share of validation recordings that are told at it, and share of wrong answers among these; patients count alike.
    set_level, set_limit
        A conformal set has every label whose calibrated probability is at least ``set_limit``; on validation patients it holds
        the truth ``set_level`` of the time.
    curve
        Other thresholds, for those who would rather hear more or err less.
    chosen_on, recordings, patients
        On whom all this was chosen, and how many.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    temperature: float = Field(gt=0)
    normal_bias: float
    threshold: float = Field(ge=0, le=1)
    coverage: float
    error: float
    set_level: float = Field(gt=0, lt=1)
    set_limit: float
    curve: tuple[OperatingPoint, ...] = ()
    chosen_on: str
    recordings: int
    patients: int
