"""The tables of docs/quality.md (quality_tables.py)."""

from _markdown import Row, read, table

DATA = {"sprsound": "SPRSound", "physionet2016": "PhysioNet 2016"}


def learned() -> str:
    """AUROC of the learned quality and of floors, and what the two limits do."""
    header = ["data", "answer", "judged on", "recordings (poor)", "patients", "AUROC", "95 % patient interval"]
    header += ["good / poor refused %", "good / poor at least doubtful %"]
    return table(header, (_learned_line(row) for row in read("quality_learned")))


def _learned_line(row: Row) -> list[str]:
    name = row["model"] if row["model"] == "learned quality" else f"floor: {row['model']}"
    interval = f"{row.number('auroc_low'):.3f}–{row.number('auroc_high'):.3f}"
    who = [DATA[row["data"]], name, row["side"], f"{row['recordings']} ({row['poor']})", row["patients"]]
    shares = [" / ".join(_percent(row, f"{kind}_{what}") for kind in ("good", "poor")) for what in ("refused", "doubted")]
    return [*who, f"{row.number('auroc'):.3f}", interval, *shares]


def faults() -> str:
    """How often each fault is found where annotators said good, and where they said poor."""
    rows = read("quality_faults")
    lines = []
    for name in dict.fromkeys(row["fault"] for row in rows):
        mine = {row["data"]: row for row in rows if row["fault"] == name}
        shares = [f"{_percent(mine[data], 'in_good')} / {_percent(mine[data], 'in_poor')}" for data in DATA if data in mine]
        weight = "yes" if next(iter(mine.values()))["serious"] == "True" else ""
        lines.append([f"`{name}`", weight, *shares])
    return table(["fault", "serious", *(f"{name}: in good / in poor %" for name in DATA.values())], lines)


def injected() -> str:
    """How often a fault is found that was put into good recordings."""
    rows = read("quality_injected")
    lines = []
    for told in dict.fromkeys((row["fault"], row["injected"]) for row in rows):
        mine = {row["data"]: row for row in rows if (row["fault"], row["injected"]) == told}
        lines.append([f"`{told[0]}`", told[1], *(_percent(mine[data], "found") if data in mine else "–" for data in DATA)])
    return table(["fault", "put in", *(f"{name}: found %" for name in DATA.values())], lines)


def _percent(row: Row, name: str) -> str:
    return f"{100 * row.number(name):.1f}"
