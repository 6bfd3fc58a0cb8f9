"""What is known of recordings, told in sentences, for models that read: BTS's texts and S0's wording of them."""

from collections.abc import Collection, Iterable
from typing import Literal

import numpy as np

from auscult.recordings._describe_korean import tell_in_korean
from auscult.recordings.core import Recording
from auscult.recordings.facts import Facts, Key, exchange, facts_of, leave_out, published_facts

Wording = Literal["bts", "s0"]
Missing = Literal["silent", "unknown"]

_LOCATIONS = {  # ICBHI's and SPRSound's words
    "Tc": "trachea",
    "Al": "left anterior chest",
    "Ar": "right anterior chest",
    "Pl": "left posterior chest",
    "Pr": "right posterior chest",
    "Ll": "left lateral chest",
    "Lr": "right lateral chest",
    "p1": "left posterior chest",
    "p2": "left lateral chest",
    "p3": "right posterior chest",
    "p4": "right lateral chest",
}
_MICROPHONES = ("AKGC417L",)
_NOTHING = "No description."


def describe_recordings(
    recordings: Iterable[Recording],
    *,
    wording: Wording = "bts",
    published: bool = False,
    drop: Collection[Key] = (),
    swap: Collection[Key] = (),
    missing: Missing = "silent",
    seed: int = 0,
) -> dict[str, str]:
    """Text of each recording, by its id; all of its segments share it.

    Parameters
    ----------
    recordings
        In the order of the data set.
    wording
        ``bts``: BTS's English. ``s0``: the one sentence that S0 prints, in Korean; it is BTS's example, translated.
    published
        Tell what BTS's released code took to be so (`auscult.recordings.facts.published_facts`), wrong locations included; else
        every recording's own location and device.
    drop
        Keys that are not told although they are known.
    swap
        Keys of which something wrong is told (`auscult.recordings.facts.exchange`).
    missing
        How a text treats what is not known or dropped. ``silent``: it says nothing of it, as BTS's for part of the metadata;
        ``unknown``: it says that it is unknown, as BTS's when keys are dropped while testing. Nothing known at all is
        "No description." either way.
    seed
        Of what is told wrongly.

    Raises
    ------
    AuscultError
        When a key is to be swapped of which there is only one value.

    References
    ----------
    Kim et al., BTS, Interspeech 2024, and its released code; S0 (papers/000).

    Examples
    --------
    >>> chest = Recording("101_1b1_Al_sc_Meditron", "101", None, 20.0, age=70.0, sex="male", location="Al", device="Meditron")
    >>> describe_recordings([chest], drop=["device"])
    {'101_1b1_Al_sc_Meditron': 'This sound was recorded from the left anterior chest of an adult male patient.'}
    """
    every = tuple(recordings)
    facts = published_facts(every) if published else {recording.id: facts_of(recording) for recording in every}
    facts = exchange(facts, swap, np.random.default_rng(seed))
    tell = {"bts": _tell_in_english, "s0": tell_in_korean}[wording]
    return {recording: tell(leave_out(each, drop), missing == "unknown") for recording, each in facts.items()}


def _tell_in_english(facts: Facts, say_unknown: bool) -> str:
    """BTS's sentence; ``say_unknown`` tells what is not known too."""
    if not any(facts):
        return _NOTHING
    place, device = _place(facts.location, say_unknown), _device(facts.device, say_unknown)
    patient = _patient(facts, say_unknown, joined="with" if place else "of")
    if not place and not device:
        return f"This patient is {patient}."
    parts = ["This sound was recorded"]
    if place:
        parts.append(f" from {place}")
    if patient:
        parts.append(f" of {patient}" if place else f" from {patient}")
    if device:
        parts.append(f", using {device}" if patient else f" with {device}")
    return f"{''.join(parts)}."


def _place(location: str | None, say_unknown: bool) -> str | None:
    if location is None:
        return "an unknown region" if say_unknown else None
    return f"the {_LOCATIONS.get(location, location)}"


def _device(device: str | None, say_unknown: bool) -> str | None:
    if device is None:
        return "an unknown device" if say_unknown else None
    return _with_article(f"{device} {'microphone' if device in _MICROPHONES else 'stethoscope'}")


def _patient(facts: Facts, say_unknown: bool, *, joined: str) -> str | None:
    words = [facts.age, facts.sex] if facts.age == "adult" else [facts.sex, facts.age]
    unknown = [key for key, value in (("age", facts.age), ("sex", facts.sex)) if value is None]
    if len(unknown) == 2 and not say_unknown:
        return None
    patient = _with_article(" ".join([*filter(None, words), "patient"]))
    return f"{patient} {joined} unknown {' and '.join(unknown)}" if unknown and say_unknown else patient


def _with_article(words: str) -> str:
    return f"{'an' if words[0] in 'AEIOUaeiou' else 'a'} {words}"
