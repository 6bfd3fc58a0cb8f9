"""A model that answers what it is given, and batches for it."""

import torch

from auscult.models.output import Encoded, Output
from auscult.objectives.batch import Batch


class GivenModel(torch.nn.Module):
    """Embeddings and logits as given, whatever the pictures."""

    def __init__(self, *, embedding=None, logits=None):
        super().__init__()
        self.embedding, self.logits = embedding, logits

    def encoder(self, pictures, lengths):
        return Encoded(self.embedding)

    def forward(self, pictures, lengths):
        return Output(self.logits, self.embedding)


def a_batch(truth=None, partners=None, **labels):
    """A batch of empty pictures; labels by name, ``sex_age`` for ``sex+age``."""
    columns = {name.replace("_", "+"): torch.as_tensor(column) for name, column in labels.items()}
    n = len(truth if truth is not None else next(iter(columns.values())))
    truth = torch.zeros(n, dtype=torch.long) if truth is None else torch.as_tensor(truth)
    partners = None if partners is None else torch.as_tensor(partners)
    return Batch(torch.zeros(n, 1, 1, 1), torch.ones(n, dtype=torch.long), truth, columns, partners)


def projections(n, size=5, *, seed=0):
    """Random float64 vectors of length 1, (n, size), that remember their gradient."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(n, size, dtype=torch.float64, generator=generator)
    return torch.nn.functional.normalize(z, dim=1).requires_grad_()
