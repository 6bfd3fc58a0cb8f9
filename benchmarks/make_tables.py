"""Write the tables of README and docs from benchmarks/results/*.csv; ``--check`` fails where they are not up to date.

python benchmarks/make_tables.py
"""

import argparse
import re
import statistics
import sys
from pathlib import Path

import _ast_page as ast
import _contrast_page as contrast
import _domain_page as domain
from _markdown import SCORES, Row, interval, of, read, spread, table

ROOT = Path(__file__).parent.parent
RECIPES = ("han", "lung", "heart-cnn", "heart-mel", "cnn6", "ast", "file-domains")
PAGES = [ROOT / name for name in ("README.md", *(f"docs/recipes/{recipe}.md" for recipe in RECIPES))]


def han_icbhi() -> str:
    """S1's two rows beside ours; honest first."""
    header = ["model", "protocol", "seeds", "Sp", "Se", "AS", "HS", "95 % patient interval of AS"]
    lines = []
    paper = {"han": ["65.93", "34.75", "50.33", "45.51"], "han-single": ["65.99", "29.39", "47.69", "40.66"]}
    rows = read("icbhi_runs")
    for model, printed in paper.items():
        for protocol in ("honest", "published"):
            mine = of(rows, model=model, protocol=protocol)
            if mine:
                scores = [spread(mine, name) for name in SCORES]
                lines.append([f"`{model}`", protocol, str(len(mine)), *scores, interval(mine)])
        lines.append([f"{model}, as S1 prints it", "not stated", "?", *printed, ""])
    floors = of(read("floors"), data="icbhi-pictures", task="icbhi-4")
    lines += [[f"floor: {floor['model']}", "–", "–", *(floor[name] for name in SCORES), ""] for floor in floors]
    return table(header, lines)


def han_sprsound() -> str:
    header = ["model", "task", "seeds", "Sp", "Se", "AS", "HS", "Score", "95 % patient interval of Score"]
    lines = []
    runs, floors = read("sprsound_runs"), read("floors")
    for task in ("sprsound-1-1", "sprsound-1-2"):
        mine = of(runs, task=task)
        if mine:
            scores = [spread(mine, name) for name in (*SCORES, "score")]
            lines.append(["`han`", task, str(len(mine)), *scores, interval(mine)])
        lines += [
            [f"floor: {floor['model']}", task, "–", *(floor[name] for name in (*SCORES, "score")), ""]
            for floor in of(floors, data="sprsound", task=task)
        ]
    return table(header, lines)


def lung() -> str:
    header = ["scored as", "events", "patients", "Sp", "Se", "AS", "HS", "Score", "95 % patient interval of Score", "ECE"]
    lines = [
        [
            row["task"],
            row["segments"],
            row["patients"],
            *(row[name] for name in (*SCORES, "score")),
            interval([row]),
            row["ece"],
        ]
        for row in read("lung")
    ]
    floors = of(read("floors"), data="sprsound")
    for floor in floors:
        if floor["task"] in {row["task"] for row in read("lung")}:
            scores = [floor[name] for name in (*SCORES, "score")]
            lines.append([f"{floor['task']}, floor: {floor['model']}", floor["segments"], floor["patients"], *scores, "", ""])
    return table(header, lines)


def ablation() -> str:
    header = ["change", "validation Sp", "Se", "AS", "95 % patient interval of AS", "AUROC"]
    rows = [*of(read("icbhi_validation"), model="han"), *read("ablation_runs")]
    lines = [
        [row["model"].replace("han", "none"), *(row[name] for name in SCORES[:3]), interval([row]), row["auroc"]]
        for row in rows
    ]
    return table(header, lines)


def speed() -> str:
    lines = [
        [row["what"], f"{float(row['seconds']):.3g}", f"{row['ratio']} {row['of']}", row["peak_mb"]] for row in read("speed")
    ]
    return table(["what", "seconds", "ratio", "peak MB"], lines)


MEASURES = {"accuracy": "accuracy", "recall": "recall", "precision": "precision", "f1": "F1", "macc": "MAcc", "auroc": "AUROC"}
DATABASES = "abcdef"


def percent(row: Row, name: str) -> str:
    return f"{100 * float(row[name]):.1f}" if row.get(name) else "–"


def over_folds(row: Row, name: str) -> str:
    """Mean ± standard deviation over folds."""
    if name == "auroc":
        return f"{float(row[name]):.3f} ± {float(row[f'{name}_sd']):.3f}"
    return f"{percent(row, name)} ± {percent(row, f'{name}_sd')}"


def heart_folds(rows: list[Row]) -> str:
    """S2's four measures and more, over the folds of each cross-validation."""
    header = ["recipe", "folds by", "answers", *MEASURES.values(), "all answers together: MAcc", "95 % subject interval"]
    lines = []
    for row in rows:
        interval = f"{percent(row, 'pooled_low')}–{percent(row, 'pooled_high')}"
        scores = [over_folds(row, name) for name in MEASURES]
        lines.append([f"`{row['recipe']}`", row["by"], row["answers"], *scores, percent(row, "pooled_macc"), interval])
    return table(header, lines)


def heart_databases(rows: list[Row]) -> str:
    """MAcc of each database, their mean, and the pooled figure."""
    header = ["recipe", "folds by", *DATABASES, "mean of databases", "all together", "AUROC " + " / ".join(DATABASES)]
    lines = []
    for row in rows:
        aurocs = " / ".join(f"{float(row[f'auroc_{name}']):.2f}".lstrip("0") for name in DATABASES if row.get(f"auroc_{name}"))
        scores = [percent(row, f"macc_{name}") for name in DATABASES]
        means = [percent(row, "databases_macc"), percent(row, "pooled_macc")]
        lines.append([f"`{row['recipe']}`", row["by"], *scores, *means, aurocs])
    return table(header, lines)


def heart_reading() -> str:
    lines = []
    rows = read("heart_reading")
    for reading in dict.fromkeys(row["reading"] for row in rows):
        mine = of(rows, reading=reading)
        means = [f"{statistics.mean(float(row[name]) for row in mine):.3f}" for name in ("macc", "auroc")]
        each = " / ".join(f"{float(row['macc']):.3f}" for row in mine)
        lines.append([reading, str(len(mine)), mine[0]["recordings"], *means, each])
    return table(["50 rows are", "seeds", "recordings", "validation MAcc", "AUROC", "MAcc of each seed"], lines)


def heart_wavelet() -> str:
    """Gain of each wavelet over each number of levels, both noises and both levels of noise together."""
    rows = of(read("wavelet_choice"), manner="shrink", noise="both")
    wavelets = dict.fromkeys(row["wavelet"] for row in rows)
    lines = [
        [levels, *(of(rows, wavelet=wavelet, levels=levels)[0]["gain_db"] for wavelet in wavelets)]
        for levels in sorted({row["levels"] for row in rows})
    ]
    return table(["levels", *wavelets], lines)


def heart_noise() -> str:
    """Gain of each way of thresholding, by kind of noise, for the wavelet and the levels chosen."""
    best = max(of(read("wavelet_choice"), manner="shrink", noise="both"), key=lambda row: float(row["gain_db"]))
    rows = of(read("wavelet_choice"), wavelet=best["wavelet"], levels=best["levels"])
    noises = [(noise, snr) for noise in ("white", "pink") for snr in ("10.0", "5.0")]
    lines = [
        [manner, *(of(rows, manner=manner, noise=noise, snr_in=snr)[0]["gain_db"] for noise, snr in noises)]
        for manner in dict.fromkeys(row["manner"] for row in rows)
    ]
    return table(["way", *(f"{noise}, {float(snr):.0f} dB" for noise, snr in noises)], lines)


def heart_all() -> list[Row]:
    """Every cross-validation, honest."""
    return of([*read("heart_s2"), *read("heart_mel")], protocol="honest")


def honest_folds() -> list[Row]:
    """Those by subject and by database."""
    return [row for row in heart_all() if row["by"] in ("subject", "database")]


def heart_mel() -> str:
    return heart_folds(of(read("heart_mel"), protocol="honest")) + "\n\n" + heart_databases(honest_folds())


TABLES = {
    "heart-s2": lambda: heart_folds(of(read("heart_s2"), protocol="honest")),
    "heart-s2-published": lambda: heart_folds(of(read("heart_s2"), protocol="published")),
    "heart-databases": lambda: heart_databases(of(read("heart_s2"), protocol="honest")),
    "heart-reading": heart_reading,
    "heart-wavelet": heart_wavelet,
    "heart-noise": heart_noise,
    "heart-mel": heart_mel,
    "heart-summary": lambda: heart_folds(heart_all()),
    "heart-by-database": lambda: heart_databases(honest_folds()),
    "han": lambda: (
        han_icbhi() + "\n\n" + "SPRSound, train → intra-patient test (not patient-independent), honest:\n\n" + han_sprsound()
    ),
    "han-icbhi": han_icbhi,
    "han-sprsound": han_sprsound,
    "lung": lung,
    "ablation": ablation,
    "contrast-scratch": contrast.scratch,
    "contrast-metadata": contrast.metadata,
    "contrast-full": contrast.full,
    "contrast-claims": contrast.claims,
    "contrast-devices": contrast.devices,
    "contrast-embedding": contrast.embedding,
    "contrast-sprsound": contrast.sprsound,
    "ast-short": ast.short,
    "ast-icbhi": ast.icbhi,
    "ast-claims": ast.claims,
    "ast-sprsound": ast.sprsound,
    "domain-choice": domain.choice,
    "domain-runs": domain.runs,
    "speed": speed,
}


def filled(text: str) -> str:
    """The page with every marked table made anew."""

    def replace(match: re.Match[str]) -> str:
        return f"<!-- table: {match[1]} -->\n{TABLES[match[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table: ([\w-]+) -->\n.*?<!-- end -->", replace, text, flags=re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 where a page is not up to date")
    given = parser.parse_args()
    stale = [page for page in PAGES if filled(page.read_text(encoding="utf-8")) != page.read_text(encoding="utf-8")]
    if given.check and stale:
        sys.exit(f"not up to date: {', '.join(page.name for page in stale)}; run python benchmarks/make_tables.py")
    for page in stale:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"wrote {page.name}")


if __name__ == "__main__":
    main()
