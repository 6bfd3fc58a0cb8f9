"""The tables of docs/events.md: events found against events annotated (event_tables.py)."""

from _markdown import Row, of, read, table

DATA = {"sprsound intra": "SPRSound, intra-patient test", "icbhi joined": "ICBHI, joined cycles"}
LABELS = ("all", "crackle", "wheeze")
CHOSEN = ("keep", "least", "gap_seconds", "attended", "smooth_seconds")


def scores(data: str) -> str:
    """F1 of every model and floor on one data set, by events and by segments."""
    rows = of(read("event_scores"), data=data)
    header = ["found by"]
    for told in ("events, IoU ≥ 0.5", "segments of 1 s"):
        header += [f"{told}: F1 % (95 % interval)", "precision / recall %", "F1 crackle / wheeze %"]
    return table(header, [_line(rows, model) for model in dict.fromkeys(row["model"] for row in rows)])


def _line(rows: list[Row], model: str) -> list[str]:
    cells = [f"`{model}`" if " " not in model and model != "nothing" else f"floor: {model}"]
    for by in ("events", "segments"):
        found = {row["label"]: row for row in of(rows, model=model, by=by)}
        both = found["all"]
        interval = f" ({both['f1_low']}–{both['f1_high']})" if both["f1_low"] else ""
        cells.append((_shown(both, "f1")) + interval)
        cells.append(f"{_shown(both, 'precision')} / {_shown(both, 'recall')}")
        cells.append(" / ".join(_shown(found[label], "f1") for label in LABELS[1:]))
    return cells


def _shown(row: Row, name: str) -> str:
    return f"{row.number(name):.1f}" if row[name] else "–"


def counts() -> str:
    """What the scores are made of."""
    rows = [row for row in read("event_scores") if row["model"] == "nothing" and row["label"] != "all"]
    lines = []
    for data, told in DATA.items():
        of_data = of(rows, data=data)
        if of_data:
            cells = [of(of_data, by=by, label=label)[0]["misses"] for by in ("events", "segments") for label in LABELS[1:]]
            lines.append([told, of_data[0]["recordings"], of_data[0]["patients"], *cells])
    header = ["data", "recordings", "patients", "crackle events", "wheeze events", "seconds with crackles", "with wheezes"]
    return table(header, lines)


def default() -> str:
    """Models on the validation patients that none of them has learned from."""
    rows = read("event_default")
    lines = []
    for row in rows:
        f1 = [f"{row.number(f'{by}_f1'):.1f} ({row[f'{by}_f1_low']}–{row[f'{by}_f1_high']})" for by in ("events", "segments")]
        lines.append(
            [f"`{row['model']}`", row["recordings"], row["patients"], row["events"], *f1, f"{row.number('auroc'):.3f}"]
        )
    header = ["model", "recordings", "patients", "events", "F1 by events % (95 % interval)", "F1 by segments %"]
    return table([*header, "AUROC abnormal recordings"], lines)


def choice() -> str:
    """The best rule of each model on its validation patients, and the usual one beside it."""
    rows = read("event_choice")
    usual = {"keep": "0.75", "least": "0.0", "attended": "0.8", "gap_seconds": "0.3", "smooth_seconds": "0.4"}
    lines = []
    for model in dict.fromkeys(row["model"] for row in rows):
        mine = of(rows, model=model)
        for told, row in (("best", mine[0]), ("usual", of(mine, **usual)[0])):
            figures = [f"{row.number(name):.1f}" for name in ("events_f1", "segments_f1")]
            lines.append([f"`{model}`", told, *(row[name] for name in CHOSEN), *figures])
    header = ["model", "rule", "keep", "least", "gap s", "attended", "smoothed s", "F1 by events %", "F1 by segments %"]
    return table(header, lines)
