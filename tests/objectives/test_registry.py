"""Every registered objective with several encoders: a finite loss that falls when it is followed."""

import pytest
import torch

from auscult.errors import AuscultError
from auscult.models.registry import create_model
from auscult.objectives.batch import Batch
from auscult.objectives.registry import create_objective, list_objectives

COUNTS = torch.tensor([4, 2, 1, 1])
TRUTH = torch.tensor([0, 0, 0, 0, 1, 1, 2, 3])
SEGMENTS = len(TRUTH)
LABELS = {
    "class": TRUTH,
    "segment": torch.arange(SEGMENTS),
    "sex": torch.tensor([0, 1, 0, 1, 1, -1, 0, 0]),
    "age": torch.tensor([1, 1, 0, -1, 0, 1, 0, 1]),
    "sex+age": torch.tensor([1, 3, 0, -1, 2, -1, 0, 1]),
    "device": torch.tensor([0, 1, 2, 0, -1, 1, 2, 0]),
    "patient": torch.tensor([0, 0, 1, 1, 2, 2, -1, 3]),
}
PARTNERS = torch.tensor([[1, 4, 5, 6], [2, 4, 5, 7], [3, 5, 6, 7], [0, 4, 6, 7]])  # of the first four
ENCODERS = {
    "han": {"frequency_hidden": 8, "time_hidden": 8},
    "attention-cnn": {"widths": (4, 4, 4, 4), "dropout": 0.0},
    "cnn6": {"frames": 16},
    "mn": {"width": 0.05, "locate": True, "dropout": 0.0},
    "ast-tiny": {"frames": 16, "width": 16, "patch": 8, "frequency_stride": 8, "time_stride": 4},
}
MIX_PATCHES = ("patch-mix", "patch-mix-contrast")
HAVE_PROJECTORS = {
    "domain-contrast": 1,
    "file-adversarial": 1,
    "file-contrast": 1,
    "hybrid": 1,
    "multi-head-contrast": 2,
    "patch-mix-contrast": 1,
    "patient-terms": 1,
    "simclr": 1,
    "supervised-contrast": 1,
}
EVERY = [
    (name, encoder)
    for name in list_objectives()
    for encoder in ENCODERS
    if (name not in MIX_PATCHES or "ast" in encoder) and (name == "located-mixup") == (encoder == "mn")
]


def make(name, encoder=None):
    encoder = encoder or ("ast-tiny" if name in MIX_PATCHES else "mn" if name == "located-mixup" else "han")
    torch.manual_seed(0)
    model = create_model(encoder, classes=("a", "b", "c", "d"), channels=1, bands=16, **ENCODERS[encoder])
    facts = {"class_counts": COUNTS, "embedding_size": model.encoder.embedding_size}
    return model, create_objective(name, **facts, domains=lambda label: int(LABELS[label].max()) + 1)


def make_batch(objective):
    """Pictures of 6 to 13 frames; every segment has a spectrum of its own, every view some noise; with partners if wanted."""
    views, partners = objective.views, PARTNERS if objective.partners else None
    lengths = torch.arange(6, 6 + SEGMENTS).repeat(views)
    spectra = torch.randn(SEGMENTS, 1, 16, 1).repeat(views, 1, 1, 1)
    pictures = spectra + 0.1 * torch.randn(views * SEGMENTS, 1, 16, 13)
    labels = {name: column.repeat(views) for name, column in LABELS.items()}
    places = (torch.arange(13) < 3) * (TRUTH.repeat(views) > 0)[:, None]
    return Batch(
        pictures, lengths, TRUTH.repeat(views), labels, partners, places=places.float() if objective.wants_places else None
    )


@pytest.mark.parametrize(("name", "encoder"), EVERY)
def test_following_the_objective_lowers_it(name, encoder):
    model, objective = make(name, encoder)
    batch = make_batch(objective)
    assert set(objective.labels) <= set(LABELS)
    assert objective.can_learn_from(batch)
    learned = [*model.parameters(), *objective.parameters()]
    rate, steps = {"cnn6": (0.001, 4), "ast-tiny": (0.002, 20)}.get(encoder, (0.02, 20))  # cnn6 is large
    optimizer = torch.optim.Adam(learned, lr=rate)
    losses = []
    for _ in range(steps):
        loss = objective(model, batch)
        assert loss.shape == ()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]
    assert all(
        p.grad is not None and torch.isfinite(p.grad).all() for p in [*model.encoder.parameters(), *objective.parameters()]
    )


@pytest.mark.parametrize("name", list_objectives())
def test_projectors_are_parameters_of_the_objective_and_not_of_the_model(name):
    model, objective = make(name)
    projector = {"hidden.weight", "hidden.bias", "output.weight", "output.bias"}
    no_projector = (".normalize.", "tell_domain.")
    found = [name for name, _ in objective.named_parameters() if not any(part in name for part in no_projector)]
    assert len(found) == HAVE_PROJECTORS.get(name, 0) * len(projector)
    assert {".".join(parameter.split(".")[-2:]) for parameter in found} == (projector if found else set())
    assert sorted(dict(model.named_children())) == ["encoder", "head"]


@pytest.mark.parametrize("name", ["file-adversarial", "file-contrast", "multi-head-contrast", "simclr", "supervised-contrast"])
def test_a_contrast_alone_leaves_the_classifier_as_it_is(name):
    model, objective = make(name)
    objective(model, make_batch(objective)).backward()
    assert model.head.weight.grad is None


def test_unknown_objective_or_option_is_named():
    with pytest.raises(AuscultError, match=r"There is no objective 'focal'; known objectives: .*cross-entropy"):
        create_objective("focal", class_counts=COUNTS, embedding_size=8)
    with pytest.raises(AuscultError, match="has no option 'gamma'; it has: class_weights, label_smoothing"):
        create_objective("cross-entropy", class_counts=COUNTS, embedding_size=8, gamma=2)
