"""Samples of a recording of any length: few stay in memory, many go to a temporary file on disk."""

import os
import tempfile
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from auscult.errors import AuscultError

IN_MEMORY = 8_000_000
"""Bytes; eight minutes at 4000 samples a second."""


class Samples(Protocol):
    """What a stretch of samples can be cut out of: an array (n,), or a recording that is on disk."""

    @property
    def size(self) -> int:
        """Number of samples."""

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        """The samples from one number to another."""


class Spool:
    """Samples that are appended block by block and read stretch by stretch; the file is gone when it is closed.

    Parameters
    ----------
    in_memory
        Bytes up to which no file is made.

    Examples
    --------
    >>> with Spool() as spool:
    ...     spool.append(np.array([1, 2], dtype=np.float32))
    ...     spool.append(np.array([3], dtype=np.float32))
    ...     spool[1:9]
    array([2., 3.], dtype=float32)
    """

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=in_memory, prefix="auscult-")  # noqa: SIM115  closed by `close`
        self._size = 0

    @property
    def size(self) -> int:
        """Number of samples."""
        return self._size

    def append(self, block: NDArray[np.float32]) -> None:
        """Put a block (n,) behind what is there.

        Raises
        ------
        AuscultError
            When the disk is full.
        """
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.write(np.ascontiguousarray(block, dtype=np.float32).tobytes())
        except OSError as error:
            folder, needed = tempfile.gettempdir(), self._size * 4 / 1e6
            raise AuscultError(
                f"{folder} has no room for a long recording ({needed:.0f} MB and more: {error.strerror or error}); "
                "free some, or name another folder with the environment variable TMPDIR."
            ) from error
        self._size += len(block)

    def __getitem__(self, part: slice, /) -> NDArray[np.float32]:
        """The samples from one number to another, (n,); of a step nothing is known."""
        start, stop, _ = part.indices(self._size)
        self._file.seek(4 * start)
        return np.frombuffer(self._file.read(4 * max(0, stop - start)), dtype=np.float32)

    def close(self) -> None:
        """Give memory and file back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
