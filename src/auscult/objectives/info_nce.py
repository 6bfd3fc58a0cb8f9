"""InfoNCE: tell the one positive of an anchor from its negatives."""

import torch
from torch import Tensor


def info_nce(anchors: Tensor, partners: Tensor, *, temperature: float) -> Tensor:
    """L = −mean over i of log( e^{s⁺_i/τ} / (e^{s⁺_i/τ} + Σ_k e^{s⁻_ik/τ}) ), s the scalar product with the anchor.

    Parameters
    ----------
    anchors
        Projections (n, size).
    partners
        Of each anchor its positive, and behind it its negatives (n, 1 + negatives, size).
    temperature
        τ.

    References
    ----------
    van den Oord et al., Representation Learning with Contrastive Predictive Coding, 2018, eq. 4.
    """
    with torch.autocast(anchors.device.type, enabled=False):  # at a temperature of 0.06 half precision is too coarse
        similarity = (anchors[:, None] * partners).sum(dim=2) / temperature  # (n, 1 + negatives)
    return -similarity.log_softmax(dim=1)[:, 0].mean()
