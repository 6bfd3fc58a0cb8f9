"""An analysis on the terminal: a summary with a one-line timeline, and a table for many recordings."""

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from auscult.analysis.card import Card
from auscult.analysis.events import Event
from auscult.analysis.occlusion import Occlusion, strongest
from auscult.analysis.result import DISCLAIMER, Analysis
from auscult.analysis.timeline import Timeline, find_bins

STYLES = {"normal": "green", "crackle": "dark_orange3", "wheeze": "deep_sky_blue3", "both": "magenta"}
_OTHER_STYLE = "red"
_QUIET_STYLE = "grey50"
_BLOCKS = "▁▂▃▄▅▆▇█"
_LIKELY = 0.5
_LINE_WIDTH, _BRIEF_WIDTH = 72, 24
_WIDE = 100
"""Columns of a terminal from which on the brief timeline has its full width."""
_MOST_EVENTS = 40


def show_analysis(analysis: Analysis, console: Console, *, assumed: bool = False) -> None:
    """Print one analysis: answer, timeline, warnings; events of a lung sound, rate and reasons of a heart sound.

    ``assumed`` says that nobody asked for the organ, and so does the heading.
    """
    answer = analysis.recording
    name, heading = Path(analysis.file).name, _taken_for(analysis.model, "a {} sound", assumed=assumed)
    console.print(Text.assemble((name, "bold"), f" · {analysis.seconds:.1f} s · {heading}"), soft_wrap=True)
    for warning in analysis.warnings:
        console.print(Text(f"! {warning}", style="yellow"), soft_wrap=True)
    if answer.label is None or answer.probabilities is None:
        console.print(Text("Nothing can be told."))
    else:
        console.print(Text("   ").join(_probability(c, p, bold=c == answer.label) for c, p in answer.probabilities.items()))
    if analysis.timeline is not None:
        width = min(_LINE_WIDTH, console.width)
        console.print(timeline_line(analysis.timeline, width))
        end = f"{analysis.seconds:.1f} s"
        console.print(Text(f"0 s{end:>{width - 3}}", style="dim"))
    if analysis.organ == "heart":
        for line in _heart_lines(analysis):
            console.print(line, soft_wrap=True)
    elif analysis.timeline is not None:
        console.print(event_table(analysis.events) if analysis.events else Text("No crackles or wheezes found."))
    console.print(Text(DISCLAIMER, style="dim"))


def timeline_line(timeline: Timeline, width: int) -> Text:
    """One block character a time bin: its height the probability of abnormal, its colour what is likely heard."""
    abnormal, labels = find_bins(timeline, width)
    line = Text()
    for column in range(len(abnormal)):
        if abnormal[column] != abnormal[column]:  # NaN: digital silence
            line.append(" ")
            continue
        likely = [label for label, values in labels.items() if values[column] >= _LIKELY]
        style = _QUIET_STYLE if not likely else _style("both" if len(likely) > 1 else likely[0])
        line.append(_BLOCKS[min(int(abnormal[column] * len(_BLOCKS)), len(_BLOCKS) - 1)], style=style)
    return line


def event_table(events: Sequence[Event]) -> Table:
    """Lay out a row for each event; of many only the first."""
    more = len(events) - _MOST_EVENTS
    caption = f"and {more} more; --json has all" if more > 0 else None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
    for title in ("start s", "end s"):
        table.add_column(title, justify="right")
    table.add_column("event")
    table.add_column("probability", justify="right")
    table.add_column("mostly at", justify="right")
    for event in events[:_MOST_EVENTS]:
        times = (f"{event.start:.2f}", f"{event.end:.2f}")
        pitch = f"{event.focus.low:.0f}–{event.focus.high:.0f} Hz" if event.focus else ""
        table.add_row(*times, Text(event.label, style=_style(event.label)), _percent(event.probability), pitch)
    return table


def brief_row(analysis: Analysis, console: Console) -> tuple[Text, ...]:
    """Make what `show_rows` shows of one recording; it holds none of its samples."""
    answer = analysis.recording
    heard = Text("nothing can be told")
    if answer.label is not None and answer.probabilities is not None:
        heard = Text(f"{answer.label} {_percent(answer.probabilities[answer.label])}", style=_style(answer.label))
    width = _BRIEF_WIDTH if console.width >= _WIDE else _BRIEF_WIDTH // 2
    line = Text() if analysis.timeline is None else timeline_line(analysis.timeline, width)
    warnings = ", ".join(warning.partition(":")[0] for warning in analysis.warnings)
    found = str(len(analysis.events))
    if analysis.organ == "heart":
        found = "–" if analysis.beats_per_minute is None else f"{analysis.beats_per_minute:.0f}"
    name, seconds = Path(analysis.file).name, f"{analysis.seconds:.1f}"
    return Text(name), Text(seconds), heard, Text(found), line, Text(warnings, style="yellow")


def show_rows(rows: Sequence[tuple[Text, ...]], console: Console, model: Card, *, assumed: bool = False) -> None:
    """Print several analyses by one model, one a row."""
    console.print(Text(_taken_for(model, "{} sounds", assumed=assumed)), soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), caption=DISCLAIMER, caption_justify="left")
    table.add_column("recording", overflow="fold")
    table.add_column("s", justify="right")
    table.add_column("heard", no_wrap=True)
    table.add_column("beats/min" if model.organ == "heart" else "events", justify="right")
    table.add_column("timeline", no_wrap=True)
    table.add_column("warnings")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _taken_for(model: Card, words: str, *, assumed: bool) -> str:
    """Say what the recordings were taken for, and how to ask for the other organ where nobody said which it is."""
    other = f" (for {words.format('heart')}: --organ heart)" if assumed else ""
    return f"as {words.format(model.organ)}{other} · model {model.name}"


def _heart_lines(analysis: Analysis) -> list[Text]:
    """Make a line for the heart rate and one for what the answer rests on most."""
    rate = Text("heart rate not told: no regular beat is clear enough")
    if analysis.beats_per_minute is not None and analysis.heart_rate is not None:
        rate = Text(
            f"heart rate {analysis.beats_per_minute:.0f} a minute, confidence {_percent(analysis.heart_rate.confidence)}"
        )
    if analysis.occlusion is None or analysis.recording.label is None:
        return [rate]
    return [rate, _reasons(analysis.occlusion, abnormal=analysis.recording.label != "normal")]


def _reasons(occlusion: Occlusion, *, abnormal: bool) -> Text:
    """Name the stretch and the band that speak most for the answer, with what they do to the log-odds of abnormal."""
    reasons = []
    if stretch := strongest(occlusion.stretches, abnormal=abnormal):
        reasons.append(f"{stretch.start:.1f}–{stretch.end:.1f} s ({stretch.effect:+.1f})")
    if band := strongest(occlusion.bands, abnormal=abnormal):
        reasons.append(f"{band.low:.0f}–{band.high:.0f} Hz ({band.effect:+.1f})")
    if not reasons:
        return Text("no single stretch or band speaks for it")
    return Text(f"speaks most for it: {', '.join(reasons)}; in brackets what it adds to the log-odds of abnormal")


def _probability(name: str, probability: float, *, bold: bool) -> Text:
    return Text(f"{name} {_percent(probability)}", style=f"bold {_style(name)}" if bold else "")


def _percent(probability: float) -> str:
    return f"{100 * probability:.0f} %"


def _style(label: str) -> str:
    return STYLES.get(label, _OTHER_STYLE)
