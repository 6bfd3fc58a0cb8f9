"""Normalisation by the lowest and highest value of a batch, as S4's released code has it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

_AUDIOSET_MEAN, _AUDIOSET_DEVIATION = 0.3690, 0.0255


class BatchRange(nn.Module):
    """(r − 0.3690) / 0.0255, where r is 0 at the lowest and 1 at the highest value of all pictures in the batch.

    A picture's answer then depends on which others it is answered with. It is here to repeat what was published, no more.

    References
    ----------
    The released code of S4 (papers/004).
    """

    def forward(self, picture: Tensor) -> Tensor:
        """(batch, bands, frames) dB → the same shape."""
        return self.over_all([picture])[0]

    def over_all(self, pictures: Sequence[Tensor]) -> list[Tensor]:
        """The same for pictures of different lengths, (bands, frames) each."""
        lowest = torch.stack([picture.amin() for picture in pictures]).min()
        highest = torch.stack([picture.amax() for picture in pictures]).max()
        span = (highest - lowest).clamp(min=1e-6)
        return [((picture - lowest) / span - _AUDIOSET_MEAN) / _AUDIOSET_DEVIATION for picture in pictures]
