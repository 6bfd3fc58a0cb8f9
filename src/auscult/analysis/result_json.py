"""The json of an answer, laid out as docs/output.md says."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import auscult
from auscult.analysis.attention import AttentionMap
from auscult.analysis.card import Card
from auscult.files import write_whole

if TYPE_CHECKING:
    from auscult.analysis.result import Analysis

FORMAT = 1
"""Version of the layout: raised when a field is renamed, removed or changes its meaning, not when one is added."""
DISCLAIMER = "An aid, not a diagnosis: auscult is no medical device, and a clinician has to listen."


def json_fields(analysis: "Analysis") -> dict[str, Any]:
    """What the json holds, as dictionaries, lists, texts and numbers, not rounded; no arrays."""
    rate, breathing = analysis.heart_rate, analysis.breathing
    return {
        "auscult": {"version": auscult.__version__},
        "format": FORMAT,
        "file": analysis.file,
        "model": _model_fields(analysis.model),
        "organ": analysis.organ,
        "seconds": analysis.seconds,
        "warnings": list(analysis.warnings),
        "quality": None if analysis.quality is None else asdict(analysis.quality),
        "told": analysis.told,
        "recording": asdict(analysis.recording),
        "sureness": None if analysis.sureness is None else asdict(analysis.sureness),
        "windows": [asdict(window) for window in analysis.windows],
        "events": [asdict(event) for event in analysis.events],
        "breathing": None
        if breathing is None
        else {"rate": breathing.rate, "confidence": breathing.confidence, "cycles": [asdict(one) for one in analysis.cycles]},
        "attention": None if analysis.attention is None else _attention_fields(analysis.attention),
        "heart_rate": None if rate is None else {"beats_per_minute": analysis.beats_per_minute, "confidence": rate.confidence},
        "occlusion": None if analysis.occlusion is None else asdict(analysis.occlusion),
        "disclaimer": DISCLAIMER,
    }


def save_json(texts: Sequence[str], path: Path | str, *, as_list: bool) -> None:
    """Write what `auscult.analysis.result.Analysis.to_json` gave to one file, whole or not at all.

    Parameters
    ----------
    texts
        One a recording.
    path
        The json file.
    as_list
        True: a list, however many there are; False: the one text by itself.

    Raises
    ------
    AuscultError
        When it cannot be written.
    """
    write_whole(Path(path), join_json(texts, as_list=as_list).encode())


def join_json(texts: Sequence[str], *, as_list: bool) -> str:
    """Make one json text of several; see `save_json`."""
    return "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n" if as_list else "".join(texts)


def _model_fields(card: Card) -> dict[str, Any]:
    named = card.model_dump(mode="json", include={"name", "title", "task", "classes", "sha256"})
    return named | {"answers": list(card.answer_classes)}


def _attention_fields(attention: AttentionMap) -> dict[str, Any]:
    """Give the map as whole numbers from 0 to 255, of which 255 is the peak: a tenth of the size, and enough for a picture."""
    peak = float(attention.values.max())
    scaled = np.round(attention.values * (255 / peak if peak > 0 else 0.0)).astype(int)
    return {
        "frame_seconds": attention.frame_seconds,
        "band_hz": attention.band_hz.tolist(),
        "peak": peak,
        "values": scaled.tolist(),  # (bands, frames)
    }
