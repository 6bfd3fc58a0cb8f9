"""Fit the learned quality and write benchmarks/results/quality_*.csv and src/auscult/bundled/quality-*.json.

    python benchmarks/quality_tables.py --root data  # data holds sprsound and physionet2016; some five minutes

``quality_learned``: AUROC by patient, floors, and what the limit refuses. ``quality_faults``: how often each fault is found in
recordings that annotators called good, and in poor ones. ``quality_injected``: how often a fault is found that was put in.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from _quality_data import RATES, Measured, measure, physionet, sprsound_sides
from _quality_fit import DOUBTED, REFUSED, Fitted, floor, names_of, out_of_fold, scored
from _runs import write
from auscult.analysis.gate import judge
from auscult.analysis.gate_rules import gate_rules
from auscult.analysis.model import BUNDLED
from auscult.recordings.synthesis import faults
from auscult.signal.read import read_audio

INJECTED_INTO = 60
LONGEST_SECONDS = 30.0
_CARDS = {
    "lung": {"training_data": "SPRSound 2022, train side: record annotation 'Poor Quality'", "data_licence": "CC-BY-4.0"},
    "heart": {"training_data": "PhysioNet/CinC Challenge 2016: signal quality", "data_licence": "ODC-By-1.0"},
}


def learned_rows(measured: Measured, data: str, test: Measured | None) -> Iterator[dict[str, Any]]:
    """A row for each way of judging the learned quality; writes the model fitted on all of ``measured``."""
    good = out_of_fold(measured)
    limit, doubt = (round(float(np.quantile(good[~measured.poor], share)), 3) for share in (REFUSED, DOUBTED))
    known = {"data": data, "model": "learned quality", "limit": limit, "doubt": doubt}
    by_patient = scored(measured, good, limit, doubt)
    yield known | {"side": "5 folds by patient"} | by_patient
    whole = Fitted(measured.figures(names_of(measured)), measured.poor)
    _write_model(measured, whole, (limit, doubt), by_patient)
    if test is not None:
        yield known | {"side": "intra test"} | scored(test, whole.good(test.figures(names_of(measured))), limit, doubt)
    if len(np.unique(measured.databases)) > 1:
        for database in np.unique(measured.databases):
            mine = measured.databases == database
            yield (
                known
                | {"side": f"5 folds by patient: database {database}"}
                | scored(measured.where(mine), good[mine], limit, doubt)
            )
        other = out_of_fold(measured, split="database")
        yield known | {"side": "each database by the others"} | scored(measured, other, limit, doubt)
    for name, column in _floor_columns(measured).items():
        answers = floor(measured, column)
        cuts = [round(float(np.quantile(answers[~measured.poor], share)), 3) for share in (REFUSED, DOUBTED)]
        yield {"data": data, "model": name, "limit": cuts[0], "doubt": cuts[1], "side": "5 folds by patient"} | scored(
            measured, answers, *cuts
        )


def _floor_columns(measured: Measured) -> dict[str, NDArray[np.float64]]:
    levels = [m.level for m in measured.measures]
    columns = {
        "duration alone": np.array([level.seconds for level in levels]),
        "level alone": np.array([max(level.level_db, -100.0) for level in levels]),
    }
    databases = np.unique(measured.databases, return_inverse=True)[1].astype(np.float64)
    return columns | ({"database alone": databases} if databases.any() else {})


def _write_model(measured: Measured, fitted: Fitted, limits: tuple[float, float], scores: dict[str, Any]) -> None:
    organ = measured.organ
    card = {"format": 1, "title": f"Quality of a {organ} sound, learned from annotators", "organ": organ, **_CARDS[organ]}
    columns = zip(names_of(measured), fitted.mean, fitted.scale, fitted.weights, strict=True)
    figures = {
        name: {"mean": round(float(m), 5), "scale": round(float(s), 5), "weight": round(float(w), 5)}
        for name, m, s, w in columns
    }
    facts = card | {
        "licence": "Apache-2.0",
        "scores": {"5 folds by patient": scores},
        "limit": limits[0],
        "doubt": limits[1],
        "intercept": round(fitted.intercept, 5),
    }
    lines = [f' "{name}": {json.dumps(value)}' for name, value in facts.items()]
    rows = ",\n".join(f'  "{name}": {json.dumps(weights)}' for name, weights in figures.items())
    text = "{\n" + ",\n".join(lines) + ',\n "figures": {\n' + rows + "\n }\n}\n"
    (BUNDLED / f"quality-{organ}.json").write_text(text, encoding="utf-8")


def fault_rows(measured: Measured, data: str) -> Iterator[dict[str, Any]]:
    """How often each fault is found in good and in poor recordings."""
    found, poor = measured.fault_names(), measured.poor
    for name, rule in gate_rules().faults.items():
        has = np.array([name in names for names in found])
        yield {
            "data": data,
            "fault": name,
            "serious": rule.serious,
            "good": int((~poor).sum()),
            "in_good": round(float(has[~poor].mean()), 4),
            "poor": int(poor.sum()),
            "in_poor": round(float(has[poor].mean()), 4),
        }


def injected_rows(measured: Measured, data: str) -> Iterator[dict[str, Any]]:
    """How often a fault that was put into good recordings is found."""
    rng, organ = np.random.default_rng(0), measured.organ
    good = measured.where(~measured.poor).recordings
    chosen = [good[i] for i in rng.choice(len(good), min(INJECTED_INTO, len(good)), replace=False)]
    sounds = [read_audio(str(r.path), rate=RATES[organ], end=LONGEST_SECONDS)[0] for r in chosen]
    for fault, told, spoil in _injections(RATES[organ], rng):
        names = [[f.name for f in judge(measure(spoil(sound), organ), organ).faults] for sound in sounds]
        share = np.mean([fault in found for found in names])
        yield {"data": data, "fault": fault, "injected": told, "recordings": len(sounds), "found": round(float(share), 3)}


def _injections(
    rate: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, Callable[[NDArray[np.float32]], NDArray[np.float32]]]]:
    """Name of the fault, what is put in, and how."""
    for decibel in (-15, -10, 0):
        yield (
            "hum",
            f"50 or 60 Hz at {decibel} dB",
            lambda s, db=decibel: faults.add_hum(s, rate, decibel=db, rng=rng, mains=float(rng.choice([50, 60]))),
        )
    for decibel in (-5, 0, 10):
        yield "speech", f"voice at {decibel} dB", lambda s, db=decibel: faults.add_speech(s, rate, decibel=db, rng=rng)
    for decibel in (20, 30, 40):
        yield (
            "rubbing",
            f"bursts at {decibel} dB, every 2 s",
            lambda s, db=decibel: faults.add_rubbing(s, rate, decibel=db, rng=rng, each_second=0.5),
        )
    yield "clipped", "1 % of the samples", lambda s: faults.clip(s, share=0.01)
    for highest in (200, 300) if rate == RATES["heart"] else (300, 700, 1000):
        yield "band-limited", f"nothing above {highest} Hz", lambda s, hz=highest: faults.narrow(s, rate, highest=hz)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, required=True, metavar="FOLDER", help="where the data sets lie")
    root = parser.parse_args().root
    train, intra = sprsound_sides(root)
    heart = physionet(root)
    write("quality_learned", [*learned_rows(train, "sprsound", intra), *learned_rows(heart, "physionet2016", None)])
    write("quality_faults", [*fault_rows(train, "sprsound"), *fault_rows(heart, "physionet2016")])
    write("quality_injected", [*injected_rows(train, "sprsound"), *injected_rows(heart, "physionet2016")])


if __name__ == "__main__":
    main()
