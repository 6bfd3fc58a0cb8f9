"""Patch-Mix cross-entropy and contrast against slow loops over their formulas."""

import math

import pytest
import torch
from torch.nn import functional as F

from auscult.objectives.patch_mix import PatchMix
from auscult.objectives.patch_mix_contrast import PatchMixContrast, mix_contrast
from auscult.objectives.patch_mixing import Mix, draw_mix, mix_patches
from tests.objectives.given import projections
from tests.objectives.patches import a_batch, plain_model

COUNTS = torch.tensor([4, 2, 1, 1])
NOWHERE = torch.zeros(1, 1, dtype=torch.bool)


def mix_of(partners, kept):
    return Mix(torch.tensor(partners), NOWHERE, kept)


def slow_contrast(anchors, keys, mix, temperature, labels=None):
    """−1/n Σ_i [λ s_ii + (1 − λ) s_iπ(i) − log Σ_{j ∈ K(i)} exp s_ij], one number at a time."""
    total = 0.0
    for i, partner in enumerate(mix.partners.tolist()):
        s = [float((anchors[i] @ keys[j]).detach()) / temperature for j in range(len(keys))]
        against = [j for j in range(len(keys)) if labels is None or labels[j] != labels[i] or j in (i, partner)]
        target = s[i] if i == partner else mix.kept * s[i] + (1 - mix.kept) * s[partner]
        total -= target - math.log(sum(math.exp(s[j]) for j in against))
    return total / len(keys)


@pytest.mark.parametrize("labels", [None, [0, 0, 1, 0, 2]])
@pytest.mark.parametrize("kept", [1.0, 0.75, 0.0])
def test_the_contrast_is_its_formula(kept, labels):
    """Picture 2 is its own partner; 0 and 1 are each other's, of one label."""
    anchors, keys = projections(5), projections(5, seed=1)
    mix = mix_of([1, 0, 2, 4, 3], kept)
    found = mix_contrast(anchors, keys, mix, temperature=0.3, labels=None if labels is None else torch.tensor(labels))
    assert float(found.detach()) == pytest.approx(slow_contrast(anchors, keys, mix, 0.3, labels))


def test_the_contrast_by_hand():
    """Keys along the axes, τ = 1. Anchor 0 lies on its own key, anchor 1 too: with λ = ¾ the loss is log(e + 1) − ¾."""
    axes = torch.eye(2)
    found = mix_contrast(axes, axes, mix_of([1, 0], 0.75), temperature=1.0)
    assert float(found) == pytest.approx(math.log(math.e + 1) - 0.75)


def test_mixed_with_itself_the_own_key_has_all_the_weight():
    """As log(e + 1) − 1 whatever λ is, since both sources are one."""
    axes = torch.eye(2)
    for kept in (0.0, 0.3, 1.0):
        found = mix_contrast(axes, axes, mix_of([0, 1], kept), temperature=1.0)
        assert float(found) == pytest.approx(math.log(math.e + 1) - 1)


def test_mixed_with_itself_and_all_of_one_label_nothing_is_compared():
    """The only key left is the own one, and log e − 1 = 0."""
    axes = torch.eye(2)
    found = mix_contrast(axes, axes, mix_of([0, 1], 0.5), temperature=1.0, labels=torch.tensor([1, 1]))
    assert float(found) == pytest.approx(0.0, abs=1e-6)


def draw_again(model, batch, seed, **options):
    """What an objective draws after ``seed``."""
    patches = model.encoder.embed_patches(batch.pictures, batch.lengths)
    torch.manual_seed(seed)
    return patches, draw_mix(patches, **options)


@pytest.mark.parametrize("whole_columns", [False, True])
def test_cross_entropy_of_mixed_patches(whole_columns):
    model = plain_model()
    batch = a_batch(torch.randn(5, 3, 2, 4), [0, 1, 2, 3, 0])
    patches, mix = draw_again(model, batch, 3, whole_columns=whole_columns)
    torch.manual_seed(3)
    found = PatchMix(class_counts=COUNTS, whole_columns=whole_columns)(model, batch)
    logits = model.head(mix_patches(patches, mix).mean(dim=(1, 2)))
    share = 1 - float(mix.replaced.float().mean())
    rows = [
        share * F.cross_entropy(logits[i : i + 1], batch.truth[i : i + 1])
        + (1 - share) * F.cross_entropy(logits[i : i + 1], batch.truth[p : p + 1])
        for i, p in enumerate(mix.partners.tolist())
    ]
    torch.testing.assert_close(found, torch.stack(rows).mean())


@pytest.mark.parametrize("project_keys", [False, True])
@pytest.mark.parametrize("negatives", ["all", "other-label"])
def test_the_whole_objective_is_cross_entropy_of_clean_and_contrast_of_mixed(negatives, project_keys):
    model = plain_model()
    batch = a_batch(torch.randn(5, 3, 2, 4), [0, 1, 2, 3, 0])
    objective = PatchMixContrast(
        class_counts=COUNTS, embedding_size=3, alpha=0.7, temperature=0.2, negatives=negatives, project_keys=project_keys
    ).eval()
    patches, mix = draw_again(model, batch, 4)
    torch.manual_seed(4)
    found = objective(model, batch)
    clean, mixed = patches.mean(dim=(1, 2)), mix_patches(patches, mix).mean(dim=(1, 2))
    keys = objective.project(clean) if project_keys else F.normalize(clean, dim=1)
    labels = None if negatives == "all" else batch.truth.tolist()
    contrast = slow_contrast(objective.project(mixed), keys, mix, 0.2, labels)
    expected = F.cross_entropy(model.head(clean), batch.truth) + 0.7 * contrast
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("project_keys", [False, True])
@pytest.mark.parametrize("stop_gradient", [False, True])
def test_the_gradient_is_that_of_the_formula(stop_gradient, project_keys):
    """What pictures get of it, with the keys as constants where they are stopped and as functions where they are not."""
    model, pictures = plain_model(), torch.randn(5, 3, 2, 4)
    options = {"stop_gradient": stop_gradient, "project_keys": project_keys, "temperature": 0.3}
    objective = PatchMixContrast(class_counts=COUNTS, embedding_size=3, **options).eval()
    gradients = []
    for by_hand in (False, True):
        given = pictures.clone().requires_grad_()
        batch = a_batch(given, [0, 1, 2, 3, 0])
        patches, mix = draw_again(model, batch, 6)
        torch.manual_seed(6)
        if by_hand:
            clean, mixed = patches.mean(dim=(1, 2)), mix_patches(patches, mix).mean(dim=(1, 2))
            keys = objective.project(clean) if project_keys else F.normalize(clean, dim=1)
            keys = keys.detach() if stop_gradient else keys
            similarity = objective.project(mixed) @ keys.T / 0.3
            wanted = mix.kept * torch.eye(5) + (1 - mix.kept) * torch.eye(5)[mix.partners]
            contrast = -(wanted * similarity.log_softmax(dim=1)).sum(dim=1).mean()
            loss = F.cross_entropy(model.head(clean), batch.truth) + contrast
        else:
            loss = objective(model, batch)
        gradients += torch.autograd.grad(loss, given)
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("make", [PatchMix, lambda **facts: PatchMixContrast(embedding_size=3, **facts)])
def test_one_picture_has_no_partner(make):
    objective = make(class_counts=COUNTS)
    assert not objective.can_learn_from(a_batch(torch.randn(1, 3, 2, 2), [0]))
    assert objective.can_learn_from(a_batch(torch.randn(2, 3, 2, 2), [0, 0]))
