"""Write the tables of README and docs from benchmarks/results/*.csv; ``--check`` fails where they are not up to date.

python benchmarks/make_tables.py
"""

import argparse
import re
import sys
from pathlib import Path

import _ast_page as ast
import _contrast_page as contrast
import _cycle_page as cycle
import _domain_page as domain
import _event_page as event
import _explanation_page as explanation
import _export_page as export
import _heart_page as heart
import _lung_page as lung
import _mn_page as mn
import _parity_page as parity
import _published_page as published
import _quality_page as quality
import _results_page as results
import _sureness_page as sureness
from _markdown import of, read, table
from auscult.errors import AuscultError

ROOT = Path(__file__).parent.parent
RECIPES = ("han", "s1-baselines", "lung", "heart-cnn", "heart-mel", "cnn6", "ast", "file-domains", "mn")
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        *(f"docs/{page}.md" for page in ("results", "published", "explanations", "breathing", "events", "quality", "sureness")),
        *(f"docs/{page}.md" for page in ("export", "page", "speed")),
        *(f"docs/recipes/{recipe}.md" for recipe in RECIPES),
    )
]


def speed() -> str:
    lines = [
        [row["what"], f"{float(row['seconds']):.3g}", f"{row['ratio']} {row['of']}", row["peak_mb"]] for row in read("speed")
    ]
    return table(["what", "seconds", "ratio", "peak MB"], lines)


TABLES = {
    "heart-s2": lambda: heart.heart_folds(of(read("heart_s2"), protocol="honest")),
    "heart-s2-published": lambda: heart.heart_folds(of(read("heart_s2"), protocol="published")),
    "heart-databases": lambda: heart.heart_databases(of(read("heart_s2"), protocol="honest")),
    "heart-reading": heart.heart_reading,
    "heart-wavelet": heart.heart_wavelet,
    "heart-noise": heart.heart_noise,
    "heart-mel": heart.heart_mel,
    "heart-mn": heart.heart_mn,
    "heart-summary": lambda: heart.heart_folds(heart.heart_all(), brief=True),
    "heart-by-database": lambda: heart.heart_databases(heart.honest_folds()),
    "han": lung.han,
    "han-icbhi": lung.han_icbhi,
    "s1-baselines": lung.baselines,
    "han-sprsound": lung.han_sprsound,
    "lung": lung.lung,
    "ablation": lung.ablation,
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
    "domain-claims": domain.claims,
    "domain-groups": domain.groups,
    "domain-probe": domain.probe,
    "domain-cost": domain.cost,
    "explanation-scores": explanation.scores,
    "explanation-classes": explanation.by_class,
    "explanation-delay": explanation.delay,
    "event-counts": event.counts,
    "event-choice": event.choice,
    "event-default": event.default,
    "event-sprsound": lambda: event.scores("sprsound intra"),
    "event-icbhi": lambda: event.scores("icbhi joined"),
    "mn-sprsound": lambda: mn.scores("sprsound", data="sprsound"),
    "mn-records": lambda: mn.scores("records", data="sprsound"),
    "mn-shipped": mn.shipped,
    "mn-icbhi": lambda: mn.scores("icbhi", data="icbhi-pictures"),
    "mn-size": mn.size,
    "quality-learned": quality.learned,
    "quality-faults": quality.faults,
    "quality-injected": quality.injected,
    "sureness": sureness.sureness,
    "page-parity": parity.parity,
    "export": export.export,
    "cycle-boundaries": cycle.boundaries,
    "cycle-control": cycle.control,
    "cycle-rates": cycle.rates,
    "cycle-confidence": cycle.confidence,
    "speed": speed,
    "boards": results.short,
    "board-icbhi-4": results.icbhi_4,
    "board-icbhi-2": results.icbhi_2,
    "board-sprsound-1-1": results.sprsound_1_1,
    "board-sprsound-1-2": results.sprsound_1_2,
    "board-physionet": results.physionet,
    "calibration": results.calibration,
    "published-icbhi-4": lambda: published.icbhi("icbhi-4"),
    "published-icbhi-2": lambda: published.icbhi("icbhi-2"),
    "published-sprsound": published.sprsound,
    "published-physionet": published.physionet,
    "published-leaks": published.other_splits,
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
    try:
        pages = {page: filled(page.read_text(encoding="utf-8")) for page in PAGES}
    except AuscultError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    stale = [page for page, text in pages.items() if text != page.read_text(encoding="utf-8")]
    if given.check and stale:
        sys.exit(f"not up to date: {', '.join(page.name for page in stale)}; run python benchmarks/make_tables.py")
    for page in stale:
        page.write_text(pages[page], encoding="utf-8")
        print(f"wrote {page.name}")


if __name__ == "__main__":
    main()
