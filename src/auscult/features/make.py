"""The module that makes the pictures which some settings describe."""

from auscult.features.kaldi_bank import KaldiBank
from auscult.features.settings import SpectrogramSettings
from auscult.features.spectrogram import Spectrogram


def make_spectrogram(settings: SpectrogramSettings) -> Spectrogram | KaldiBank:
    """Samples (batch, n) → (batch, bands, frames): Kaldi's filter bank for the scale ``kaldi``, else power in dB."""
    return KaldiBank(settings) if settings.scale == "kaldi" else Spectrogram(settings)
