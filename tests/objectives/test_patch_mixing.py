"""Which patches come from whom: a batch written down by hand, and what is drawn."""

import pytest
import torch

from auscult.errors import AuscultError
from auscult.models.registry import create_model
from auscult.objectives.patch_mixing import Mix, draw_mix, mix_patches, patch_encoder


def test_a_batch_by_hand():
    """Three pictures of 2 x 3 patches; the patch of picture i at row r and column c is 100 i + 10 r + c."""
    patches = torch.tensor([[[[100.0 * i + 10 * r + c] for c in range(3)] for r in range(2)] for i in range(3)])
    replaced = torch.tensor([[True, False, False], [False, False, True]])
    mixed = mix_patches(patches, Mix(torch.tensor([1, 2, 0]), replaced, kept=4 / 6))
    assert mixed[..., 0].tolist() == [
        [[100, 1, 2], [10, 11, 112]],
        [[200, 101, 102], [110, 111, 212]],
        [[0, 201, 202], [210, 211, 12]],
    ]


def test_who_is_its_own_partner_stays_as_it_is():
    patches = torch.randn(3, 2, 2, 4)
    mixed = mix_patches(patches, Mix(torch.tensor([0, 2, 1]), torch.ones(2, 2, dtype=torch.bool), kept=0.0))
    assert torch.equal(mixed, patches[[0, 2, 1]])


def test_gradients_go_to_where_a_patch_came_from():
    patches = torch.zeros(2, 1, 2, 1, requires_grad=True)
    mixed = mix_patches(patches, Mix(torch.tensor([1, 0]), torch.tensor([[True, False]]), kept=0.5))
    mixed[0].sum().backward()
    assert patches.grad[..., 0].tolist() == [[[0, 1]], [[1, 0]]]


@pytest.mark.parametrize("whole_columns", [False, True])
def test_kept_is_the_share_that_is_kept(whole_columns):
    torch.manual_seed(0)
    patches = torch.randn(5, 4, 6, 2)
    for _ in range(50):
        mix = draw_mix(patches, whole_columns=whole_columns)
        assert mix.replaced.shape == (4, 6)
        assert mix.kept == pytest.approx(1 - float(mix.replaced.float().mean()))
        assert sorted(mix.partners.tolist()) == [0, 1, 2, 3, 4]
        assert not whole_columns or all(column.unique().numel() == 1 for column in mix.replaced.T)


def test_what_is_drawn():
    """λ is as likely to be anywhere; with a large concentration it is about a half; every place has its turn."""
    torch.manual_seed(0)
    patches = torch.zeros(2, 5, 8, 1)
    even = torch.tensor([draw_mix(patches).kept for _ in range(1000)])
    assert float(even.mean()) == pytest.approx(0.5, abs=0.05)
    assert float(even.std()) == pytest.approx(12**-0.5, abs=0.03)
    narrow = torch.tensor([draw_mix(patches, concentration=100.0).kept for _ in range(200)])
    assert float(narrow.std()) < 0.1
    places = torch.stack([draw_mix(patches).replaced for _ in range(400)]).float().mean(dim=0)
    torch.testing.assert_close(places, torch.full((5, 8), 0.5), atol=0.13, rtol=0)


def test_the_same_seed_draws_the_same():
    patches = torch.randn(6, 3, 3, 1)
    draws = []
    for _ in range(2):
        torch.manual_seed(7)
        draws.append(draw_mix(patches))
    assert torch.equal(draws[0].partners, draws[1].partners)
    assert torch.equal(draws[0].replaced, draws[1].replaced)


def test_a_model_without_patches_is_one_sentence():
    model = create_model("han", classes=("a", "b"), channels=1, bands=16)
    with pytest.raises(AuscultError, match=r"^Patches cannot be mixed in HierarchicalAttention, .* \(model\.name\), .*\.$"):
        patch_encoder(model)
