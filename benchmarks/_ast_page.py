"""The tables of docs/recipes/ast.md: what S3 prints beside what was measured here (ast_tables.py)."""

import statistics

from _markdown import SCORES, Row, interval, of, read, spread, table

RECIPES = ("ast-small-ce", "ast-small-patchmix", "ast-small-tpatch", "ast-small-patchmix-cl")
PRINTED = {  # S3's base network from ImageNet and AudioSet weights, best test epoch, 5 runs: its abstract and released code
    ("ast-small-ce", "icbhi-4"): "77.14 / 41.97 / 59.55 (at second hand)",  # as later papers quote it
    ("ast-small-patchmix-cl", "icbhi-4"): "81.66 / 43.07 / 62.37",
    ("ast-small-patchmix-cl", "icbhi-2"): "81.66 / 55.77 / 68.71",
}
THREE = ("specificity", "sensitivity", "score")


def icbhi() -> str:
    """Both ways of scoring the same runs."""
    header = ["recipe", "scored as", "S3, pretrained base network", "ours, published", "ours, honest"]
    header += ["95 % patient interval, honest", "AUROC, honest", "seeds"]
    rows, lines = read("ast_icbhi"), []
    for task in ("icbhi-4", "icbhi-2"):
        for recipe in RECIPES:
            honest, published = (of(rows, model=recipe, task=task, protocol=way) for way in ("honest", "published"))
            ours = [_three(published), _three(honest), *_more(honest), str(len(honest))]
            lines.append([f"`{recipe}`", task, PRINTED.get((recipe, task), "–"), *ours])
    return table(header, [*lines, ["floor: always normal", "both", "–", "–", "100.00 / 0.00 / 50.00", "–", "0.500", "–"]])


def short() -> str:
    """Honest alone, for the README."""
    rows, lines = of(read("ast_icbhi"), protocol="honest"), []
    for recipe in RECIPES:
        four, two = (of(rows, model=recipe, task=task) for task in ("icbhi-4", "icbhi-2"))
        lines.append([f"`{recipe}`", _three(four), interval(four) if four else "–", _three(two), str(len(four))])
    header = ["recipe", "icbhi-4", "95 % patient interval", "icbhi-2", "seeds"]
    return table(header, [*lines, ["floor: always normal", "100.00 / 0.00 / 50.00", "–", "100.00 / 0.00 / 50.00", "–"]])


def claims() -> str:
    """Differences of the honest Score."""
    header = ["data", "scored as", "difference", "honest Scores", "points", "95 % paired patient interval", "seeds"]
    lines = []
    for row in read("ast_claims"):
        scores = " − ".join(f"{float(row[name]):.2f}" for name in ("score", "beside_score"))
        points, low, high = (f"{float(row[name]):+.2f}".replace("-", "−") for name in ("difference", "low", "high"))
        known = [row["data"], row["task"], f"`{row['model']}` − `{row['beside']}`"]
        lines.append([*known, scores, points, f"{low} to {high}", row["seeds"]])
    return table(header, lines)


def sprsound() -> str:
    header = ["recipe", "seeds", "Sp", "Se", "AS", "HS", "Score", "95 % patient interval of Score"]
    runs = of(read("ast_sprsound"), protocol="honest")
    lines = []
    for model in dict.fromkeys(row["model"] for row in runs):
        mine = of(runs, model=model)
        scores = [spread(mine, name) for name in (*SCORES, "score")]
        lines.append([f"`{model}`", str(len(mine)), *scores, interval(mine)])
    for floor in of(read("floors"), data="sprsound", task="sprsound-1-1"):
        scores = [floor[name] for name in (*SCORES, "score")]
        lines.append([f"floor: {floor['model']}", "–", *scores, "–"])
    return table(header, lines)


def _more(rows: list[Row]) -> list[str]:
    """Interval of the Score and AUROC, means over seeds."""
    return [interval(rows), f"{statistics.mean(float(row['auroc']) for row in rows):.3f}"] if rows else ["–", "–"]


def _three(rows: list[Row]) -> str:
    """Sp / Se / Score, mean ± sd over seeds."""
    return " / ".join(spread(rows, name) for name in THREE) if rows else "–"
