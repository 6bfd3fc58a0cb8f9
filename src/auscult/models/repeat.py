"""Short pictures, repeated until they are as long as a network wants them."""

import torch
from torch import Tensor


def all_frames(pictures: Tensor) -> Tensor:
    """Lengths (batch,) of pictures (batch, channels, bands, frames) without padding."""
    return torch.full_like(pictures[:, 0, 0, 0], pictures.shape[3], dtype=torch.long)


def repeat_up_to(pictures: Tensor, lengths: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """Fill pictures shorter than ``frames`` with their own beginning, again and again.

    Parameters
    ----------
    pictures, lengths
        (batch, channels, bands, n) and the frames of each that are sound (batch,).
    frames
        How many frames each has at least afterwards.

    Returns
    -------
    pictures, lengths
        (batch, channels, bands, max(n, frames)) and max(lengths, frames).
    """
    longest = torch.as_tensor(pictures.shape[3]).clamp(min=frames)  # a tensor keeps it variable in an exported graph
    number = torch.arange(longest, device=pictures.device)  # type: ignore[call-overload]
    whole = number.clamp(max=pictures.shape[3] - 1)
    source = torch.where((lengths < frames)[:, None], number % lengths[:, None], whole)  # (batch, frames)
    index = source[:, None, None].expand(-1, pictures.shape[1], pictures.shape[2], -1)
    return pictures.gather(3, index), lengths.clamp(min=frames)
