"""Spectrogram in bands as one convolution and one matrix product, so that it exports to any runtime."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.features.frames import fill_frame
from auscult.features.settings import SpectrogramSettings


class Spectrogram(nn.Module):
    """Samples → power in bands, in dB.

    The short-time Fourier transform is a convolution with windowed cosines and sines: slower than an FFT for long windows, but
    the same few operations in torch and in every ONNX runtime. Frames are not padded: frame t covers the samples from
    ``t * hop`` to ``t * hop + window``, wherever in a recording it is cut out, so that overlapping windows can share it.

    Parameters
    ----------
    settings
        Rate, window, hop and bands.
    floor
        Power below which everything counts as silence, added before the logarithm.

    Notes
    -----
    With mel bands and ``fft`` as long as the window this is
    ``librosa.power_to_db(librosa.feature.melspectrogram(..., center=False), top_db=None)`` within 1e-3 dB.
    """

    fourier: Tensor
    filters: Tensor

    def __init__(self, settings: SpectrogramSettings, *, floor: float = 1e-10) -> None:
        super().__init__()
        self.hop, self.length, self.floor = settings.hop, settings.window, floor
        self.register_buffer("fourier", windowed_fourier(self.length, settings.fft_length), persistent=False)
        self.register_buffer("filters", torch.from_numpy(settings.filters()), persistent=False)  # (bands, bins)

    def forward(self, samples: Tensor) -> Tensor:
        """Samples (batch, n) → dB (batch, bands, frames), frames = (n − window) // hop + 1; less gives one padded frame."""
        samples = fill_frame(samples, self.length)
        parts = F.conv1d(samples[:, None], self.fourier, stride=self.hop)  # (batch, 2 · bins, frames)
        cosine, sine = parts.chunk(2, dim=1)
        power = self.filters @ (cosine**2 + sine**2)  # (batch, bands, frames)
        return 10.0 * torch.log10(power + self.floor)


def windowed_fourier(window: int, fft: int) -> Tensor:
    """Cosines and sines of an ``fft``-point transform under a Hann window, (2 · bins, 1, window).

    Samples beyond the window would only be multiplied by zero.
    """
    hann = torch.hann_window(window, dtype=torch.float64)
    angle = 2 * math.pi / fft * torch.outer(torch.arange(fft // 2 + 1), torch.arange(window)).double()
    return (torch.cat([angle.cos(), angle.sin()]) * hann).float()[:, None]
