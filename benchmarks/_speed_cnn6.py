"""Speed of CNN6: training steps on pictures from the store beside a plain loop that computes its features on the fly."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from _timing import row, seconds
from auscult.augment.mask import RandomMask
from auscult.features.front_end import FrontEnd
from auscult.features.mel import mel_filters
from auscult.features.pictures import prepare_pictures
from auscult.models.base import Classifier
from auscult.models.registry import create_model
from auscult.objectives.batch import Batch
from auscult.objectives.registry import create_objective
from auscult.recordings.core import Segment, load_dataset
from auscult.recordings.tasks import get_task
from auscult.training.data import PictureDataset, SegmentData, Side, class_indices
from auscult.training.fit import precision_here
from auscult.training.memory import keep_freed_memory
from auscult.training.recipe import Recipe
from auscult.training.recipe_file import load_recipe

TASK = get_task("sprsound-1-1")
RATE, WINDOW, HOP, BANDS, SECONDS = 16000, 1024, 512, 64, 8
S4 = {
    "features.rate": RATE,
    "features.window_seconds": WINDOW / RATE,
    "features.hop_seconds": HOP / RATE,
    "features.bands": BANDS,
    "features.high": 2000.0,
    "augment.crop": None,
    "model.options.frames": SECONDS * RATE // HOP + 1,
    "training.batch_size": 16,
}
"""S4's pictures: 64 bands × 251 frames."""
STEPS = 5


def cnn6_rows(root: Path) -> list[dict[str, Any]]:
    """One thread, CNN6 at its full width, segments of SPRSound; the plain loop comes first, with torch as it is."""
    torch.set_num_threads(1)
    s4, own = load_recipe("cnn6-ce", S4), load_recipe("cnn6-ce")
    dataset = load_dataset("sprsound", root)
    segments = dataset.segments_of(dataset.get_split().train, TASK)
    plain_loader = DataLoader(OnTheFly(segments, s4.augment.mask), s4.training.batch_size, shuffle=True)
    plain = per_batch(plain_loader, plain_step(s4))
    plain_features = per_batch(plain_loader, lambda _: None)
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as cache:
        loaders = []
        for recipe in (s4, own):
            pictures = prepare_pictures(dataset, segments, recipe.features, cache=Path(cache))
            loaders.append(store_loader(recipe, Side(segments, pictures, class_indices(segments, TASK))))
        ours, features = per_batch(loaders[0], our_step(s4)), per_batch(loaders[0], lambda _: None)
        small = per_batch(loaders[1], our_step(own))
        last = per_batch(loaders[0], our_step(s4, torch.channels_last))
        small_last = per_batch(loaders[1], our_step(own, torch.channels_last))
    precision = precision_here(s4.training).replace("32-true", "fp32").removesuffix("-mixed")
    batch, small_batch = s4.training.batch_size, own.training.batch_size
    faster, unturned = "× the plain loop", "× without"
    return [
        row("CNN6 step, plain fp32 loop, features on the fly, 16 × 64 bands × 251 frames", plain, batch / plain, "samples/s"),
        row(f"CNN6 step, pictures from the store, {precision}, of the same size", ours, batch / ours, "samples/s"),
        row("CNN6 step from the store beside the plain loop", ours, plain / ours, faster),
        row("CNN6 features alone, on the fly", plain_features, batch / plain_features, "samples/s"),
        row("CNN6 features alone, from the store", features, plain_features / features, faster),
        row(f"CNN6 step of the recipe, {precision}, 32 × 32 bands × 16 frames", small, small_batch / small, "samples/s"),
        row("CNN6 step of the recipe, one sample", small / small_batch, plain / batch * small_batch / small, faster),
        row("CNN6 step from the store, the same with channels-last activations", last, ours / last, unturned),
        row("CNN6 step of the recipe, the same with channels-last activations", small_last, small / small_last, unturned),
    ]


def per_batch(loader: Iterable[Any], learn: Callable[[Any], object]) -> float:
    """Median seconds of a batch with its loading, after the first."""
    batches = iter(loader)
    learn(next(batches))
    return seconds(lambda: learn(next(batches)), repeat=STEPS)


def store_loader(recipe: Recipe, side: Side) -> Iterable[Batch]:
    front_end = FrontEnd(bands=recipe.features.bands, deltas=recipe.features.deltas)
    front_end.standardize.fit(*side.pictures.statistics())
    data = PictureDataset(side, front_end, changes=recipe.augment.on_decibels(), mask=recipe.augment.mask)
    return SegmentData(data, [], recipe.training).train_dataloader()


def our_step(recipe: Recipe, layout: torch.memory_format = torch.contiguous_format) -> Callable[[Batch], None]:
    """As `auscult train` has it, in the precision of this machine."""
    model = network(recipe).to(memory_format=layout)  # activations take the layout of the weights
    counts, size = torch.ones(len(TASK.classes)), model.encoder.embedding_size
    objective = create_objective(recipe.objective.name, class_counts=counts, embedding_size=size, **recipe.objective.options)
    optimizer = torch.optim.Adam(model.parameters(), recipe.training.learning_rate)
    half = precision_here(recipe.training) == "bf16-mixed"

    def step(batch: Batch) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = objective(model, batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def plain_step(recipe: Recipe) -> Callable[[list[Tensor]], None]:
    model = network(recipe)
    optimizer = torch.optim.Adam(model.parameters(), recipe.training.learning_rate)

    def step(batch: list[Tensor]) -> None:
        pictures, truth = batch
        loss = torch.nn.functional.cross_entropy(model(pictures).logits, truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def network(recipe: Recipe) -> Classifier:
    bands = recipe.features.bands
    return create_model(recipe.model.name, classes=TASK.classes, channels=1, bands=bands, **recipe.model.options)


class OnTheFly(Dataset[tuple[Tensor, int]]):
    """Each picture made from the file whenever it is wanted: (1, 64, 251), as S4's released code computes it."""

    def __init__(self, segments: Sequence[Segment], mask: RandomMask | None) -> None:
        self.segments, self.truth, self.mask = segments, class_indices(segments, TASK), mask
        self.filters = torch.from_numpy(mel_filters(rate=RATE, fft=WINDOW, bands=BANDS, low=50.0, high=2000.0))
        self.window, self.rng = torch.hann_window(WINDOW), np.random.default_rng(0)

    def __len__(self) -> int:
        return len(self.segments)

    def __getitem__(self, item: int) -> tuple[Tensor, int]:
        samples = torch.from_numpy(eight_seconds(self.segments[item]))
        spectrum = torch.stft(samples, WINDOW, HOP, window=self.window, return_complex=True)
        decibels = 10 * torch.log10(self.filters @ spectrum.abs().square() + 1e-10)
        picture = (decibels - decibels.mean()) / decibels.std()
        return self.mask(picture[None], self.rng) if self.mask else picture[None], int(self.truth[item])


def eight_seconds(segment: Segment) -> NDArray[np.float32]:
    """The segment at 16 kHz, repeated up to 8 s."""
    with soundfile.SoundFile(segment.recording.path) as file:
        file.seek(int(segment.start * file.samplerate))
        samples = file.read(int(segment.duration * file.samplerate), dtype="float32", always_2d=True).mean(axis=1)
        rate = file.samplerate
    return np.resize(soxr.resample(samples, rate, RATE), SECONDS * RATE)
