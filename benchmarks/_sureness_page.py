"""The table and the picture of docs/sureness.md (sureness_tables.py)."""

from pathlib import Path

from _markdown import Row, read, table

PICTURE = Path(__file__).parent.parent / "docs" / "pictures" / "sureness.png"


def sureness() -> str:
    """What sureness promised and what it kept, on patients it was not chosen on."""
    header = ["model", "judged on", "recordings", "patients", "wrong % before → after", "told %", "of these wrong %"]
    header += ["abnormal told to be normal %", "normal told to be abnormal %"]
    header += ["sets that hold the truth %", "labels in a set", "ECE before → after", "Brier before → after"]
    return table(header, (_line(row) for row in read("sureness")))


def _line(row: Row) -> list[str]:
    told, wrong, missed, held = (_with_interval(row, name) for name in ("coverage", "error", "missed", "set_coverage"))
    change = [f"{row.number(f'{name}_before'):.3f} → {row.number(f'{name}_after'):.3f}" for name in ("ece", "brier")]
    who = [
        f"`{row['model']}`",
        row["side"],
        row["recordings"],
        row["patients"],
        f"{_percent(row, 'error_before')} → {_percent(row, 'error_all')}",
    ]
    return [*who, told, wrong, missed, _percent(row, "false_alarms"), held, f"{row.number('set_size'):.2f}", *change]


def _with_interval(row: Row, name: str) -> str:
    return f"{_percent(row, name)} ({_percent(row, f'{name}_low')}–{_percent(row, f'{name}_high')})"


def _percent(row: Row, name: str) -> str:
    return f"{100 * row.number(name):.1f}"


def draw() -> None:
    """Draw error against coverage, every curve of sureness_curve.csv, to docs/pictures/sureness.png."""
    from auscult.evaluation.report.style import COLORS, FAINT, GRID, INK, add_caption, dress
    from auscult.figures import new_figure, write_figure

    rows = read("sureness_curve")
    figure = new_figure(10.0, 4.6)
    axis = figure.subplots()
    dress(axis, "Share of wrong answers against share of recordings that are told")
    for color, side in zip(COLORS, dict.fromkeys((row["model"], row["side"]) for row in rows), strict=False):
        mine = [row for row in rows if (row["model"], row["side"]) == side]
        points = [(100 * row.number("coverage"), 100 * row.number("error")) for row in mine if row.number("coverage") >= 0.1]
        axis.plot(*zip(*points, strict=True), color=color, label=f"{side[0]}: {side[1]}", linewidth=1.8)
    axis.axhline(10, color=FAINT, linewidth=0.8, linestyle="--")
    axis.set(xlim=(10, 100), ylim=(0, None))
    axis.set_xlabel("recordings told, %", color=INK)
    axis.set_ylabel("of these wrong, %", color=INK)
    axis.grid(color=GRID, linewidth=0.6)
    axis.legend(frameon=False, fontsize=9.5, labelcolor=INK, loc="center left", bbox_to_anchor=(1.0, 0.5))
    caption = "Normal and abnormal recordings count half each. Chosen on other patients or databases. Dashed: the aim, 10 %."
    add_caption(figure, caption)
    write_figure(figure, PICTURE)
    print(f"wrote {PICTURE}")
