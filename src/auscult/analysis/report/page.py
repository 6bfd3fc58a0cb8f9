"""The page of one recording: one html file that needs no other file and no network."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import auscult
from auscult.analysis.report import words
from auscult.analysis.report.axes import pitches
from auscult.analysis.report.row import CANNOT_TELL, make_row
from auscult.analysis.report.sound import Sound, pack_sound
from auscult.analysis.result_json import DISCLAIMER
from auscult.errors import AuscultError
from auscult.files import write_whole

if TYPE_CHECKING:
    from auscult.analysis.result import Analysis

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_EVENTS_ON_PAPER = 12


def render_page(analysis: "Analysis", *, record: dict[str, Any] | None = None, in_folder: bool = False) -> str:
    """Write the page of one recording.

    Parameters
    ----------
    analysis
        What was found; the sound is read again from its file.
    record
        What the page keeps of itself, see `auscult.analysis.report.folder`.
    in_folder
        Whether it lies in a report folder, so that it has a link to the index.
    """
    from auscult.analysis.report.strip import highest_hz, make_strips  # matplotlib: a second that others are spared

    row = make_row(analysis)
    sound = pack_sound(analysis.path, analysis.seconds, analysis.events)
    return render(
        "page",
        analysis=analysis,
        row=row,
        name=Path(analysis.file).name,
        headline=words.tell_finding(row.finding),
        tone=words.tone_of(row.finding),
        doubts=words.doubts(analysis),
        warnings=words.other_warnings(analysis),
        reasons=analysis.reasons,
        sureness=words.tell_sureness(analysis),
        rate=words.tell_rate(analysis),
        counts=words.count_events(row),
        strips=make_strips(analysis),
        pitches=pitches(highest_hz(analysis)),
        bands=_bands(analysis),
        sound=sound,
        facts=words.describe_card(analysis.model),
        scores=words.card_scores(analysis.model),
        most_on_paper=_MOST_EVENTS_ON_PAPER,
        in_folder=in_folder,
        record=record,
        data=_script_data(sound),
    )


def save_page(analysis: "Analysis", path: Path | str) -> None:
    """Write the page of one recording to a file; see `Analysis.to_html`."""
    target = Path(path)
    if target.absolute() == analysis.path.absolute():
        raise AuscultError(f"{target} is the recording itself: name another file to write.")
    write_whole(target, render_page(analysis).encode())


def render(template: str, **values: Any) -> str:
    """Fill in a template; what comes from outside is escaped, and the page's rules let no other script run and nothing load."""
    script = (_TEMPLATES / f"{template}.js").read_text(encoding="utf-8")
    style = "".join((_TEMPLATES / f"{part}.css").read_text(encoding="utf-8") for part in ("common", template))
    return (
        _templates()
        .get_template(f"{template}.html")
        .render(
            script=Markup(script),
            script_hash=b64encode(sha256(script.encode()).digest()).decode("ascii"),
            style=Markup(style),
            disclaimer=DISCLAIMER,
            version=auscult.__version__,
            cannot_tell=CANNOT_TELL,
            **values,
        )
    )


@cache
def _templates() -> Environment:
    """Once a process, not once a page: a template is compiled when it is first filled in."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {name: getattr(words, name) for name in ("percent", "moment", "span", "length", "sentence")}
    environment.filters["finding"] = words.tell_finding
    return environment


def _script_data(sound: Sound) -> dict[str, Any]:
    """What the page's script has to know."""
    return {"parts": [[part.start, part.end] for part in sound.parts]}


def _bands(analysis: "Analysis") -> list[dict[str, Any]]:
    """What each band of frequency adds to the answer for a heart, and its share of the strongest one's effect in percent."""
    bands = analysis.occlusion.bands if analysis.occlusion is not None else ()
    most = max([0.1, *(abs(band.effect) for band in bands)])
    return [
        {"name": f"{band.low:.0f}–{band.high:.0f} Hz", "effect": band.effect, "share": round(100 * abs(band.effect) / most, 1)}
        for band in reversed(bands)
    ]
