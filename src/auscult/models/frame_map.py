"""What a network tells of cells along time → of each frame of the picture, and the map that follows from it."""

import torch
from torch import Tensor

from auscult.models.base import frame_mask


def to_frames(cells: Tensor, count: Tensor, *, frames: int, step: int) -> Tensor:
    """Values of cells, the k-th of which has its middle in frame ``k * step``, between them on a straight line.

    Parameters
    ----------
    cells
        (batch, cells)
    count
        Cells of each that are sound, (batch,); what is behind them is not looked at.
    frames
        Of the picture.
    step
        Frames between two cells.

    Returns
    -------
    Tensor
        (batch, frames)
    """
    number = torch.arange(frames, device=cells.device)
    last = (count - 1)[:, None]
    early = torch.div(number, step, rounding_mode="floor").minimum(last)  # (batch, frames)
    late = (early + 1).minimum(last)
    share = (number - early * step).clamp(max=step) / step
    return cells.gather(1, early) * (1 - share) + cells.gather(1, late) * share


def map_of_frames(logits: Tensor, lengths: Tensor | None, pictures: Tensor) -> Tensor:
    """Probability in each frame as a map that is alike in all bands and adds up to 1.

    Parameters
    ----------
    logits, lengths
        (batch, frames), and the frames of each that are sound, (batch,); None: all of them.
    pictures
        (batch, channels, bands, frames)

    Returns
    -------
    Tensor
        (batch, bands, frames), 0 behind the sound.
    """
    heard = logits.sigmoid()
    if lengths is not None:
        heard = heard * frame_mask(pictures, lengths)[:, 0, 0]
    bands = pictures.shape[2]
    shares = heard / (heard.sum(dim=1, keepdim=True) * bands)
    return shares[:, None].expand(-1, bands, -1)
