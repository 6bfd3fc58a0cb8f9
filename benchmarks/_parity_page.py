"""The table of docs/page.md: how far the page's answers are from Python's (page_parity.py)."""

from _markdown import Row, read, table

_KINDS = (("lung-", "synthetic lung sounds"), ("heart-", "synthetic heart sounds"), ("real-lung", "real lung sounds"))
_KINDS += (("real-heart", "real heart sounds"),)


def parity() -> str:
    """The largest differences among recordings of a kind, and the times of the longest answer."""
    header = ["recordings", "model", "number", "windows", "events", "probabilities", "times in s", "effects"]
    rows = read("page_parity")
    lines = []
    for start, kind in _KINDS:
        for model in dict.fromkeys(row["model"] for row in rows):
            mine = [row for row in rows if row["recording"].startswith(start) and row["model"] == model]
            if mine:
                lines.append([kind, f"`{model}`", str(len(mine)), *_sums(mine), *_largest(mine)])
    return table(header, lines)


def _sums(rows: list[Row]) -> list[str]:
    return [str(sum(int(row[name]) for row in rows)) for name in ("windows", "events")]


def _largest(rows: list[Row]) -> list[str]:
    return [f"{max(row.number(name) for row in rows):.1g}" for name in ("probability", "time", "effect")]
