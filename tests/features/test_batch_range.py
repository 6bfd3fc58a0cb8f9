"""Normalisation by the range of a batch, by hand."""

import pytest
import torch

from auscult.features.batch_range import BatchRange


def test_the_range_is_that_of_all_pictures_by_hand():
    # −30 … 10 dB over both: r = (x + 30) / 40, then (r − 0.3690) / 0.0255.
    one = torch.tensor([[-30.0, -20.0, -10.0], [0.0, -10.0, -20.0]])
    other = torch.tensor([[10.0], [-10.0]])  # a shorter picture
    first, second = BatchRange().over_all([one, other])
    expected = {-30: -14.470588, -20: -4.666667, -10: 5.137255, 0: 14.941176, 10: 24.745098}
    torch.testing.assert_close(first, one.clone().apply_(lambda level: expected[round(level)]))
    torch.testing.assert_close(second, torch.tensor([[24.745098], [5.137255]]))
    # Alone, the first runs from −30 to 0: r of −10 dB is 2/3.
    alone = BatchRange().over_all([one])[0]
    assert alone[0, 2].item() == pytest.approx((2 / 3 - 0.3690) / 0.0255, rel=1e-5)
    assert alone[1, 0].item() == pytest.approx((1 - 0.3690) / 0.0255, rel=1e-5)


def test_a_batch_of_one_length_is_the_same_as_its_pictures():
    batch = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(BatchRange()(batch), torch.stack(BatchRange().over_all(list(batch))))


@pytest.mark.parametrize("level", [-80.0, 0.0, 7.5])
def test_a_batch_without_any_range_stays_finite(level):
    silence = torch.full((2, 3, 4), level)
    normalized = BatchRange()(silence)
    torch.testing.assert_close(normalized, torch.full((2, 3, 4), -0.3690 / 0.0255))
