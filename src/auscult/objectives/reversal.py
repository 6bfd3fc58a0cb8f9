"""Gradient reversal: what a head learns to tell, the encoder in front of it unlearns."""

import math
from typing import Literal

from torch import Tensor

Schedule = Literal["constant", "rising"]


def reverse_gradient(x: Tensor, strength: float) -> Tensor:
    """``x`` as it is; its gradient is −``strength`` times that of what is returned.

    References
    ----------
    Ganin and Lempitsky, Unsupervised Domain Adaptation by Backpropagation, ICML 2015.
    """
    same = x.view_as(x)
    if same.requires_grad:
        same.register_hook(lambda gradient: -strength * gradient)  # type: ignore[no-untyped-call]
    return same


def strength_at(progress: float, schedule: Schedule, strength: float) -> float:
    """How strongly to reverse after a share p of the training.

    ``constant``: ``strength``; ``rising``: ``strength`` · (2 / (1 + e^{−10 p}) − 1), which is 0 at the start, where the head
    cannot tell anything yet, and 99 % of ``strength`` half-way.

    Examples
    --------
    >>> [round(strength_at(p, "rising", 2.0), 3) for p in (0.0, 0.1, 0.5)], strength_at(0.0, "constant", 2.0)
    ([0.0, 0.924, 1.973], 2.0)
    """
    if schedule == "constant":
        return strength
    return strength * (2 / (1 + math.exp(-10 * progress)) - 1)
