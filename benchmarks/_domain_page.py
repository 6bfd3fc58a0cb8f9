"""The tables of docs/recipes/file-domains.md (domain_tables.py)."""

import statistics

from _markdown import interval, of, read, spread, table

SCORES = ("specificity", "sensitivity", "score")


def choice() -> str:
    """N on the validation patients."""
    rows = read("domain_choice")
    steps = dict.fromkeys(row["steps"] for row in rows)
    lines = [
        [f"`{model}`", *(spread(of(rows, model=model, steps=n), "score") for n in steps)]
        for model in dict.fromkeys(row["model"] for row in rows)
    ]
    return table(["recipe", *(f"N = {n}" for n in steps)], lines)


def runs() -> str:
    """Honest beside published, on the test side."""
    header = [
        "recipe",
        "honest: Sp / Se / Score",
        "95 % patient interval of Score",
        "AUROC",
        "published: Sp / Se / Score",
        "seeds",
    ]
    rows, lines = read("domain_runs"), []
    for model in dict.fromkeys(row["model"] for row in rows):
        honest, published = (of(rows, model=model, protocol=way) for way in ("honest", "published"))
        three = [" / ".join(spread(one, name) for name in SCORES) for one in (honest, published)]
        auroc = f"{statistics.mean(float(row['auroc']) for row in honest):.3f}"
        lines.append([f"`{model}`", three[0], interval(honest), auroc, three[1], str(len(honest))])
    return table(header, [*lines, ["floor: always normal", "100.00 / 0.00 / 50.00", "–", "0.500", "–", "–"]])
