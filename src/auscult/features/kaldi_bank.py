"""Kaldi's filter bank as a torch module: fast in torch, and a convolution in an exported graph."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from auscult.features.frames import fill_frame
from auscult.features.kaldi import FLOOR, PREEMPHASIS, prepare_frames
from auscult.features.settings import SpectrogramSettings

_BLOCK = 160  # frames that are transformed at once: little enough to stay in the processor's cache
_SECTIONS = 4


class KaldiBank(nn.Module):
    """Samples → natural logarithm of the power in Kaldi's mel bands, at least ln(1.19209e-07).

    Frames are not padded, as in `auscult.features.spectrogram.Spectrogram`. Each loses its mean, is pre-emphasised and windowed
    (`auscult.features.kaldi.prepare_frames`) and transformed; in float64, which takes half as long again, because in float32 a
    band that is faint beside the rest of its frame is off by more than 1e-3 now and then.

    No FFT passes the tracing ONNX exporter. All that happens to a frame up to its spectrum is linear, so in an exported graph
    one convolution does it, in float32; on recordings the two agree within 3e-3.

    Parameters
    ----------
    settings
        Rate, window, hop and bands, with ``scale`` ``kaldi``.

    Notes
    -----
    Equal to Kaldi's (kaldi-native-fbank, ``snip_edges``, ``window_type="hanning"``, no dither, no energy) within 1e-3, the
    rounding of its float32; and to transformers' ``ASTFeatureExtractor``, which computes in float64, within 1e-5.
    """

    window: Tensor
    kernel: Tensor
    filters: Tensor

    def __init__(self, settings: SpectrogramSettings) -> None:
        super().__init__()
        self.hop, self.length, self.fft = settings.hop, settings.window, settings.fft_length
        filters = settings.filters()
        self.sections = list(_sections(filters))
        window = np.pad(np.hanning(self.length)[1:], (0, self.fft - self.length + 1))
        self.register_buffer("window", torch.from_numpy(window), persistent=False)  # (fft,), float64
        self.register_buffer("kernel", _kernel(self.length, self.fft), persistent=False)
        self.register_buffer("filters", torch.from_numpy(filters), persistent=False)  # (bands, bins)

    def forward(self, samples: Tensor) -> Tensor:
        """Samples (batch, n) → (batch, bands, frames), frames = (n − window) // hop + 1; less gives one padded frame."""
        power = self._convolve(samples) if torch.onnx.is_in_onnx_export() else self._transform(samples)
        return power.clamp_(min=FLOOR).log_()  # in place: new memory takes longer than the logarithm

    def _convolve(self, samples: Tensor) -> Tensor:
        samples = fill_frame(samples, self.length)
        real, imaginary = F.conv1d(samples[:, None], self.kernel, stride=self.hop).chunk(2, dim=1)  # (batch, bins, frames)
        return self.filters @ (real**2 + imaginary**2)

    def _transform(self, samples: Tensor) -> Tensor:
        """The same with an FFT.

        All samples are pre-emphasised at once, since (x_t − m) − 0.97 (x_{t−1} − m) = (x_t − 0.97 x_{t−1}) − 0.03 m, where m is
        a frame's mean. A frame's first sample would be another case; it is left out, for the window is zero there.
        """
        lacking = max(0, self.length - samples.shape[-1])
        filled = F.pad(samples, (0, lacking + self.fft - self.length + 1)).double()  # a last frame is fft samples long, too
        frames = torch.sub(filled[:, 1:], filled[:, :-1], alpha=PREEMPHASIS).unfold(-1, self.fft, self.hop)  # a view
        means = filled.unfold(-1, self.length, self.hop)[:, : frames.shape[1]].mean(dim=-1, keepdim=True)  # (batch, frames, 1)
        offsets = (1 - PREEMPHASIS) * means
        blocks = zip(torch.split(frames, _BLOCK, dim=1), torch.split(offsets, _BLOCK, dim=1), strict=True)
        power = torch.cat([self._power(*block) for block in blocks], dim=1)  # (batch, frames, bins)
        bands = [power[..., bins] @ self.filters[bands, bins].T for bands, bins in self.sections]
        return torch.cat(bands, dim=-1).transpose(1, 2)

    def _power(self, frames: Tensor, offsets: Tensor) -> Tensor:
        spectrum = torch.fft.rfft((frames - offsets).mul_(self.window))
        squares = torch.view_as_real(spectrum).float().square_()
        return squares[..., 0] + squares[..., 1]


def _sections(filters: NDArray[np.float32]) -> Iterator[tuple[slice, slice]]:
    """Neighbouring bands with the bins that they hold; a product with all bins would multiply by zero, mostly."""
    for bands in np.array_split(np.arange(len(filters)), min(_SECTIONS, len(filters))):
        bins = np.flatnonzero(filters[bands].any(axis=0))
        yield slice(bands[0], bands[-1] + 1), slice(bins[0], bins[-1] + 1) if bins.size else slice(0)


def _kernel(window: int, fft: int) -> Tensor:
    """What becomes of a single sample in a frame, for each place in the frame: (2 · bins, 1, window)."""
    spectra = np.fft.rfft(prepare_frames(np.eye(window)), fft)  # (window, bins)
    return torch.from_numpy(np.concatenate([spectra.real, spectra.imag], axis=1).T).float()[:, None]
