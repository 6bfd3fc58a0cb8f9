"""CLAP's log-mel spectrogram as a torch module: fast in torch, and a convolution in an exported graph."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.features.frames import fill_frame
from auscult.features.settings import SpectrogramSettings
from auscult.features.spectrogram import windowed_fourier

FLOOR = 1e-10
"""Power in a band below which everything counts as silence: −100 dB."""

_BLOCK = 200  # frames that are transformed at once: little enough to stay in the processor's cache


class ClapMel(nn.Module):
    """Samples → power in Slaney's mel bands, in dB, at least −100.

    Frames are centred: frame t hears half a window to each side of sample ``t * hop``, and stands for that moment. So a picture
    of a whole recording has one frame at each multiple of the hop from its start to its end, both included, a segment has those
    in between, and overlapping windows share theirs. Before the start and behind the end the recording is mirrored, as the
    processor mirrors a clip; a segment's outer frames hear what is there instead, half a window of its surroundings.

    The transform is in float64, since in float32 a band that is faint beside the rest of its frame would be off. No FFT passes
    the tracing ONNX exporter; an exported graph has a convolution in its place, in float32. On recordings the two agree within
    3e-3 dB, and within 0.1 dB in bands that are all but silent, such as those above 2 kHz where a stethoscope records none.

    Parameters
    ----------
    settings
        Rate, window, hop and bands, with ``scale`` ``clap``. CLAP's are 48 kHz, 1024 and 480 samples, and 64 bands from 50 to
        14000 Hz.

    Notes
    -----
    Of a clip of 10 s (1001 frames) this is what transformers' ``ClapFeatureExtractor`` makes of it for an unfused CLAP
    (``truncation="rand_trunc"``), within 1e-3 dB.
    """

    window: Tensor
    kernel: Tensor
    filters: Tensor

    def __init__(self, settings: SpectrogramSettings) -> None:
        super().__init__()
        self.hop, self.length, self.fft = settings.hop, settings.window, settings.fft_length
        self.register_buffer("window", torch.hann_window(self.length, dtype=torch.float64), persistent=False)
        self.register_buffer("kernel", windowed_fourier(self.length, self.fft), persistent=False)
        self.register_buffer("filters", torch.from_numpy(settings.filters()), persistent=False)  # (bands, bins)

    def forward(self, samples: Tensor) -> Tensor:
        """Samples (batch, n) → dB (batch, bands, frames), frames = n // hop + 1; at least half a window, filled with zeros."""
        before, behind = self.length // 2, self.length - self.length // 2
        mirrored = F.pad(fill_frame(samples, behind + 1), (before, behind), mode="reflect")
        power = self._convolve(mirrored) if torch.onnx.is_in_onnx_export() else self._transform(mirrored)
        return 10.0 * torch.log10((self.filters @ power).clamp(min=FLOOR))

    def _convolve(self, samples: Tensor) -> Tensor:
        """Power (batch, bins, frames) of windowed frames."""
        cosine, sine = F.conv1d(samples[:, None], self.kernel, stride=self.hop).chunk(2, dim=1)
        return cosine**2 + sine**2

    def _transform(self, samples: Tensor) -> Tensor:
        """The same with an FFT."""
        frames = samples.double().unfold(-1, self.length, self.hop)  # (batch, frames, window), a view
        return torch.cat([self._power(block) for block in torch.split(frames, _BLOCK, dim=1)], dim=1).transpose(1, 2)

    def _power(self, frames: Tensor) -> Tensor:
        squares = torch.view_as_real(torch.fft.rfft(frames * self.window, self.fft)).float().square()
        return squares[..., 0] + squares[..., 1]  # (batch, frames, bins)
