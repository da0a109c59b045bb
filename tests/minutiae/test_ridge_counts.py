"""Ridge counts whose numbers are hard to say: many minutiae, minutia 255, no neighbour, no method."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nistitl import Type9
from nistitl.minutiae import read_template
from nistitl.minutiae.arrays import empty
from tests.minutiae.test_minutiae import counts_of, transaction

SIZE: dict[str, Any] = {"ppi": 500, "width": 400, "height": 400}


def row_of(many: int, first: int = 1, step: int = 1) -> Any:
    """Minutiae one right of the other, whose indices begin at `first`."""
    array = empty(many)
    array["x"], array["y"], array["type"], array["quality"] = np.arange(many) + 5, 50, "E", 10
    array["index"] = first + step * np.arange(many)
    return array


def octants_of(record: Type9, minutia: int) -> list[bytes]:
    return bytes(record.raw(23) or b"").split(b"\x1e")[minutia].split(b"\x1f")


class TestIafisIndices:
    """9.023 has three digits for an index, and 255 with 15 ridges for none."""

    def test_minutiae_are_numbered_anew_where_an_index_needs_more(self) -> None:
        counts = counts_of((5, 255, 15, 0, -1), (30, 1005, 3, 1, -1), (1005, 5, 4, 2, -1), (5, 255, 7, 1, -1))
        record = Type9.from_minutiae(row_of(50, 5, 25), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert octants_of(record, 0)[0] == b"001"
        assert octants_of(record, 0)[4:6] == [b"01115", b"01107"]
        assert octants_of(record, 1)[5] == b"04103"
        assert octants_of(record, 40)[6] == b"00104"
        assert octants_of(record, 49) == [b"050", octants_of(record, 49)[1], b"10", b"A"]
        assert {len(item) for minutia in (0, 1, 40) for item in octants_of(record, minutia)[4:]} == {5}

    def test_no_neighbour_stays_none(self) -> None:
        counts = counts_of((300, 255, 15, 0, -1), (300, 301, 2, 1, -1))
        record = Type9.from_minutiae(row_of(3, 300), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        assert octants_of(record, 0)[4:6] == [b"25515", b"00202"]

    def test_one_index_more_is_kept(self) -> None:
        record = Type9.from_minutiae(row_of(2, 253), "iafis", **SIZE, IMP=1)
        assert record.minutiae(ppi=500)["index"].tolist() == [253, 254]


class TestMinutia255:
    """A count of 15 ridges to minutia 255 is one where that minutia is there."""

    def test_of_a_template_and_of_m1(self) -> None:
        counts = counts_of((1, 255, 15, -1, -1), (2, 1, 3, -1, -1))
        record = Type9.from_minutiae(row_of(255), "m1", **SIZE, ridge_counts=counts, IMP=1)
        template = read_template(bytes(record.to_template(quality=50)))
        again = Type9.from_template(template)
        for found in (template.views[0].ridge_counts, again.ridge_counts()):
            assert found[["center", "neighbour", "count"]].tolist() == [(1, 255, 15), (2, 1, 3)]

    def test_a_template_without_it_lists_the_count(self) -> None:
        template = Type9.from_minutiae(row_of(3), "m1", **SIZE, IMP=1).to_template(quality=50)
        data = bytearray(bytes(template)[:-2] + bytes.fromhex("000b 0001000b 00 010202 010902"))
        data[8:10] = len(data).to_bytes(2, "big")
        read = read_template(bytes(data))
        assert not read.findings
        with pytest.raises(ValueError, match="cannot hold 1 ridge counts of minutiae that are not there"):
            Type9.from_template(read)
        kept = Type9.from_template(read, lossy=True).ridge_counts()
        assert kept[["center", "neighbour", "count"]].tolist() == [(1, 2, 2)]

    def test_octants_of_the_older_blocks_that_say_none(self) -> None:
        counts = counts_of((1, 255, 15, 0, -1), (1, 2, 3, 1, -1))
        record = Type9.from_minutiae(row_of(3), "iafis", **SIZE, ridge_counts=counts, IMP=1)
        record[23] = bytes(record.raw(23) or b"").replace(b"003\x1f", b"255\x1f", 1)
        transaction(record)
        record.convert_minutiae("efs")
        assert [(one.MIA, one.MIB, one.MIR, one.MRN) for one in record.MRC] == [(1, 2, 3, 1)]
