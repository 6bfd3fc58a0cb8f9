"""Every explanation of a model's answer to annotated recordings, to be scored against the times of their events."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auscult.analysis.annotated import KINDS, Annotated
from auscult.analysis.card import Card
from auscult.analysis.explanation_maps import (
    Map,
    answer_map,
    attention_map,
    band_levels,
    energy_map,
    occlusion_map,
    random_map,
)
from auscult.analysis.insertion import SHARES, Mixtures
from auscult.analysis.listen import listen, prepare
from auscult.analysis.model import OnnxModel
from auscult.analysis.occlusion import explain
from auscult.analysis.timeline import frame_count, pool_windows, shift_normal
from auscult.analysis.windows import Windows
from auscult.errors import AuscultError
from auscult.evaluation.explained import ExplainedRecording
from auscult.evaluation.explanations import time_profile
from auscult.signal.read import read_recording

if TYPE_CHECKING:
    from auscult.models.trained import TrainedModel

OF_MODEL = ("attention", "occlusion", "gradient", "integrated")
OF_WEIGHTS = ("gradient", "integrated")
"""These need a trained model's weights, not its ONNX file alone."""
BASELINES = ("answer", "answer-energy", "energy", "random", "even")


@dataclass(frozen=True)
class Explainer:
    """A model, and the maps that are made of its answers.

    Parameters
    ----------
    model
        A trained lung model.
    trained
        The same model with its weights, for gradients; None: without them.
    maps
        Those of `OF_MODEL` that are wanted; None: all that this model can have. Those of `BASELINES` are always made.
    curves
        Whether the model is asked again with parts put in and taken out, which takes most of the time.

    Raises
    ------
    AuscultError
        When a map is wanted that there is none of.
    """

    model: OnnxModel
    trained: "TrainedModel | None" = None
    maps: Sequence[str] | None = None
    curves: bool = True

    def __post_init__(self) -> None:
        card = self.model.card
        if card.organ != "lung":
            raise AuscultError(f"The model {card.name} is made for {card.organ} sounds, which have no events: name another.")
        for name in self.maps or ():
            if name not in OF_MODEL:
                raise AuscultError(f"There is no map '{name}'; choose of {', '.join(OF_MODEL)}.")
            if name in OF_WEIGHTS and self.trained is None:
                raise AuscultError(f"The map '{name}' wants gradients, which ONNX has not: name the folder of a training.")

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """Maps of the model, in the order of `OF_MODEL`."""
        possible = [name for name in OF_MODEL if self.trained is not None or name not in OF_WEIGHTS]
        return tuple(name for name in possible if self.maps is None or name in self.maps)

    def __call__(self, annotated: Annotated) -> ExplainedRecording | None:
        """Explain one recording; None where it is silent, so that there is no answer to explain."""
        card, recording = self.model.card, annotated.recording
        samples = read_recording(recording, card.rate)
        sound = prepare(samples, card)
        windows = listen(self.model, samples, sound)
        if not len(windows):
            return None
        seconds = samples.size / card.rate
        levels = band_levels(sound, card, seconds)
        made = self._maps(sound, windows, seconds, levels, recording.id)
        inserted, deleted = self._curves(sound, made) if self.curves and annotated.events else ({}, {})
        answer = pool_windows(windows.probabilities, card)
        return ExplainedRecording(
            recording=recording.id,
            patient=recording.patient,
            truth=annotated.kind,
            answer=card.answer_classes[int(answer.argmax())],
            abnormal=float(1.0 - answer[0]),
            seconds=seconds,
            events=np.array([(event.start, event.end) for event in annotated.events]).reshape(-1, 2),
            labels=np.array([KINDS.classify(event.labels) for event in annotated.events], dtype=np.str_),
            frame_seconds=card.frame_seconds,
            band_hz=np.array(card.band_hz),
            levels=levels,
            maps=made,
            shares=np.array(SHARES),
            inserted=inserted,
            deleted=deleted,
        )

    def _maps(self, sound: NDArray[np.float32], windows: Windows, seconds: float, levels: Map, name: str) -> dict[str, Map]:
        """Every map by name, (bands, frames) each."""
        card, made = self.model.card, {}
        if "attention" in self.wanted and (attention := attention_map(windows, card, seconds)) is not None:
            made["attention"] = attention
        elif "attention" in (self.maps or ()):
            raise AuscultError(f"The model {card.name} has no attention of its own: choose another map.")
        if "occlusion" in self.wanted:
            made["occlusion"] = occlusion_map(explain(self.model, sound, windows, seconds), card, seconds)
        made |= self._gradients(sound, windows, seconds)
        answer, energy = answer_map(windows, card, seconds), energy_map(levels)
        made |= {"answer": answer, "answer-energy": answer * energy, "energy": energy}
        seed = zlib.crc32(name.encode())
        return made | {"random": random_map(energy.shape, seed=seed), "even": np.ones_like(energy)}

    def _gradients(self, sound: NDArray[np.float32], windows: Windows, seconds: float) -> dict[str, Map]:
        wanted = [name for name in OF_WEIGHTS if name in self.wanted]
        if self.trained is None or not wanted:
            return {}
        from auscult.models.gradient_map import explain_picture  # torch: only where its maps are wanted

        weights = 1.0 - shift_normal(windows.probabilities, self.model.card.normal_offset)[:, 0].astype(np.float64)
        found = explain_picture(self.trained, sound, windows.starts, self.model.card.window_seconds, weights, wanted)
        return {name: _on_grid(values, self.model.card, self.trained, seconds) for name, values in found.items()}

    def _curves(
        self, sound: NDArray[np.float32], made: dict[str, Map]
    ) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
        mixtures = Mixtures(self.model, sound)
        step = self.model.card.frame_seconds
        asked = {name: values for name, values in made.items() if name != "random"}  # a map that is even has a random order
        curves = {name: mixtures.curves(time_profile(values), step) for name, values in asked.items()}
        return {name: put for name, (put, _) in curves.items()}, {name: taken for name, (_, taken) in curves.items()}


def _on_grid(values: Map, card: Card, trained: "TrainedModel", seconds: float) -> Map:
    """Frames as the network counts them → those of the maps, which begin with the recording."""
    settings, frames = trained.facts.features, frame_count(seconds, card.frame_seconds)
    early = max(0, round((settings.span / settings.hop - 1) / 2))
    fitted = np.zeros((len(values), frames), dtype=np.float32)
    kept = min(values.shape[1], frames - early)
    fitted[:, early : early + kept] = values[:, :kept]
    return fitted
