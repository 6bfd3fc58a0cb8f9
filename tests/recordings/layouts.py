"""Tiny synthetic copies of the official layouts, filled with noise."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile

SECONDS = 3.0
RATE = 4000

Cycles = Sequence[tuple[float, float, int, int]]

ICBHI: dict[str, tuple[str, Cycles]] = {
    "101_1b1_Al_sc_Meditron": ("test", [(0.036, 0.579, 0, 0), (0.579, 1.45, 1, 0)]),
    "104_1b1_Ar_sc_Litt3200": ("test", [(0.0, 1.0, 0, 1), (1.0, 3.0, 0, 0)]),
    "156_2b3_Al_mc_AKGC417L": ("train", [(0.1, 1.1, 1, 1), (1.1, 2.2, 1, 0), (2.2, 2.9, 0, 0)]),
    "156_2b3_Ar_mc_AKGC417L": ("test", [(0.1, 1.1, 1, 1)]),
    "223_1b1_Lr_sc_Meditron": ("train", [(0.5, 2.5, 0, 1)]),
    "226_1b1_Pl_sc_LittC2SE": ("train", [(0.2, 1.2, 0, 0), (1.2, 2.0, 1, 0)]),
}
"""Side and cycles by recording: four devices, patient 156 on both sides."""

DEMOGRAPHICS = """
101 3 F NA 19 99
104 70 F 28.47 NA NA
156 80 M 25.1 NA NA
223 NA NA NA NA NA
226 4 M NA 16.7 103"""

EVENT_TYPES = ("Normal", "Fine Crackle", "Wheeze", "Rhonchi", "Coarse Crackle", "Wheeze+Crackle", "Stridor")
RECORD_TYPES = ("Normal", "CAS", "DAS", "CAS & DAS", "Poor Quality")


PHYSIONET: dict[str, tuple[int, int]] = {
    "a0001": (1, 1),
    "a0002": (-1, 1),
    "a0003": (1, 0),
    "b0001": (-1, 1),
    "b0002": (1, 0),
    "e00001": (-1, 1),
}
"""Label (-1 normal, 1 abnormal) and quality (1 good, 0 noisy) by recording, of three of the six databases."""

SUBJECTS = """record,folder,group,diagnosis,site,age,gender,source
a0001,training-a,a:C45,MVP,PSleft,,,MITHSDB
a0002,training-a,a:C45,"Normal, as far
as known",Apexsit,,,MITHSDB
a0003,training-a,a:C19,MVP,PSleft,,,MITHSDB
b0001,training-b,b:7,,,,2,AADHSDB
b0002,training-b,b:7,,,,2,AADHSDB
e00001,training-e,e:N:1,,,25,M,DLUTHSDB
"""

CIRCOR: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
    "2530": (("AV", "MV"), {"Murmur": "Present", "Murmur locations": "MV", "Outcome": "Abnormal", "Additional ID": "50001"}),
    "9979": (("PV", "MV_1", "MV_2"), {"Murmur": "Absent", "Outcome": "Normal"}),
    "13918": (("Phc",), {"Murmur": "Unknown", "Outcome": "Abnormal", "Age": "nan", "Height": "nan"}),
    "50001": (("TV",), {"Murmur": "Absent", "Outcome": "Normal", "Age": "Young Adult"}),
}
"""Recordings (location, and number where there are several) and facts by patient; 2530 and 50001 are the same person."""


def write_noise(path: Path, *, seconds: float = SECONDS, rate: int = RATE, seed: int = 0, channels: int = 1) -> Path:
    """Write noise at a level of 0.1; the name's ending decides the format (wav and flac: 16 bit)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))
    soundfile.write(path, samples, rate)
    return path


def write_icbhi(
    root: Path, recordings: Mapping[str, tuple[str, Cycles]] = ICBHI, *, folder: str = "ICBHI_final_database"
) -> Path:
    """Write recordings with their cycles, the split list, demographics and diagnoses of ICBHI 2017."""
    for number, (stem, (_, cycles)) in enumerate(recordings.items()):
        wav = write_noise(root / folder / f"{stem}.wav", seed=number)
        wav.with_suffix(".txt").write_text("".join(f"{a}\t{b}\t{c}\t{w}\r\n" for a, b, c, w in cycles))
    _write_icbhi_tables(root, {stem: side for stem, (side, _) in recordings.items()})
    return root


def write_icbhi_pictures(root: Path, recordings: Mapping[str, tuple[str, Cycles]] = ICBHI) -> Path:
    """Write the same as ready pictures: noise of 43 frames a second."""
    root.mkdir(parents=True, exist_ok=True)
    rows = ["recording,cycle,split,start,end,crackle,wheeze,first_frame,frames"]
    first = 0
    for stem, (side, cycles) in recordings.items():
        for number, (start, end, crackle, wheeze) in enumerate(cycles):
            frames = round((end - start) * 43) + 1
            rows.append(f"{stem},{number},{side},{start},{end},{crackle},{wheeze},{first},{frames}")
            first += frames
    (root / "logmel_cycles.csv").write_text("\n".join(rows) + "\n")
    np.save(root / "logmel.npy", np.random.default_rng(0).integers(0, 256, (first, 88), dtype=np.uint8))
    _write_icbhi_tables(root, {stem: side for stem, (side, _) in recordings.items()})
    return root


def _write_icbhi_tables(root: Path, sides: Mapping[str, str]) -> None:
    write_split_list(root, sides)
    (root / "demographic_info.txt").write_text(DEMOGRAPHICS)
    patients = sorted({stem[:3] for stem in sides})
    (root / "patient_diagnosis.csv").write_text("ID,CLASS\n" + "".join(f"{patient},COPD\n" for patient in patients))


def write_split_list(root: Path, sides: Mapping[str, str]) -> None:
    """Write ICBHI's split list."""
    (root / "ICBHI_challenge_train_test.txt").write_text("".join(f"{stem}\t{side}\n" for stem, side in sides.items()))


def write_sprsound(root: Path, *, parts: Sequence[str] = ("train", "intra", "inter"), patients: int = 3) -> Path:
    """Write SPRSound: ``patients`` with two train recordings and one intra each, and as many others in inter.

    Each recording has two events of the seven types in turn, and one of the five record labels in turn.
    """
    number = 0
    for part, repeats in (("train", 2), ("intra", 1), ("inter", 1)):
        for patient in range(patients):
            for _ in range(repeats):
                if part in parts:
                    name = f"{70 if part == 'inter' else 40}00000{patient}"
                    stem = f"{name}_{patient + 0.5}_{patient % 2}_p{number % 4 + 1}_{number}"
                    kinds = [EVENT_TYPES[(2 * number + k) % 7] for k in (0, 1)]
                    events = [("200", "1200", kinds[0]), ("1300", "2900", kinds[1])]
                    write_sprsound_recording(root, part, stem, events, record=RECORD_TYPES[number % 5], seed=number)
                number += 1
    return root


def write_sprsound_recording(
    root: Path,
    part: str,
    stem: str,
    events: Sequence[tuple[object, object, str]],
    *,
    record: str = "Normal",
    seed: int = 0,
) -> Path:
    """Write one recording of 3 s with (start, end, type) events, times in ms; gives back the json."""
    side = "train" if part == "train" else "test"
    write_noise(root / f"{side}_wav" / f"{stem}.wav", rate=8000, seed=seed)
    folder = root / "train_json" if part == "train" else root / "test_json" / f"{part}_test_json"
    return write_sprsound_json(folder / f"{stem}.json", events, record=record)


def write_sprsound_json(path: Path, events: Sequence[tuple[object, object, str]], *, record: str = "Normal") -> Path:
    """Write one annotation file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    annotated = [{"start": start, "end": end, "type": kind} for start, end, kind in events]
    path.write_text(json.dumps({"record_annotation": record, "event_annotation": annotated}))
    return path


def write_folder(root: Path, table: str, *, recordings: Sequence[str] = ("a.wav", "b.wav")) -> Path:
    """Write recordings of 3 s and the text of labels.csv."""
    for number, name in enumerate(recordings):
        write_noise(root / name, seed=number)
    (root / "labels.csv").write_text(table)
    return root


def write_physionet2016(root: Path, recordings: Mapping[str, tuple[int, int]] = PHYSIONET, *, subjects: str = SUBJECTS) -> Path:
    """Write PhysioNet/CinC 2016 with signal quality, and the text of subjects.csv (none where that is empty)."""
    lines: dict[Path, list[str]] = {}
    for number, (record, (label, quality)) in enumerate(recordings.items()):
        folder = f"training-{record[0]}"
        write_noise(root / folder / f"{record}.wav", rate=2000, seed=number)
        lines.setdefault(root / folder / "REFERENCE.csv", []).append(f"{record},{label}")
        quality_table = root / "annotations" / "updated" / folder / "REFERENCE_withSQI.csv"
        lines.setdefault(quality_table, []).append(f"{record},{label},{quality}")
    for path, rows in lines.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(rows) + "\n")
    if subjects:
        (root / "subjects.csv").write_text(subjects)
    return root


def write_circor2022(
    root: Path,
    patients: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = CIRCOR,
    *,
    folder: str = "training_data",
    table: bool = True,
) -> Path:
    """Write CirCor DigiScope: recordings of 3 s with one heart cycle each, a txt a patient, and training_data.csv."""
    usual = {"Age": "Child", "Sex": "Female", "Height": "98.0", "Weight": "15.9", "Pregnancy status": "False"}
    rows: list[dict[str, str]] = []
    for patient, (locations, said) in patients.items():
        facts = {**usual, "Murmur locations": "nan", "Campaign": "CC2015", "Additional ID": "nan", **said}
        names = [f"{patient}_{location}" for location in locations]
        for number, name in enumerate(names):
            wav = write_noise(root / folder / f"{name}.wav", seed=number)
            wav.with_suffix(".tsv").write_text("0\t0.4\t0\n0.4\t0.52\t1\n0.52\t0.8\t2\n0.8\t0.9\t3\n0.9\t1.3\t4\n")
        files = [f"{name.split('_')[1]} {name}.hea {name}.wav {name}.tsv" for name in names]
        lines = [f"{patient} {len(names)} {RATE}", *files, *(f"#{fact}: {value}" for fact, value in facts.items())]
        (root / folder / f"{patient}.txt").write_text("\n".join(lines) + "\n")
        rows.append({"Patient ID": patient, "Recording locations:": "+".join(locations), **facts})
    if table:
        head = list(rows[0])
        text = [",".join(head), *(",".join(row[column] for column in head) for row in rows)]
        (root / "training_data.csv").write_text("\n".join(text) + "\n")
    return root
