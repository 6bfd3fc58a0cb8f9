"""The tables of docs/breathing.md (cycle_tables.py): boundaries and rates, confidence, and the seams of joined pictures."""

from _markdown import Row, of, read, table


def boundaries() -> str:
    """Precision, recall and F1 at both tolerances, with the interval of F1; the method and its floors by data."""
    header = ["data", "answer", "recordings (patients)", "P / R at 0.25 s", "F1 at 0.25 s", "P / R at 0.5 s", "F1 at 0.5 s"]
    header += ["median error, s"]
    lines = []
    for row in read("cycle_scores"):
        both = [_both(row, "0.25"), _with_interval(row, "f1_0.25"), _both(row, "0.5"), _with_interval(row, "f1_0.5")]
        size = f"{row['recordings']} ({row['patients']})"
        lines.append([row["data"], row["model"], size, *both, f"{row.number('median_error_s'):.2f}"])
    return table(header, lines)


def rates() -> str:
    """The breathing rate by data: the method, and what always telling the mean of the training side gives."""
    header = ["data", "answer", "within 2 a minute, %", "median error, a minute"]
    lines = []
    for row in read("cycle_scores"):
        if row["model"] != "true rate, random phase":  # right by its making
            shares = [_with_interval(row, "rate_share"), _with_interval(row, "median_rate_error")]
            lines.append([row["data"], row["model"], *shares])
    return table(header, lines)


def confidence() -> str:
    """How often the rate is right, by confidence; a row for each side that nothing was chosen on."""
    header = ["data", "confidence", "recordings", "mean confidence, %", "rate right, %"]
    lines = []
    for data in ("SPRSound intra", "ICBHI pictures test"):
        for row in of(read("cycle_confidence"), data=data):
            span = f"{row.number('from'):g} – {row.number('to'):g}"
            told = f"{100 * row.number('confidence'):.0f}" if row["recordings"] != "0" else "–"
            right = f"{row.number('right'):.0f}" if row["recordings"] != "0" else "–"
            lines.append([data, span, row["recordings"], told, right])
    return table(header, lines)


def control() -> str:
    """Whether boundaries follow seams."""
    header = ["joined pictures, training side", "F1 at 0.25 s of true boundaries", "at 0.5 s", "F1 at 0.25 s of the middles"]
    names = ("f1_0.25_boundaries", "f1_0.5_boundaries", "f1_0.25_middles")
    return table(header, ([row["seams"], *(f"{row.number(name):.1f}" for name in names)] for row in read("cycle_control")))


def _both(row: Row, tolerance: str) -> str:
    return f"{row.number(f'precision_{tolerance}'):.1f} / {row.number(f'recall_{tolerance}'):.1f}"


def _with_interval(row: Row, name: str) -> str:
    low, high = row.number(f"{name}_low"), row.number(f"{name}_high")
    return f"{row.number(name):.1f} ({low:.1f}–{high:.1f})"
