"""Short digests of what a recording sounds or looks like: equal for recordings that are the same."""

import hashlib
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import soundfile

from auscult.errors import AuscultError
from auscult.recordings.core import Dataset, Recording

_BLOCK = 1 << 18  # samples read at a time


def sample_fingerprint(recording: Recording) -> bytes:
    """Of the decoded samples, so that the same sound in another file format is recognised."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        for block in soundfile.blocks(recording.path, _BLOCK, dtype="float32"):
            digest.update(np.ascontiguousarray(block).data)
    except soundfile.LibsndfileError:
        raise AuscultError(f"{recording.path} cannot be read to its end; download it again.") from None
    return digest.digest()


def picture_fingerprints(dataset: Dataset) -> Callable[[Recording], bytes]:
    """Of all pictures of a recording, for data sets without audio."""
    segments = defaultdict(list)
    for segment in dataset.segments:
        segments[segment.recording.id].append(segment)

    def fingerprint(recording: Recording) -> bytes:
        digest = hashlib.blake2b(digest_size=16)
        for segment in segments[recording.id]:
            digest.update(dataset.picture(segment).tobytes())
        return digest.digest()

    return fingerprint
