import torch

from auscult.models.heart_mel import HeartMel, remove_band_means


def test_what_is_constant_over_a_picture_does_not_change_the_answer():
    torch.manual_seed(0)
    model = HeartMel(bands=12, floor=1e6).eval()
    pictures, device = torch.randn(2, 1, 12, 60), torch.randn(2, 1, 12, 1)
    torch.testing.assert_close(model(pictures + device).embedding, model(pictures).embedding, atol=1e-5, rtol=1e-5)


def test_band_means_are_of_the_frames_that_are_sound():
    pictures = torch.tensor([[[[1.0, 3.0, 50.0], [2.0, 2.0, 60.0]]]])  # the last frame is padding
    found = remove_band_means(pictures, torch.tensor([2]), floor=10.0)
    torch.testing.assert_close(found, torch.tensor([[[[-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]]]))
    low = remove_band_means(torch.tensor([[[[0.0, -100.0]]]]), torch.tensor([2]), floor=6.0)
    torch.testing.assert_close(low, torch.tensor([[[[3.0, -3.0]]]]))  # raised to 6 below the loudest
