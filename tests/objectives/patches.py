"""An encoder whose pictures are its patches, so that what is mixed can be written down by hand."""

import torch

from auscult.models.base import Classifier, PatchEncoder
from auscult.models.output import Encoded
from auscult.objectives.batch import Batch


class PlainPatches(PatchEncoder):
    """Every band and frame is a patch of one number a channel; the embedding is the mean over all patches."""

    def __init__(self, size):
        super().__init__()
        self.embedding_size = size

    def forward(self, pictures, lengths=None):
        return self.encode_patches(self.embed_patches(pictures, lengths))

    def embed_patches(self, pictures, lengths=None):
        return pictures.permute(0, 2, 3, 1)

    def encode_patches(self, patches):
        return Encoded(patches.mean(dim=(1, 2)))


def plain_model(size=3, classes=4):
    torch.manual_seed(0)
    return Classifier(PlainPatches(size), [str(number) for number in range(classes)])


def a_batch(pictures, truth):
    frames = torch.full((len(pictures),), pictures.shape[3])
    return Batch(pictures, frames, torch.as_tensor(truth))
