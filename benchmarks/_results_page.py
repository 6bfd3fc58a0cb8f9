"""The leader boards of docs/results.md, and how far the probabilities of each system mean what they say."""

import re
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import _heart_page as heart
from _markdown import MARK, Row, floors_of, highest_above, interval, mean, of, read, spread, table, three
from _sources import heart_rows, lung_rows

HEADER = ["", "system", "honest: Sp / Se / Score", "95 % patient interval", "seeds", "starts from", "below a floor"]
TEST_CHOSEN = "chosen on the test †"
SHORT = 3
"""Systems of each board in the README."""
SIDES = {"icbhi-pictures": "official", "sprsound": "intra"}


_VARIANT = re.compile(r"-(mean-of-\d+|once|again|unlocated)`$")


class Line(NamedTuple):
    """A line of a board: what it is ranked by, and its cells from the second column on."""

    score: float
    cells: list[str]


def icbhi_4() -> str:
    return lung_board("icbhi-pictures", "icbhi-4")


def icbhi_2() -> str:
    return lung_board("icbhi-pictures", "icbhi-2")


def sprsound_1_1() -> str:
    return lung_board("sprsound", "sprsound-1-1")


def sprsound_1_2() -> str:
    return lung_board("sprsound", "sprsound-1-2")


def lung_board(data: str, task: str) -> str:
    """Everything trained on a data set, its first split, best honest Score first, the floors among it where they belong."""
    return board([*HEADER[:4], TEST_CHOSEN, *HEADER[4:]], lung_lines(data, task))


def lung_lines(data: str, task: str) -> list[Line]:
    """Systems and floors of a board."""
    rows, floors = of(lung_rows(), data=data, side=SIDES[data], task=task), floors_of(data, task)
    systems = dict.fromkeys(row["model"] for row in of(rows, protocol="honest"))
    lines = [lung_line(of(rows, model=model), floors) for model in systems]
    return lines + [Line(floor.number("score"), floor_cells(floor)) for floor in floors]


def lung_line(rows: Sequence[Row], floors: Sequence[Row]) -> Line:
    """A system: its runs of both protocols."""
    honest, published = (of(rows, protocol=protocol) for protocol in ("honest", "published"))
    chosen_on_test = spread(published, "score") if published else "–"
    score = mean(honest, "score")
    system = [f"`{honest[0]['model']}`", three(honest), interval(honest), chosen_on_test, str(len(honest)), honest[0]["start"]]
    return Line(score, [*system, highest_above(score, floors)])


def floor_cells(floor: Row) -> list[str]:
    return [f"*floor: {floor['model']}*", three([floor]), interval([floor]), "–", "–", "no sound", ""]


def board(header: list[str], lines: Sequence[Line]) -> str:
    """Ranked lines: systems have a place, floors have none; with a note where any is below a floor."""
    ranked = sorted(lines, key=lambda line: -line.score)
    places = iter(range(1, len(ranked) + 1))
    numbered = [["" if line.cells[0].startswith("*floor") else str(next(places)), *line.cells] for line in ranked]
    text = table(header, numbered)
    return text.split(f"\n\n{MARK}")[0]  # the last column says which floor


def physionet() -> str:
    """Cross-validations by subject, ranked by the mean over folds of MAcc."""
    header = ["", "system", "honest: MAcc over folds", "all answers together", "95 % subject interval", TEST_CHOSEN]
    return board([*header, "AUROC", "folds × seeds", "starts from", "below a floor"], heart_lines())


def heart_lines() -> list[Line]:
    """Cross-validations by subject, and floors."""
    rows = of(heart_rows(), by="subject")
    floors = of(read("heart_floors"), by="subject")
    lines = [heart_line(row, rows, floors) for row in of(rows, protocol="honest")]
    return lines + [Line(100 * floor.number("macc"), heart_floor_cells(floor)) for floor in floors]


def short() -> str:
    """The best systems of every board beside its highest floor, by the figure that it is ranked by."""
    boards = {
        "ICBHI log-mel pictures at 4 kHz, official split, icbhi-4 Score": lung_lines("icbhi-pictures", "icbhi-4"),
        "the same, icbhi-2 Score": lung_lines("icbhi-pictures", "icbhi-2"),
        "SPRSound task 1-1, intra-patient, Score": lung_lines("sprsound", "sprsound-1-1"),
        "SPRSound task 1-2, intra-patient, Score": lung_lines("sprsound", "sprsound-1-2"),
        "PhysioNet 2016, folds by subject, MAcc": heart_lines(),
    }
    return table(["board", f"best {SHORT}, honest", "highest floor"], [[name, *best(lines)] for name, lines in boards.items()])


def best(lines: Sequence[Line]) -> list[str]:
    """The best systems, of variants of one recipe the best alone, and the highest floor."""
    ranked = sorted(lines, key=lambda line: -line.score)
    families: dict[str, str] = {}
    for line in ranked:
        if not line.cells[0].startswith("*floor"):
            families.setdefault(_VARIANT.sub("`", line.cells[0]), f"{line.cells[0]} {line.score:.1f}")
    floor = next((line for line in ranked if line.cells[0].startswith("*floor")), None)
    named = "–" if floor is None else f"{floor.cells[0].strip('*').removeprefix('floor: ')} {floor.score:.1f}"
    return [", ".join(list(families.values())[:SHORT]), named]


def heart_line(row: Row, rows: Sequence[Row], floors: Sequence[Row]) -> Line:
    """A cross-validation, beside the same with each fold's best test epoch."""
    published = of(rows, protocol="published", recipe=row["recipe"], seed=row["seed"])
    chosen_on_test = heart.over_folds(published[0], "macc") if published else "–"
    below = highest_above(row.number("macc"), floors, "macc", called="recipe")
    measured = [*heart_cells(row), chosen_on_test, heart.over_folds(row, "auroc")]
    return Line(100 * row.number("macc"), [f"`{row['recipe']}`", *measured, f"{row['folds']} × 1", row["start"], below])


def heart_floor_cells(floor: Row) -> list[str]:
    measured = [*heart_cells(floor), "–", heart.over_folds(floor, "auroc")]
    return [f"*floor: {floor['recipe']}*", *measured, floor["folds"], "no sound", ""]


def heart_cells(row: Row) -> list[str]:
    """MAcc over folds, of all answers together, and the interval of the latter."""
    low, high = (heart.percent(row, f"pooled_{end}") for end in ("low", "high"))
    return [heart.over_folds(row, "macc"), heart.percent(row, "pooled_macc"), f"{low}–{high}" if low != "–" else "–"]


def calibration() -> str:
    """The side that was scored: means over seeds, with the temperatures of all of them."""
    header = ["data", "system", "task", "seeds", "temperature", "ECE before", "ECE after", "Brier before", "Brier after"]
    rows = [row for row in read("calibration") if row["side"] != "validation"]
    lines = []
    for data, model, task in dict.fromkeys((row["data"], row["model"], row["task"]) for row in rows):
        mine = of(rows, data=data, model=model, task=task)
        figures = [over_seeds(mine, f"{name}_{when}") for name in ("ece", "brier") for when in ("before", "after")]
        lines.append([data, f"`{model}`", task, str(len(mine)), temperatures(mine), *figures])
    return table(header, sorted(lines))


def over_seeds(rows: Sequence[Row], name: str) -> str:
    """Mean over seeds; a dash where it is not known."""
    known = [row.number(name) for row in rows if row[name]]
    return f"{statistics.mean(known):.3f}" if known else "–"


def temperatures(rows: Sequence[Row]) -> str:
    """From the lowest to the highest over seeds and folds."""
    low = min(row.number("temperature_low") for row in rows)
    high = max(row.number("temperature_high") for row in rows)
    return f"{low:.2f}" if low == high else f"{low:.2f}–{high:.2f}"
