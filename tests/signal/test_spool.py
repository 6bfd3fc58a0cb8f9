import tempfile
from pathlib import Path

import numpy as np
import pytest

from auscult.errors import AuscultError
from auscult.signal.spool import Spool

NUMBERS = np.arange(1000, dtype=np.float32)


@pytest.mark.parametrize("in_memory", [1, 1000, 10**6])
def test_what_is_appended_is_read_wherever_it_lies(in_memory: int) -> None:
    with Spool(in_memory=in_memory) as spool:
        for block in np.split(NUMBERS, [1, 7, 7, 500]):
            spool.append(block)
        assert spool.size == 1000
        np.testing.assert_array_equal(spool[:], NUMBERS)
        np.testing.assert_array_equal(spool[3:9], NUMBERS[3:9])
        np.testing.assert_array_equal(spool[990:2000], NUMBERS[990:])
        assert spool[1000:1001].size == spool[9:3].size == 0
        spool.append(NUMBERS[:2])  # after reading, it goes on at the end
        np.testing.assert_array_equal(spool[998:], [998, 999, 0, 1])


def test_other_numbers_are_stored_as_float32() -> None:
    with Spool() as spool:
        spool.append(np.linspace(0, 1, 6)[::2])  # float64, and not side by side
        assert spool[:].dtype == np.float32
        np.testing.assert_allclose(spool[:], [0, 0.4, 0.8])


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Spool(in_memory=1) as spool:
        spool.append(NUMBERS)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_a_sentence() -> None:
    with Spool() as spool:
        spool._file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115  closed with the spool
        with pytest.raises(AuscultError, match=r"has no room for a long recording .*TMPDIR\.$"):
            spool.append(NUMBERS)
