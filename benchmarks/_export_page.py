"""The table of docs/export.md: size, time and score of exported models, before and after 8 bits (export.py)."""

from _markdown import Row, read, table


def export() -> str:
    """A line for each run."""
    header = [
        "run",
        "MB",
        "MB, 8 bits",
        "how, layers",
        "ms for 8 s",
        "ms, 8 bits",
        "ratio",
        "Score",
        "Score, 8 bits",
        "same class, %",
    ]
    return table(header, (_line(row) for row in read("export")))


def _line(row: Row) -> list[str]:
    if row.get("why_no_int8"):
        return [f"`{row['run']}`", row["mb"], f"none: {row['why_no_int8']}", *[""] * 7]
    how = f"{row['manner']}, {row['layers']}"
    figures = [row[name] for name in ("ms", "ms_int8", "ratio", "score_fp32", "score_int8", "same_class")]
    return [f"`{row['run']}`", row["mb"], row["mb_int8"], how, *figures]
