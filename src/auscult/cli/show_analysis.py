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
from auscult.analysis.report.row import Moment, Row, make_moments
from auscult.analysis.report.words import percent
from auscult.analysis.result import Analysis
from auscult.analysis.result_json import DISCLAIMER
from auscult.analysis.sureness import Sureness
from auscult.analysis.timeline import Timeline

STYLES = {"normal": "green", "crackle": "dark_orange3", "wheeze": "deep_sky_blue3", "both": "magenta"}
_OTHER_STYLE = "red"
_QUIET_STYLE = "grey50"
_BLOCKS = "▁▂▃▄▅▆▇█"
_LINE_WIDTH = 72
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
    for line in [*_warning_lines(analysis), *_untold_lines(analysis)]:
        console.print(line, soft_wrap=True)
    if answer.probabilities is not None:
        bold = answer.label if analysis.told else None
        console.print(Text("   ").join(_probability(c, p, bold=c == bold) for c, p in answer.probabilities.items()))
    if analysis.sureness is not None:
        console.print(_sureness_line(analysis.sureness), soft_wrap=True)
    if analysis.timeline is not None:
        width = min(_LINE_WIDTH, console.width)
        console.print(timeline_line(analysis.timeline, width))
        end = f"{analysis.seconds:.1f} s"
        console.print(Text(f"0 s{end:>{width - 3}}", style="dim"))
    for line in _heart_lines(analysis) if analysis.organ == "heart" else _breathing_lines(analysis):
        console.print(line, soft_wrap=True)
    if analysis.organ == "lung" and analysis.timeline is not None:
        console.print(event_table(analysis.events) if analysis.events else Text("No crackles or wheezes found."))
    console.print(Text(DISCLAIMER, style="dim"))


def _warning_lines(analysis: Analysis) -> list[Text]:
    """Make a line for each warning, with what to do about it; of a serious fault `_untold_lines` says it."""
    faults = () if analysis.quality is None else analysis.quality.faults
    advice = {fault.sentence: f" — {fault.advice}" for fault in faults if not fault.serious}
    return [Text(f"! {warning}", style="yellow") + Text(advice.get(warning, "")) for warning in analysis.warnings]


def _untold_lines(analysis: Analysis) -> list[Text]:
    """Say that nothing can be told and why; nothing where it can."""
    return [
        Text.assemble(("Cannot be told", "bold yellow"), f" — {reason.sentence}; {reason.advice}.")
        for reason in analysis.reasons
    ]


def _sureness_line(sureness: Sureness) -> Text:
    """Say how sure the answer is, and what that has been worth so far."""
    line = f"sure by {percent(sureness.probability)}"
    if sureness.labels:
        line += f"; not ruled out: {', '.join(sureness.labels)}"
    coverage, error = percent(sureness.coverage), percent(sureness.error)
    promise = f"told from {percent(sureness.threshold)} on: {coverage} of recordings, {error} of these wrong"
    return Text(f"{line}  ") + Text(f"({promise})", style="dim")


def timeline_line(timeline: Timeline, width: int) -> Text:
    """One block character a time bin: its height the probability of abnormal, its colour what is likely heard."""
    return _moments_line(make_moments(timeline, width))


def _block(abnormal: float | None, label: str | None) -> tuple[str, str | None]:
    """One column: a block and its style; a space for digital silence."""
    if abnormal is None:
        return " ", None
    return _BLOCKS[min(int(abnormal * len(_BLOCKS)), len(_BLOCKS) - 1)], _QUIET_STYLE if label is None else _style(label)


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
        table.add_row(*times, Text(event.named, style=_style(event.label)), percent(event.probability), pitch)
    return table


def brief_row(row: Row, console: Console) -> tuple[Text, ...]:
    """Make what `show_rows` shows of one recording."""
    heard = Text(row.finding)
    if row.told and row.probability is not None:
        heard = Text(f"{row.finding} {percent(row.probability)}", style=_style(row.finding))
    line = _moments_line(row.moments if console.width >= _WIDE else _half(row.moments))
    warnings = ", ".join(warning.partition(":")[0] for warning in row.warnings)
    found = str(sum(row.events.values()))
    if row.organ == "heart":
        found = "–" if row.beats_per_minute is None else f"{row.beats_per_minute:.0f}"
    return Text(Path(row.file).name), Text(f"{row.seconds:.1f}"), heard, Text(found), line, Text(warnings, style="yellow")


def _half(moments: Sequence[Moment]) -> list[Moment]:
    """Half as many columns: of two neighbours the one with the higher probability of abnormal."""
    pairs = [moments[place : place + 2] for place in range(0, len(moments), 2)]
    return [max(pair, key=lambda moment: -1.0 if moment.abnormal is None else moment.abnormal) for pair in pairs]


def _moments_line(moments: Sequence[Moment]) -> Text:
    line = Text()
    for moment in moments:
        line.append(*_block(moment.abnormal, moment.label))
    return line


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


def _breathing_lines(analysis: Analysis) -> list[Text]:
    """Make a line for the breathing rate, where it can be told."""
    breathing = analysis.breathing
    if breathing is None or breathing.told_rate is None:
        return []
    return [Text(f"breathing rate {breathing.told_rate:.0f} a minute, confidence {percent(breathing.confidence)}")]


def _heart_lines(analysis: Analysis) -> list[Text]:
    """Make a line for the heart rate and one for what the answer rests on most."""
    rate = Text("heart rate not told: no regular beat is clear enough")
    if analysis.beats_per_minute is not None and analysis.heart_rate is not None:
        rate = Text(
            f"heart rate {analysis.beats_per_minute:.0f} a minute, confidence {percent(analysis.heart_rate.confidence)}"
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
    return Text(f"{name} {percent(probability)}", style=f"bold {_style(name)}" if bold else "")


def _style(label: str) -> str:
    return STYLES.get(label, _OTHER_STYLE)
