"""Patients of CirCor DigiScope: who they are and what annotators heard, from ``PATIENT.txt`` or ``training_data.csv``."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from auscult.errors import AuscultError
from auscult.recordings.core import Sex

Choice = TypeVar("Choice")

LOCATIONS = ("AV", "PV", "TV", "MV", "Phc")
"""Aortic, pulmonary, tricuspid and mitral valve; Phc is any other."""

_MURMURS = {"present": "present", "absent": "absent", "unknown": "unknown"}
_OUTCOMES = {"abnormal": True, "normal": False}
_SEXES: dict[str, Sex] = {"female": "female", "male": "male"}
_NUMBERS = {"Height": "height_cm", "Weight": "weight_kg"}
_TEXTS = {"Age": "age_group", "Pregnancy status": "pregnant", "Most audible location": "most_audible", "Campaign": "campaign"}


class Fact(NamedTuple):
    """A value as it stands, and its file and line."""

    value: str
    where: str


Facts = dict[str, Fact]
"""By the name that both files give it; what is ``nan`` is left out."""


class Patient(NamedTuple):
    """One patient of one campaign.

    ``recordings`` are the names that ``PATIENT.txt`` lists, with file and line. ``murmur`` is present, absent or unknown
    (annotators listened and could not tell), or None. ``other_id`` is the id of the same person in the other campaign.
    """

    id: str
    recordings: dict[str, str]
    murmur: str | None
    murmur_locations: tuple[str, ...]
    abnormal: bool | None
    sex: Sex | None
    other_id: str | None
    extra: dict[str, str | float]


def read_patient(path: Path) -> Patient:
    """One patient from ``PATIENT.txt``.

    Raises
    ------
    AuscultError
        Naming file and line, where one is not as it should be.
    """
    try:
        lines = [(f"{path}, line {number}", line) for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1)]
    except UnicodeDecodeError:
        raise AuscultError(f"{path} is not a text file; download it again.") from None
    facts: Facts = {}
    for where, line in lines:
        name, _, value = line.removeprefix("#").partition(":")
        if line.startswith("#"):
            _add_fact(facts, name, value, where)
    return _make_patient(path.stem, _listed_recordings(path, [(where, line.split()) for where, line in lines]), facts)


def read_patient_table(path: Path) -> dict[str, Patient]:
    """All patients by id, from ``training_data.csv``; it lists no names of recordings.

    Raises
    ------
    AuscultError
        Naming file and line, where one is not as it should be.
    """
    patients: dict[str, Patient] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, restkey="", restval="")
            if "Patient ID" not in (rows.fieldnames or ()):
                raise AuscultError(f"{path} has no column 'Patient ID'; download it again.")
            for row in rows:
                where, facts = f"{path}, line {rows.line_num}", Facts()
                for name, value in row.items():
                    _add_fact(facts, name, value, where)
                patient = _make_patient(row["Patient ID"].strip(), {}, facts)
                if patient.id in patients:
                    raise AuscultError(f"{where}: patient {patient.id} stands in an earlier line too; keep one of the two.")
                patients[patient.id] = patient
    except (UnicodeDecodeError, csv.Error):
        raise AuscultError(f"{path} is not a csv; download it again.") from None
    return patients


def contradict(one: Patient, other: Patient) -> bool:
    """Whether two tables give a patient another murmur or outcome; where one says nothing, they do not."""
    pairs = ((one.murmur, other.murmur), (one.abnormal, other.abnormal))
    return any(a != b for a, b in pairs if a is not None and b is not None)


def _make_patient(patient: str, recordings: dict[str, str], facts: Facts) -> Patient:
    """A patient from what is said of them."""
    extra: dict[str, str | float] = {new: facts[old].value for old, new in _TEXTS.items() if old in facts}
    extra |= {new: _number(facts[old]) for old, new in _NUMBERS.items() if old in facts}
    locations = facts.get("Murmur locations")
    return Patient(
        id=patient,
        recordings=recordings,
        murmur=_choose(facts, "Murmur", _MURMURS),
        murmur_locations=tuple(locations.value.split("+")) if locations else (),
        abnormal=_choose(facts, "Outcome", _OUTCOMES),
        sex=_choose(facts, "Sex", _SEXES),
        other_id=_other_id(facts.get("Additional ID")),
        extra=extra,
    )


def _listed_recordings(path: Path, lines: list[tuple[str, list[str]]]) -> dict[str, str]:
    """Names of recordings with file and line: as many as the first line says, one a line below it."""
    match lines[0][1] if lines else []:
        case [patient, count, _] if patient == path.stem and count.isdigit():
            named = lines[1 : 1 + int(count)]
        case _:
            raise AuscultError(
                f"{path}, line 1: expected '{path.stem}', how many recordings and their rate; download it again."
            )
    recordings = {}
    for where, fields in named:
        match fields:
            case [location, _, wav, *_] if location in LOCATIONS and wav.endswith(".wav"):
                recordings[wav.removesuffix(".wav")] = where
            case _:
                raise AuscultError(f"{where}: expected a location and its hea, wav and tsv file, found '{' '.join(fields)}'.")
    return recordings


def _add_fact(facts: Facts, name: str, value: str, where: str) -> None:
    if value.strip().lower() not in ("", "nan"):
        facts[name.strip().rstrip(":")] = Fact(value.strip(), where)


def _choose(facts: Facts, name: str, choices: Mapping[str, Choice]) -> Choice | None:
    if name not in facts:
        return None
    value, where = facts[name]
    if value.lower() not in choices:
        raise AuscultError(f"{where}: {name} '{value}' must be one of {', '.join(choices)}; correct it.")
    return choices[value.lower()]


def _other_id(fact: Fact | None) -> str | None:
    if fact is None:
        return None
    number = fact.value.removesuffix(".0")  # some copies went through a spreadsheet that made 123.0 of 123
    if not number.isdigit():
        raise AuscultError(f"{fact.where}: Additional ID '{fact.value}' is not the number of a patient; correct it.")
    return number


def _number(fact: Fact) -> float:
    try:
        return float(fact.value)
    except ValueError:
        raise AuscultError(f"{fact.where}: '{fact.value}' is not a number; correct it.") from None
