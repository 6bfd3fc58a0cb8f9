"""Breathing cycles on the terminal, one a row as ICBHI 2017 lists them."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.analysis.result import Analysis

_MOST_CYCLES = 60


def show_cycles(analysis: Analysis, console: Console) -> None:
    """Print a row for each breathing cycle, of many only the first; a sentence where there are none."""
    cycles, breathing = analysis.cycles, analysis.breathing
    if breathing is None or not cycles:
        console.print(Text("No breathing cycles found: nothing in it comes again as breathing does."))
        return
    more = len(cycles) - _MOST_CYCLES
    caption = f"and {more} more; --cycles and --json have all" if more > 0 else None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
    for title in ("start s", "end s", "crackle", "wheeze", *cycles[0].probabilities):
        table.add_column(title, justify="right")
    for one in cycles[:_MOST_CYCLES]:
        shares = (f"{100 * probability:.0f} %" for probability in one.probabilities.values())
        table.add_row(f"{one.start:.2f}", f"{one.end:.2f}", f"{one.crackle:d}", f"{one.wheeze:d}", *shares)
    told = "" if breathing.told_rate is not None else ", too little to rely on"
    console.print(Text(f"{len(cycles)} breathing cycles, confidence {100 * breathing.confidence:.0f} %{told}"))
    console.print(table)
