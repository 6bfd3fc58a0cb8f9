"""Self-supervised contrast: the other view of the same segment, and nothing else, is pulled close."""

from auscult.objectives.registry import register_objective
from auscult.objectives.supervised_contrast import SupervisedContrast
from auscult.options import Count, Positive


@register_objective("simclr")
class SimClr(SupervisedContrast):
    """L = mean over i of −log ( exp(z_i·z_j(i) / τ) / Σ_{a ≠ i} exp(z_i·z_a / τ) ), j(i) the other view of the segment of i.

    That is supervised contrast whose label is the segment itself.

    Parameters
    ----------
    embedding_size
        Of the encoder.
    temperature
        τ.
    projection_size
        Of the projector's output.

    References
    ----------
    Chen et al., A Simple Framework for Contrastive Learning of Visual Representations, ICML 2020; S4 (papers/004), table 2.
    """

    def __init__(self, *, embedding_size: int, temperature: Positive = 0.06, projection_size: Count = 128) -> None:
        super().__init__(
            embedding_size=embedding_size, label="segment", temperature=temperature, projection_size=projection_size
        )
