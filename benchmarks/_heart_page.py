"""The tables of docs/recipes/heart-cnn.md and heart-mel.md (heart_tables.py)."""

import statistics

from _markdown import Row, mark, of, read, table

MEASURES = {"accuracy": "accuracy", "recall": "recall", "precision": "precision", "f1": "F1", "macc": "MAcc", "auroc": "AUROC"}
DATABASES = "abcdef"


def known(row: Row, name: str) -> bool:
    """Whether a figure is there and has a meaning: the precision of what never answers "abnormal" has none."""
    return row.get(name, "") not in ("", "nan")


def percent(row: Row, name: str) -> str:
    return f"{100 * row.number(name):.1f}" if known(row, name) else "–"


def over_folds(row: Row, name: str) -> str:
    """Mean ± standard deviation over folds."""
    if not known(row, name):
        return "–"
    if name == "auroc":
        return f"{row.number(name):.3f} ± {row.number(f'{name}_sd'):.3f}"
    return f"{percent(row, name)} ± {percent(row, f'{name}_sd')}"


def floors_by(by: str) -> list[Row]:
    """The floors of one kind of folds."""
    return of(read("heart_floors"), by=by)


def is_floor(row: Row) -> bool:
    return row.file == "heart_floors.csv"


def marked(row: Row, name: str) -> str:
    """The mark of a recipe's figure that is below a floor's of the same kind of folds."""
    if is_floor(row) or not known(row, name):
        return ""
    return mark(row.number(name), [floor for floor in floors_by(row["by"]) if known(floor, name)], name)


def with_floors(rows: list[Row], name: str, *, brief: bool = False) -> list[Row]:
    """Rows, then the floors of their kinds of folds that have the figure ``name``; ``brief``: of each kind the highest."""
    floors = []
    for by in dict.fromkeys(row["by"] for row in rows):
        there = sorted((row for row in floors_by(by) if known(row, name)), key=lambda row: -row.number(name))
        floors += there[:1] if brief else there
    return [*rows, *floors]


def named(row: Row) -> str:
    """A recipe as code, a floor as what it is."""
    return f"floor: {row['recipe']}" if is_floor(row) else f"`{row['recipe']}`"


def heart_folds(rows: list[Row], *, brief: bool = False) -> str:
    """S2's four measures and more, over the folds of each cross-validation; ``brief``: with the highest floors alone."""
    header = ["recipe", "folds by", "answers", *MEASURES.values(), "all answers together: MAcc", "95 % subject interval"]
    lines = []
    for row in with_floors(rows, "macc", brief=brief):
        interval = f"{percent(row, 'pooled_low')}–{percent(row, 'pooled_high')}" if known(row, "pooled_low") else "–"
        scores = [over_folds(row, name) + (marked(row, name) if name == "macc" else "") for name in MEASURES]
        pooled = percent(row, "pooled_macc") + marked(row, "pooled_macc")
        lines.append([named(row), row["by"], row["answers"], *scores, pooled, interval])
    return table(header, lines)


def heart_databases(rows: list[Row]) -> str:
    """MAcc of each database, their mean, and the pooled figure."""
    header = ["recipe", "folds by", *DATABASES, "mean of databases", "all together", "AUROC " + " / ".join(DATABASES)]
    lines = []
    for row in with_floors(rows, "databases_macc"):
        aurocs = " / ".join(f"{row.number(f'auroc_{name}'):.2f}".lstrip("0") for name in DATABASES if row.get(f"auroc_{name}"))
        scores = [percent(row, f"macc_{name}") for name in DATABASES]
        means = [percent(row, name) + marked(row, name) for name in ("databases_macc", "pooled_macc")]
        lines.append([named(row), row["by"], *scores, *means, aurocs])
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
    return of([*read("heart_s2"), *read("heart_mel"), *read("heart_mn")], protocol="honest")


def honest_folds() -> list[Row]:
    """Those by subject and by database."""
    return [row for row in heart_all() if row["by"] in ("subject", "database")]


def heart_mel() -> str:
    return heart_folds(of(read("heart_mel"), protocol="honest")) + "\n\n" + heart_databases(honest_folds())


def heart_mn() -> str:
    """mn-heart beside heart-mel, which ships."""
    rows = of([*read("heart_mn"), *read("heart_mel")], protocol="honest", by="subject")
    return heart_folds(rows, brief=True) + "\n\n" + heart_databases(rows)
