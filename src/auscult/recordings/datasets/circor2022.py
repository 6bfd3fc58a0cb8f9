"""CirCor DigiScope (PhysioNet Challenge 2022): children's heart sounds, with murmurs, outcomes and heart cycles."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from auscult.errors import AuscultError
from auscult.recordings import core
from auscult.recordings._circor_patients import LOCATIONS, Patient, contradict, read_patient, read_patient_table
from auscult.recordings._circor_phases import Phase, read_phases
from auscult.recordings._findings import counted, listed
from auscult.recordings.core import Finding, Recording, Segment, Split
from auscult.recordings.header import audio_seconds
from auscult.recordings.labels import Label

_NAME = re.compile(rf"(\d+)_({'|'.join(LOCATIONS)})(_\d+)?")
_TABLE = "training_data.csv"
_TOTALS = {"recordings": 3163, "patients": 942}
_LOCATION_TOTALS = {"AV": 800, "PV": 766, "TV": 732, "MV": 861, "Phc": 4}
_MURMUR_TOTALS = {"absent": 695, "present": 179, "unknown": 68}
_OUTCOME_TOTALS = {"normal": 486, "abnormal": 456}
_LABELS: dict[str | None, dict[Label, bool]] = {
    "present": {"murmur": True, "murmur_unknown": False},
    "absent": {"murmur": False, "murmur_unknown": False},
    "unknown": {"murmur_unknown": True},
    None: {},
}


class Dataset(core.Dataset):
    """The public training part, in the layout of PhysioNet.

    Patient and chest location (AV, PV, TV, MV, Phc) come from the name of a recording; everything else from ``PATIENT.txt`` or,
    where that is missing, from ``training_data.csv``. People who took part in both campaigns have two ids, which the tables
    link: they count as one patient, under the lower id.

    **Murmur and outcome were given for patients**, so every recording of a patient has the same labels, also one made where the
    murmur was not heard; ``extra["murmur_here"]`` says yes or no for each. Ages are known as words only, in
    ``extra["age_group"]``. The heart cycle of a recording: `phases`.
    """

    name = "circor2022"
    title = "CirCor DigiScope phonocardiograms (PhysioNet Challenge 2022)"
    citation = (
        "J. Oliveira et al., The CirCor DigiScope Dataset: From Murmur Detection to Murmur Classification, "
        "IEEE Journal of Biomedical and Health Informatics 26 (2022) 2524–2535"
    )
    licence = "ODC-By-1.0"
    source = "https://physionet.org/content/circor-heart-sound/1.0.3/"
    layout = f"ROOT/training_data/*.wav, *.tsv and *.txt, and ROOT/{_TABLE}"
    unit = "recording"
    tasks = ("circor-murmur", "circor-outcome", "heart-2")

    def __init__(self, root: Path | str) -> None:
        super().__init__(root)
        folders = [self.root / "training_data", self.root]
        self._folder = next((folder for folder in folders if any(folder.glob("[!.]*.wav"))), self.root)
        self._audio = {path.stem: path for path in sorted(self._folder.glob("[!.]*.wav"))}
        if not any(map(_NAME.fullmatch, self._audio)):
            raise AuscultError(f"{self.root} holds no heart sound named PATIENT_LOCATION.wav: {self.where_to_get()}")

    @cached_property
    def recordings(self) -> dict[str, Recording]:
        """Recordings by id, in the order of their ids.

        Raises
        ------
        AuscultError
            Where a recording is missing, or nobody says of whom it is.
        """
        for record in self._without_audio[:1]:
            where = self._listed[record]
            raise AuscultError(f"{where}: there is no {record}.wav beside it; download it again or take the patient out.")
        for record in self._without_patient[:1]:
            raise AuscultError(
                f"{self._audio[record]} is of a patient that neither a PATIENT.txt nor {_TABLE} names; "
                "download those again or take it out of the folder."
            )
        return {record: self._describe(record) for record in self._audio}

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Every recording as one segment."""
        return tuple(map(Segment.whole, self.recordings.values()))

    @cached_property
    def splits(self) -> dict[str, Split]:
        """None: the validation and test parts of the challenge are not public."""
        return {}

    def phases(self, recording: str) -> tuple[Phase, ...]:
        """Heart cycle of a recording: S1, systole, S2, diastole and unannotated stretches in time order.

        Raises
        ------
        AuscultError
            Where there is no such recording, its tsv is missing, or a line of that is not as it should be.
        """
        if recording not in self._audio:
            raise AuscultError(f"{self.root} has no recording '{recording}'; its recordings are named like 2530_AV.")
        path = self._audio[recording]
        return read_phases(path.with_suffix(".tsv"), audio_seconds(path))

    def check(self) -> list[Finding]:
        """Counts against the official totals, and files that do not fit."""
        found = {"recordings": len(self._audio), "patients": len(self._patients)}
        contradicted = [p.id for p in self._patients.values() if p.id in self._table and contradict(p, self._table[p.id])]
        linked = sum(patient.other_id is not None for patient in self._patients.values())
        return [
            *(counted(what, found[what], expected) for what, expected in _TOTALS.items()),
            *self._check_labels(),
            listed("recordings without a patient", self._without_patient),
            listed("recordings that are missing", self._without_audio),
            listed(
                "recordings without a tsv", [r for r, path in self._audio.items() if not path.with_suffix(".tsv").is_file()]
            ),
            listed(f"patients of whom {_TABLE} says otherwise", contradicted),
            Finding("patients with an id in either campaign", linked, None, True),
        ]

    def _check_labels(self) -> Iterator[Finding]:
        named = [match for match in map(_NAME.fullmatch, self._audio) if match]
        locations = Counter(match[2] for match in named)
        murmurs = Counter(patient.murmur for patient in self._patients.values())
        outcomes = Counter(patient.abnormal for patient in self._patients.values())
        yield from (counted(f"recordings at {name}", locations[name], total) for name, total in _LOCATION_TOTALS.items())
        yield from (counted(f"patients with murmur {name}", murmurs[name], total) for name, total in _MURMUR_TOTALS.items())
        for name, total in _OUTCOME_TOTALS.items():
            yield counted(f"patients with outcome {name}", outcomes[name == "abnormal"], total)

    def _describe(self, record: str) -> Recording:
        patient = self._patient_of[record]
        path = self._audio[record]
        location = record.split("_")[1]
        labels = dict(_LABELS[patient.murmur])
        if patient.abnormal is not None:
            labels["abnormal"] = patient.abnormal
        extra = dict(patient.extra)
        if patient.murmur == "present" and patient.murmur_locations:
            extra["murmur_here"] = "yes" if location in patient.murmur_locations else "no"
        return Recording(
            id=record,
            patient=self._person.get(patient.id, patient.id),
            path=path,
            duration=audio_seconds(path),
            labels=labels,
            sex=patient.sex,
            location=location,
            device="Littmann 3200",
            extra=extra,
        )

    @cached_property
    def _table(self) -> dict[str, Patient]:
        paths = [folder / _TABLE for folder in (self.root, self._folder)]
        return next((read_patient_table(path) for path in paths if path.is_file()), {})

    @cached_property
    def _patients(self) -> dict[str, Patient]:
        """By id; ``PATIENT.txt`` goes before the table."""
        files = sorted(path for path in self._folder.glob("*.txt") if path.stem.isdigit())
        return self._table | {path.stem: read_patient(path) for path in files}

    @cached_property
    def _patient_of(self) -> dict[str, Patient]:
        """Patient by recording, for those of known patients."""
        names = {record: _NAME.fullmatch(record) for record in self._audio}
        return {record: self._patients[name[1]] for record, name in names.items() if name and name[1] in self._patients}

    @cached_property
    def _person(self) -> dict[str, str]:
        """The lower id of those who have two."""
        pairs = [(patient.id, patient.other_id) for patient in self._patients.values() if patient.other_id]
        return {max(pair, key=int): min(pair, key=int) for pair in pairs}

    @cached_property
    def _listed(self) -> dict[str, str]:
        """File and line by recording that a ``PATIENT.txt`` names."""
        return {record: where for patient in self._patients.values() for record, where in patient.recordings.items()}

    @property
    def _without_audio(self) -> list[str]:
        return sorted(self._listed.keys() - self._audio.keys())

    @property
    def _without_patient(self) -> list[str]:
        return sorted(self._audio.keys() - self._patient_of.keys())
