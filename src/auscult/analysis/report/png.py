"""Small pictures for a page: numbers → a png of at most 256 colours, without a drawing library."""

import struct
import zlib
from base64 import b64encode

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED, _EIGHT_BITS = 3, 8


def png_uri(values: NDArray[np.uint8], palette: NDArray[np.uint8]) -> str:
    """A picture as a ``data:`` address.

    Parameters
    ----------
    values
        (height, width), the colour of each pixel by its number; the first row is the upper one.
    palette
        (colours, 4), red, green, blue and opacity from 0 to 255; at most 256 colours.
    """
    return "data:image/png;base64," + b64encode(png_bytes(values, palette)).decode("ascii")


def png_bytes(values: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """A picture as the content of a png file; see `png_uri`."""
    height, width = values.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = values
    return _SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, _INDEXED, 0, 0, 0)),
            _chunk(b"PLTE", palette[:, :3].tobytes()),
            _chunk(b"tRNS", palette[:, 3].tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
