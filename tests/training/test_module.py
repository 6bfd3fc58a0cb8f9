"""The course of a training, by hand: optimisers, the learning rate from epoch to epoch, the precision."""

import math
from pathlib import Path

import pytest
import torch

from auscult.models.base import Classifier
from auscult.objectives.cross_entropy import CrossEntropy
from auscult.recordings.tasks import get_task
from auscult.training.fit import precision_here
from auscult.training.module import TrainingModule
from auscult.training.probe import Embedded
from auscult.training.recipe import ProbePart, TrainingPart

BATCHES = 3  # of an epoch


def a_course(**settings):
    """Optimizer and schedule of a training."""
    settings = TrainingPart(**settings)
    model = Classifier(Embedded(2), ("normal", "abnormal"))
    objective = CrossEntropy(class_counts=torch.ones(2))
    steps = settings.epochs * BATCHES
    module = TrainingModule(model, objective, get_task("icbhi-2"), settings, steps=steps, sides=[])
    course = module.configure_optimizers()
    assert course["lr_scheduler"]["interval"] == "step"
    return course["optimizer"], course["lr_scheduler"]["scheduler"]


def rates(**settings):
    """Learning rate at the beginning of every epoch, and at the end."""
    optimizer, schedule = a_course(learning_rate=0.001, **settings)
    seen = [optimizer.param_groups[0]["lr"]]
    for _ in range(settings["epochs"]):
        for _ in range(BATCHES):
            optimizer.step()
            schedule.step()
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


def test_waves_fall_and_rise_by_hand():
    # 0.001 · (1 + cos(π · epoch / 40)) / 2: S4's cosine annealing with T_max 40, which is not started again.
    seen = rates(epochs=100, schedule="waves", half_wave=40, warmup=0.0)
    assert [seen[epoch] for epoch in (0, 20, 40, 60, 80, 100)] == pytest.approx([0.001, 0.0005, 0, 0.0005, 0.001, 0.0005])
    assert seen[10] == pytest.approx(0.001 * (1 + 2**-0.5) / 2)  # cos 45°
    assert seen[1:41] == sorted(seen[1:41], reverse=True)
    assert seen[41:81] == sorted(seen[41:81])


def test_waves_begin_where_the_warm_up_ends():
    seen = rates(epochs=100, schedule="waves", half_wave=20, warmup=0.1)
    assert [seen[epoch] for epoch in (5, 10, 20, 30, 50, 70)] == pytest.approx(
        [0.001 * 16 / 30, 0.001, 0.0005, 0, 0.001, 0]  # step 15 of 30 is the 16th
    )


def test_cosine_and_constant_by_hand():
    seen = rates(epochs=10, schedule="cosine", warmup=0.0)
    assert [seen[epoch] for epoch in (0, 5, 10)] == pytest.approx([0.001, 0.0005, 0.0])
    assert rates(epochs=4, schedule="constant", warmup=0.0) == pytest.approx([0.001] * 5)


def test_cosine_and_waves_end_at_the_floor_by_hand():
    # S3: η + (lr − η)(1 + cos(π e / E)) / 2 with η = lr / 1000, which half-way is (lr + η) / 2.
    seen = rates(epochs=10, schedule="cosine", warmup=0.0, floor=0.001)
    assert [seen[epoch] for epoch in (0, 5, 10)] == pytest.approx([0.001, 0.0005005, 0.000001])
    assert seen[2] == pytest.approx(0.000001 + 0.000999 * (1 + math.cos(math.pi / 5)) / 2)
    seen = rates(epochs=40, schedule="waves", half_wave=20, warmup=0.0, floor=0.2)
    assert [seen[epoch] for epoch in (0, 10, 20, 30, 40)] == pytest.approx([0.001, 0.0006, 0.0002, 0.0006, 0.001])


def test_a_warm_up_and_a_constant_rate_know_no_floor():
    assert rates(epochs=2, warmup=0.5, floor=0.5) == pytest.approx([0.001 / 3, 0.001, 0.0005])
    assert rates(epochs=3, schedule="constant", warmup=0.0, floor=0.5) == pytest.approx([0.001] * 4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("adam", 3.9),  # the decay is the gradient, 0.5 · 4 = 2; Adam's first step is as long as the rate: 4 − 0.1
        ("adamw", 3.8),  # the decay stands apart: 4 · (1 − 0.1 · 0.5), and a gradient of 0 moves nothing
        ("adagrad", 3.9),  # gradient 2, first step 0.1 · 2 / √2²
    ],
)
def test_the_first_step_of_each_optimizer_by_hand(name, expected):
    optimizer, _ = a_course(epochs=1, optimizer=name, learning_rate=0.1, weight_decay=0.5, warmup=0.0, schedule="constant")
    weights = optimizer.param_groups[0]["params"]
    with torch.no_grad():
        for weight in weights:
            weight.fill_(4.0)
            weight.grad = torch.zeros_like(weight)
    optimizer.step()
    for weight in weights:
        torch.testing.assert_close(weight, torch.full_like(weight, expected))


def test_auto_is_bf16_only_where_the_machine_computes_in_it():
    processor = Path("/proc/cpuinfo")
    if not processor.is_file():
        pytest.skip("nobody says what this processor can do")
    able = torch.cuda.is_available() or "avx512_bf16" in processor.read_text()
    assert precision_here(TrainingPart(precision="auto")) == ("bf16-mixed" if able else "32-true")
    assert precision_here(TrainingPart(precision="bf16-mixed")) == "bf16-mixed"
    assert precision_here(TrainingPart()) == "32-true"


def test_a_probe_trains_as_s4s_released_code_does():
    training = TrainingPart(warmup=0.3, average=0.9, sampling="sqrt", samples=10, precision="bf16-mixed", optimizer="adagrad")
    training = training.model_copy(update={"step_average": 0.5, "floor": 0.1})
    settings = training.model_copy(update=ProbePart().as_training())
    assert (settings.epochs, settings.batch_size, settings.learning_rate, settings.weight_decay) == (100, 128, 0.1, 1e-4)
    assert (settings.optimizer, settings.schedule, settings.warmup, settings.clip) == ("adam", "cosine", 0.0, None)
    assert (settings.average, settings.step_average, settings.floor) == (None, None, 0.0)
    assert (settings.sampling, settings.samples, settings.precision) == ("all", None, "32-true")
